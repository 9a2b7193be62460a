import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { backup } from '../db/backup.ts';
import { BackupFileError } from '../db/backup-archive.ts';
import { restore, verifyBackup } from '../db/backup-restore.ts';
import { createSecrets } from '../lib/secrets.ts';
import { knownSecretKey, openDeployment, reachPostgres } from './open.ts';
import { count, durationText, type Out, plural, sizeText } from './output.ts';
import { OperatorError, type Settings } from './settings.ts';

/** Everything that is in the database, in one file, and back again. */

const backupHelp = `
Writes every row, as one instant saw them, into one compressed file: with Customary's own PostgreSQL and
with DATABASE_URL alike, without pg_dump, and while the server goes on recording.

The secret key is not in the file. Keep it apart: the file secret.key of the data folder, or the value of
CUSTOMARY_SECRET_KEY. Without it what is encrypted in the backup cannot be read again.
The file does hold your customers' credential IDs: keep it as you would keep the database.

Example:
  customary backup customary-2026-11-01.tar.gz
`;

const restoreHelp = `
Fills an empty database from a backup, or changes nothing. The file is checked as a whole first; then the
tables are built as they were, filled, and compared row by row, in one transaction; newer migrations follow.
A database that has a Customary in it is refused.

The secret key is not in the file: put the secret.key of old into the data folder before, or set
CUSTOMARY_SECRET_KEY.

Examples:
  CUSTOMARY_DATA=./restored customary restore customary-2026-11-01.tar.gz
  DATABASE_URL=postgres://… CUSTOMARY_SECRET_KEY=… customary restore customary-2026-11-01.tar.gz
`;

export function addBackupCommands(customary: Command, settings: () => Settings): void {
  customary
    .command('backup <file>')
    .description('write everything in the database into one file, while the server runs')
    .option('--force', 'replace the file if it exists')
    .addHelpText('after', backupHelp)
    .action((file: string, options: { force?: true }) =>
      backupTo(settings(), file, {
        force: options.force === true,
        out: process.stdout,
        version: customary.version() ?? '',
      }),
    );
  customary
    .command('restore <file>')
    .description('fill an empty database from a backup')
    .addHelpText('after', restoreHelp)
    .action((file: string) => restoreFrom(settings(), file, process.stdout));
}

export async function backupTo(
  settings: Settings,
  file: string,
  options: { force: boolean; out: Out; version: string },
): Promise<void> {
  const { out } = options;
  if (existsSync(file) && !options.force)
    throw new OperatorError(
      `${file} exists already. Name another file, or add --force to replace it.`,
    );
  const startedMs = performance.now();
  const opened = await openDeployment({
    settings,
    say: () => undefined,
    mayJoin: true,
    connectionsMax: 1,
  });
  try {
    const report = await backup({
      url: opened.ownerUrl,
      path: file,
      now: opened.deployment.clock(),
      customary: options.version,
      onTable: tableLine(out),
    });
    out.write(
      `\nBacked up ${plural(report.rows, 'row')} of ${plural(report.tables, 'table')} at position ${count(report.position)} ` +
        `to ${file} (${sizeText(report.sizeBytes)}, ${durationText(performance.now() - startedMs)}).\n` +
        `The secret key is not in it: keep ${settings.secretKey === undefined ? 'the file secret.key of the data folder' : 'CUSTOMARY_SECRET_KEY'} as well, somewhere else.\n`,
    );
  } finally {
    await opened.close();
  }
}

export async function restoreFrom(settings: Settings, file: string, out: Out): Promise<void> {
  if (!existsSync(file)) throw new OperatorError(`There is no file ${file}.`);
  const startedMs = performance.now();
  try {
    const verified = await verifyBackup(file);
    const { manifest } = verified;
    out.write(
      `The backup is whole: Customary ${manifest.customary} at position ${count(manifest.position)}, made ${manifest.createdAt.slice(0, 19)}Z.\n`,
    );
    const hint = secretKeyHint(settings, manifest.secretKeyFingerprint);
    const say = (line: string) => void out.write(`  ${line}\n`);
    const postgres = await reachPostgres({ settings, say });
    try {
      await restore({ url: postgres.url, backup: verified, log: say, onTable: tableLine(out) });
    } finally {
      await postgres.stop();
    }
    const rows = Object.values(verified.summary.tables).reduce(
      (total, table) => total + table.rows,
      0,
    );
    out.write(
      `\nRestored ${plural(rows, 'row')}, each compared (${durationText(performance.now() - startedMs)}).\n${hint}`,
    );
  } catch (error) {
    throw error instanceof BackupFileError ? new OperatorError(error.message) : error;
  }
}

/** A wrong key is refused now, not at the first start; a missing one is asked for. */
function secretKeyHint(settings: Settings, fingerprint: string | null): string {
  if (fingerprint === null) return '';
  const key = knownSecretKey(settings);
  if (key === null) {
    return 'Before you start it, put the secret.key that belongs to it into the data folder, or set CUSTOMARY_SECRET_KEY:\nit is not in the backup, and the server will not start with another.\n';
  }
  if (createSecrets(key).fingerprint === fingerprint) return '';
  throw new OperatorError(
    'The secret key here is not the one that the backup was made with, so what it holds encrypted could not be read.\n' +
      'Set CUSTOMARY_SECRET_KEY (or put back the file secret.key) as it was, then restore again.',
  );
}

function tableLine(out: Out): (table: string, rows: number) => void {
  return (table, rows) =>
    void (rows > 0 && out.write(`  ${table.padEnd(24)} ${count(rows).padStart(12)}\n`));
}
