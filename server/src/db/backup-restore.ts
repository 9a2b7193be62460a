import { createHash, type Hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import copyStreams, { type CopyStreamQuery } from 'pg-copy-streams';
import { packageRoot } from '../lib/paths.ts';
import { BackupFileError, readArchive } from './backup-archive.ts';
import { columnList, digestOf, listTables, PLAIN_TEXT, quoted } from './backup-catalog.ts';
import {
  MANIFEST,
  type Manifest,
  readManifest,
  readSummary,
  SUMMARY,
  type Summary,
  tableOf,
} from './backup-format.ts';
import { countRows } from './backup.ts';
import { connect } from './connect.ts';
import { migrate } from './migrate.ts';

export type VerifiedBackup = { path: string; manifest: Manifest; summary: Summary };

/**
 * Reads the whole file and holds it against its own counts and checksums. Touches no database, so that a file
 * which is cut off or damaged is refused before anything begins.
 */
export async function verifyBackup(path: string): Promise<VerifiedBackup> {
  const seen = new Map<string, { rows: number; bytes: number; hash: Hash }>();
  let manifest: Manifest | undefined;
  let summary: Summary | undefined;
  for await (const { name, body } of readArchive(path)) {
    const table = tableOf(name);
    if (manifest === undefined && name === MANIFEST) manifest = readManifest(body);
    else if (name === SUMMARY) summary = readSummary(body);
    else if (manifest === undefined || summary !== undefined || table === null) throw damaged();
    else {
      const before = seen.get(table) ?? { rows: 0, bytes: 0, hash: createHash('sha256') };
      before.hash.update(body);
      seen.set(table, {
        rows: before.rows + countRows(body),
        bytes: before.bytes + body.length,
        hash: before.hash,
      });
    }
  }
  if (manifest === undefined || summary === undefined) throw damaged();
  for (const { name } of manifest.tables) {
    const { rows, bytes, hash } = seen.get(name) ?? {
      rows: 0,
      bytes: 0,
      hash: createHash('sha256'),
    };
    const said = summary.tables[name];
    if (
      said === undefined ||
      said.rows !== rows ||
      said.bytes !== bytes ||
      said.sha256 !== hash.digest('hex')
    ) {
      throw new BackupFileError(
        `The file is damaged: the rows of "${name}" are not those that were backed up.`,
      );
    }
    seen.delete(name);
  }
  if (seen.size > 0) throw damaged();
  return { path, manifest, summary };
}

function damaged(): BackupFileError {
  return new BackupFileError('The file is damaged, or it is not a backup of Customary.');
}

export type RestoreOptions = {
  url: string;
  backup: VerifiedBackup;
  log?: (line: string) => void;
  onTable?: (table: string, rows: number) => void;
};

/**
 * Builds the schema as it was, fills it and proves it equal, all in one transaction: either everything is there, or
 * nothing. Migrations that are newer than the backup run afterwards.
 */
export async function restore({ url, backup, log, onTable }: RestoreOptions): Promise<void> {
  const migrations = await migrationsOf(backup.manifest);
  const database = connect({ url, role: 'owner', connectionsMax: 1, name: 'customary restore' });
  try {
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      await client.query(PLAIN_TEXT);
      await refuseUsed(client);
      await buildSchema(client, migrations);
      await load(client, backup, onTable);
      await client.query('commit');
      await client.query('analyze');
    } finally {
      client.release(true); // rolls back what is not committed
    }
  } finally {
    await database.close();
  }
  await migrate({ url, ...(log && { log }) });
}

/** The texts of the migrations that the backup was made with, which must be ours. */
async function migrationsOf(manifest: Manifest): Promise<string[]> {
  return Promise.all(
    manifest.migrations.map(async ({ name, checksum }) => {
      const path = join(
        packageRoot,
        'migrations',
        `${/^\d{4}_\w+$/.test(name) ? name : 'unknown'}.sql`,
      );
      const text = await readFile(path, 'utf8').catch(() => null);
      if (text !== null && createHash('sha256').update(text).digest('hex') === checksum)
        return text;
      throw new BackupFileError(
        `The backup was made by Customary ${manifest.customary} with the migration ${name}, which this version ` +
          `${text === null ? 'does not have: restore it with that version or a newer one' : 'has otherwise: restore it with that version'}.`,
      );
    }),
  );
}

/** The lock is that of the migrator: a server that starts meanwhile waits, and then finds the restored schema. */
async function refuseUsed(client: pg.ClientBase): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtextextended('customary.migrate', 0))");
  const { rows } = await client.query("select from pg_namespace where nspname = 'customary'");
  if (rows.length === 0) return;
  throw new BackupFileError(
    'There is a Customary in this database already, and a restore never overwrites one.\n' +
      'Give it an empty database: another CUSTOMARY_DATA folder, or a new database in DATABASE_URL.',
  );
}

/** The bookkeeping of the migrator, as it makes it itself; its rows come from the backup like all others. */
const BOOKKEEPING = `
  create extension if not exists btree_gist with schema public;
  create schema customary;
  create table customary.migration_checksums (name text primary key, checksum text not null, applied_at timestamptz not null default now());
  create table customary.migrations (name varchar(255) primary key, timestamp varchar(255) not null);
  create table customary.migration_lock (id varchar(255) primary key, is_locked integer not null default 0)`;

async function buildSchema(client: pg.ClientBase, migrations: readonly string[]): Promise<void> {
  await client.query(BOOKKEEPING);
  for (const text of migrations) await client.query(text);
}

async function load(
  client: pg.ClientBase,
  { path, manifest, summary }: VerifiedBackup,
  onTable: RestoreOptions['onTable'],
): Promise<void> {
  const built = await listTables(client);
  const shapeOf = (tables: Manifest['tables']) =>
    JSON.stringify(
      tables
        .map(({ name, columns }) => [name, columns])
        .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
  if (shapeOf(built) !== shapeOf(manifest.tables)) {
    throw new BackupFileError('The tables of the backup are not those that its migrations make.');
  }
  const all = built.map(({ name }) => quoted(name)).join(', ');
  await client.query(`truncate ${all}`); // what migrations insert is in the backup, too
  const months = [...new Set(manifest.tables.flatMap((table) => table.months))];
  if (months.length > 0) await client.query('select ensure_event_partitions($1::date[])', [months]);
  for (const { name } of built)
    await client.query(`alter table ${quoted(name)} disable trigger user`);
  await copyIn(client, path, manifest);
  for (const { name } of built)
    await client.query(`alter table ${quoted(name)} enable trigger user`);
  for (const { table, column, last } of summary.sequences) {
    await client.query('select setval(pg_get_serial_sequence($1, $2), $3::bigint, $4)', [
      quoted(table),
      column,
      last ?? '1',
      last !== null,
    ]);
  }
  for (const { name } of built) {
    const { rows, digest } = await digestOf(client, name);
    const said = summary.tables[name];
    if (said === undefined || said.rows !== rows || said.digest !== digest) {
      throw new BackupFileError(
        `The rows of "${name}" did not arrive as they were backed up. Nothing was restored.`,
      );
    }
    onTable?.(name, rows);
  }
}

async function copyIn(client: pg.ClientBase, path: string, manifest: Manifest): Promise<void> {
  let filling: { table: string; stream: CopyStreamQuery } | undefined;
  const finish = async () => {
    if (filling === undefined) return;
    filling.stream.end();
    await finished(filling.stream);
    filling = undefined;
  };
  for await (const { name, body } of readArchive(path)) {
    const table = tableOf(name);
    if (table === null) continue;
    if (filling?.table !== table) {
      await finish();
      const columns = manifest.tables.find((other) => other.name === table);
      if (columns === undefined) throw damaged();
      const stream = client.query(
        copyStreams.from(`copy ${quoted(table)} (${columnList(columns)}) from stdin`),
      );
      stream.on('error', () => undefined); // the write that follows, or the end, rejects with it
      filling = { table, stream };
    }
    await write(filling.stream, body);
  }
  await finish();
}

/** Waits while the server is behind; rejects with what it refuses. */
function write(stream: CopyStreamQuery, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(body, (error) => (error ? reject(stream.errored ?? error) : resolve()));
  });
}
