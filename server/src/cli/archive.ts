import { join } from 'node:path';
import type { Command } from 'commander';
import { archiveMonths } from '../archive/actions.ts';
import type { Manifest } from '../archive/rules.ts';
import { connect } from '../db/connect.ts';
import { limits } from '../lib/limits.ts';
import { openDeployment } from './open.ts';
import { count, durationText, type Out, plural, sizeText } from './output.ts';
import { OperatorError, type Settings } from './settings.ts';

const help = `
Writes the events of each month before the one named, and to whom they were attributed, to compressed CSV files, reads
these back and compares them, and drops the months from the database, while the server goes on running. Oldest first; it
stops at a month that something still needs, and says what. Killed at any moment, a month is whole or archived; run it
again and it goes on.

Only months that ended ${limits.archivedAfterMonths} months ago or earlier. What was issued, usage by the hour, and dedupe stay as they are: an event of
an archived month that is sent again is still a duplicate, one that is new is refused. Nothing there can be moved, or
billed anew.

What is written for 2025-10: events-2025-10.csv.gz, attributions-2025-10.csv.gz, and archive-2025-10.json, which says how
much is in them. Keep them: there is no other copy. A backup of before holds it, too.

Examples:
  customary archive --before 2025-11                      into the folder "archive" of the data folder
  customary archive --before 2025-11 --to /mnt/archive
`;

export function addArchiveCommand(customary: Command, settings: () => Settings): void {
  customary
    .command('archive')
    .description('write events of old months to files, and drop them from the database')
    .requiredOption('--before <month>', 'the first month that stays, such as 2025-11')
    .option('--to <folder>', 'where the files go')
    .addHelpText('after', help)
    .action((given: { before: string; to?: string }) =>
      runArchive(settings(), given, process.stdout),
    );
}

const CONNECTIONS_MAX = 4;

export async function runArchive(
  settings: Settings,
  { before, to }: { before: string; to?: string },
  out: Out,
): Promise<void> {
  if (!/^20\d\d-(0[1-9]|1[0-2])$/.test(before))
    throw new OperatorError(
      `--before wants a month such as 2025-11, not ${JSON.stringify(before)}`,
    );
  const startedMs = performance.now();
  const say = (line: string) => void out.write(`${line}\n`);
  const opened = await openDeployment({ settings, say, mayJoin: true, connectionsMax: 1 });
  const database = connect({
    url: opened.ownerUrl,
    role: 'owner',
    connectionsMax: CONNECTIONS_MAX,
    name: 'customary archive',
  });
  const directory = to ?? join(settings.dataDir, 'archive');
  try {
    const months = await archiveMonths({
      database,
      clock: opened.deployment.clock,
      directory,
      before,
      onMonth: (month) => say(`  ${lineOf(month)}`),
    });
    const taken = durationText(performance.now() - startedMs);
    say(
      months.length === 0
        ? `No month before ${before} is left to archive.`
        : `\nArchived ${plural(months.length, 'month')} into ${directory} (${taken}). There is no other copy: keep the files.`,
    );
  } finally {
    await database.close();
    await opened.close();
  }
}

function lineOf({ month, events, unclassified, files }: Manifest): string {
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const nobodys = unclassified === 0 ? '' : `, ${count(unclassified)} of them of nobody`;
  return `${month}  ${plural(events, 'event')}${nobodys}  ${sizeText(sizeBytes)}`;
}
