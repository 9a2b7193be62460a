import { existsSync, readFileSync } from 'node:fs';
import type { Customary } from '@customary/sdk';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { apiHelp, type ApiOptions, connectApi } from '../api.ts';
import type { Out } from '../output.ts';
import { provision } from '../sample/provision.ts';
import { OperatorError, type Settings } from '../settings.ts';
import { replay } from './replay.ts';

const help = `
Streams an Azure LLM trace (TIMESTAMP,ContextTokens,GeneratedTokens) through the API, each request as an event with
the measures input_tokens and output_tokens. The id of an event is the file's name and the row, so a second run is
all duplicates and changes no figure. The file is checked as a whole before the first event is sent.

Whose usage it is:
  --credentials sk-a,sk-b   spreads the rows over these credential IDs, each row always to the same one
  --credentials @keys.txt   the same, one credential ID a line, which keeps them out of the list of processes
  --provision               makes a sample company first (once: a second run finds it) and uses its keys; needs an
                            admin key

When it occurred:
  --period 2026-10            moved, so that the trace begins with the month
  --period 2026-10 --spread   stretched evenly over the month
  without                     as in the file
${apiHelp}
Ends with 1 if an event was rejected or conflicts with one of the same id.

Examples:
  export CUSTOMARY_API_KEY=cus_…
  customary replay AzureLLMInferenceTrace_conv.csv --provision --period 2026-10 --spread
  customary replay AzureLLMInferenceTrace_code.csv --credentials sk-live-1,sk-live-2
`;

type Given = ApiOptions & {
  credentials?: string;
  provision?: true;
  period?: string;
  spread?: true;
  source?: string;
  models: string[];
  parallel: number;
};

const PARALLEL_MAX = 32;

export function addReplayCommand(customary: Command, settings: () => Settings): void {
  customary
    .command('replay <file>')
    .description('stream a trace of LLM requests as events through the API')
    .option(
      '--credentials <ids>',
      'credential IDs to spread over, separated by commas, or @FILE with one a line',
    )
    .option('--provision', 'make a sample company and use its credentials')
    .option('--period <month>', 'move the trace into this month, such as 2026-10')
    .option('--spread', 'with --period: stretch the trace over the whole month')
    .option(
      '--source <name>',
      "source of the events (default: the file's name, as azure-llm-inference-trace-code)",
    )
    .addOption(
      new Option(
        '--models <names>',
        'values of the attribute "model", spread over the rows; "" for none',
      )
        .argParser(listOf)
        .default(['llm-large', 'llm-small'], 'llm-large,llm-small'),
    )
    .option('--parallel <n>', 'requests under way at once', wholeNumber, 4)
    .option('--url <url>', 'the server')
    .option('--key <key>', 'the API key')
    .addHelpText('after', help)
    .action(async (file: string, given: Given) => {
      process.exitCode = await runReplay(settings(), file, given, {
        out: process.stdout,
        env: process.env,
      });
    });
}

export async function runReplay(
  settings: Settings,
  file: string,
  given: Given,
  { out, env }: { out: Out; env: NodeJS.ProcessEnv },
): Promise<0 | 1> {
  if (!existsSync(file)) throw new OperatorError(`There is no file ${file}.`);
  if ((given.credentials === undefined) === (given.provision === undefined)) {
    throw new OperatorError(
      'Say whose usage it is: either --credentials with credential IDs, or --provision for a sample company.',
    );
  }
  if (given.spread === true && given.period === undefined)
    throw new OperatorError('--spread goes with --period.');
  const api = await connectApi(settings, given, env);
  const options = {
    file,
    period: given.period ?? null,
    spread: given.spread === true,
    source: given.source ?? null,
    models: given.models,
    parallel: given.parallel,
    credentials: async (firstAt: string) =>
      given.credentials === undefined
        ? provisionFor(api, firstAt, out)
        : credentialsOf(given.credentials),
  };
  const { ok } = await replay(api, options, out);
  return ok ? 0 : 1;
}

/** The sample's subscriptions begin with the month of the first event. */
async function provisionFor(api: Customary, firstAt: string, out: Out): Promise<readonly string[]> {
  const { credentialIds, organizations, subscriptions } = await provision(api, {
    startAt: `${firstAt.slice(0, 7)}-01T00:00:00Z`,
  });
  out.write(
    `The sample company is there: ${organizations.size} organizations, ${subscriptions.size} subscriptions, ${credentialIds.length} credentials\n`,
  );
  return credentialIds;
}

function credentialsOf(given: string): string[] {
  const text = given.startsWith('@') ? readList(given.slice(1)) : given.replaceAll(',', '\n');
  const ids = text
    .split(/\r?\n/)
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (ids.length === 0) throw new OperatorError('--credentials names no credential ID.');
  return [...new Set(ids)];
}

function readList(file: string): string {
  if (!existsSync(file)) throw new OperatorError(`There is no file ${file}.`);
  return readFileSync(file, 'utf8');
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1 && value <= PARALLEL_MAX) return value;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${PARALLEL_MAX}.`);
}
