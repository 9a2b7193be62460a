import { Command } from 'commander';
import { EmbeddedPostgresError } from '../db/embedded/embedded.ts';
import { Problem } from '../lib/problem.ts';
import { isForReader } from './api.ts';
import { addArchiveCommand } from './archive.ts';
import { addBackupCommands } from './backup.ts';
import { addBillCommand } from './bill.ts';
import { addCheckCommand } from './check.ts';
import { addDemoCommand } from './demo/command.ts';
import { keysCreate, keysList, keysRevoke } from './keys.ts';
import { openDeployment } from './open.ts';
import { ownerLink } from './owner-link.ts';
import { printErrors, printOpenApi, printRoles } from './openapi.ts';
import { addReplayCommand } from './replay/command.ts';
import { addRebuildCommand } from './rebuild.ts';
import { serve } from './serve.ts';
import { readSettings, settingsHelp } from './settings.ts';

const settings = () => readSettings(process.env, process.cwd());

const settingsText = `
Settings (environment):
${settingsHelp.map(([name, fallback, meaning]) => `  ${name.padEnd(24)} ${meaning}${fallback === '' ? '' : ` (${fallback})`}`).join('\n')}
`;

function program(): Command {
  const customary = new Command('customary')
    .description(
      'The customer layer for usage-based billing: every event traced to the account that owes for it.',
    )
    .version('0.1.0')
    .showHelpAfterError();

  customary
    .command('serve')
    .description('start the server, and PostgreSQL unless DATABASE_URL is set')
    .addHelpText('after', settingsText)
    .action(() => serve(settings()));

  customary
    .command('migrate')
    .description('bring the database up to date and stop')
    .addHelpText('after', settingsText)
    .action(async () => {
      const say = (line: string) => void process.stdout.write(`${line}\n`);
      const opened = await openDeployment({ settings: settings(), say, mayJoin: true });
      await opened.close();
      say('The database is up to date.');
    });

  const keys = customary
    .command('keys')
    .description('make, list and revoke API keys on this machine');
  keys
    .command('create')
    .description('make an API key; it is shown once')
    .requiredOption('--name <name>', 'what it is for')
    .option(
      '--permissions <list>',
      'bundles (admin, ingest, read) or single permissions, separated by commas',
      (text) => text.split(','),
      ['read'],
    )
    .option('--expires <instant>', 'when it stops working, such as 2027-01-01T00:00:00Z')
    .action((options: { name: string; permissions: string[]; expires?: string }) =>
      keysCreate(settings(), options),
    );
  keys
    .command('list')
    .description('list the API keys, newest first')
    .action(() => keysList(settings()));
  keys
    .command('revoke <id>')
    .description('revoke an API key')
    .action((id: string) => keysRevoke(settings(), id));

  customary
    .command('owner-link')
    .description('print a one-time link that makes whoever opens it an owner')
    .action(() => ownerLink(settings()));

  addDemoCommand(customary, settings);
  addReplayCommand(customary, settings);
  addBillCommand(customary, settings);
  addCheckCommand(customary, settings);
  addRebuildCommand(customary, settings);
  addBackupCommands(customary, settings);
  addArchiveCommand(customary, settings);

  customary
    .command('openapi', { hidden: true })
    .description('print the OpenAPI document')
    .action(printOpenApi);
  customary
    .command('roles', { hidden: true })
    .description('print which role may do what')
    .action(printRoles);
  customary
    .command('errors', { hidden: true })
    .description('print the reference of errors')
    .action(printErrors);
  return customary;
}

try {
  await program().parseAsync();
} catch (error) {
  const isExpected = isForReader(error) || error instanceof EmbeddedPostgresError;
  const text =
    error instanceof Problem
      ? error.detail
      : isExpected
        ? error.message
        : ((error as Error).stack ?? String(error));
  process.stderr.write(`\n${text}\n`);
  process.exitCode = 1;
}
