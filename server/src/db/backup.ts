import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import copyStreams from 'pg-copy-streams';
import type { Instant } from '../lib/instant.ts';
import { archiveEnd, packEntry, partBytesMax } from './backup-archive.ts';
import {
  columnList,
  digestOf,
  listSequences,
  listTables,
  PLAIN_TEXT,
  quoted,
  type Table,
} from './backup-catalog.ts';
import {
  FORMAT,
  FORMAT_VERSION,
  MANIFEST,
  type Manifest,
  partName,
  SUMMARY,
  type Summary,
  type TableSummary,
} from './backup-format.ts';
import { connect } from './connect.ts';

export type BackupOptions = {
  /** The owner of the database. */
  url: string;
  path: string;
  now: Instant;
  customary: string;
  onTable?: (table: string, rows: number) => void;
};

export type BackupReport = { position: number; rows: number; tables: number; sizeBytes: number };

/**
 * Writes every row of the schema, as one instant saw them, into one file. Works beside a server that goes on
 * recording. The file appears under its name when it is whole.
 */
export async function backup(options: BackupOptions): Promise<BackupReport> {
  const database = connect({
    url: options.url,
    role: 'owner',
    connectionsMax: 1,
    name: 'customary backup',
  });
  const partial = `${options.path}.partial`;
  try {
    const client = await database.pool.connect();
    try {
      await client.query('begin isolation level repeatable read read only');
      await client.query(PLAIN_TEXT);
      const manifest = await describe(client, options);
      const summary: Summary = { tables: {}, sequences: [] };
      const entries = Readable.from(entriesOf(client, manifest, summary, options.onTable), {
        objectMode: true,
      });
      // It holds live credential IDs: nobody else may read it.
      const file = createWriteStream(partial, { mode: 0o600, flush: true });
      await pipeline(entries, createGzip({ level: 4 }), file);
      await client.query('commit');
      await rename(partial, options.path);
      const rows = Object.values(summary.tables).reduce((total, table) => total + table.rows, 0);
      return {
        position: manifest.position,
        rows,
        tables: manifest.tables.length,
        sizeBytes: (await stat(options.path)).size,
      };
    } finally {
      client.release(true);
    }
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await database.close();
  }
}

async function describe(client: pg.ClientBase, options: BackupOptions): Promise<Manifest> {
  const { rows: migrations } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from migration_checksums order by name',
  );
  const { rows: facts } = await client.query<{
    position: number;
    fingerprint: string | null;
    postgres: string;
  }>(
    `select coalesce((select max(position) from journal), 0)::bigint as position,
            (select secret_key_fingerprint from deployment) as fingerprint, current_setting('server_version') as postgres`,
  );
  return {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    customary: options.customary,
    postgres: facts[0]?.postgres ?? '',
    createdAt: options.now,
    position: facts[0]?.position ?? 0,
    secretKeyFingerprint: facts[0]?.fingerprint ?? null,
    migrations,
    tables: await listTables(client),
  };
}

async function* entriesOf(
  client: pg.ClientBase,
  manifest: Manifest,
  summary: Summary,
  onTable: BackupOptions['onTable'],
): AsyncGenerator<Buffer> {
  yield packEntry({ name: MANIFEST, body: json(manifest) });
  for (const table of manifest.tables) {
    const written = yield* tableEntries(client, table);
    const inDatabase = await digestOf(client, table.name);
    if (inDatabase.rows !== written.rows) {
      throw new Error(`COPY of ${table.name} gave ${written.rows} rows of ${inDatabase.rows}`);
    }
    summary.tables[table.name] = { ...written, digest: inDatabase.digest };
    onTable?.(table.name, written.rows);
  }
  // Counters stand outside transactions: read now, they are past every row of the snapshot.
  summary.sequences = await listSequences(client);
  yield packEntry({ name: SUMMARY, body: json(summary) });
  yield archiveEnd;
}

/** The rows of a table in parts; an empty table has none. */
async function* tableEntries(
  client: pg.ClientBase,
  table: Table,
): AsyncGenerator<Buffer, Omit<TableSummary, 'digest'>> {
  const hash = createHash('sha256');
  const total = { rows: 0, bytes: 0 };
  let parts = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  const pack = (): Buffer => {
    const body = Buffer.concat(held);
    held = [];
    heldBytes = 0;
    parts += 1;
    return packEntry({ name: partName(table.name, parts), body });
  };
  const rows = client.query(
    copyStreams.to(`copy (select ${columnList(table)} from ${quoted(table.name)}) to stdout`),
  );
  for await (const data of rows) {
    const chunk = data as Buffer;
    hash.update(chunk);
    total.bytes += chunk.length;
    total.rows += countRows(chunk);
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes >= partBytesMax) yield pack();
  }
  if (heldBytes > 0) yield pack();
  return { ...total, sha256: hash.digest('hex') };
}

const NEWLINE = 0x0a;

/** In COPY's text format a newline ends a row and is nowhere else. */
export function countRows(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`, 'utf8');
}
