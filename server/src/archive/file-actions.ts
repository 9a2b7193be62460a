import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import copyStreams from 'pg-copy-streams';
import type { Connection } from '../db/connect.ts';
import {
  type ArchiveFile,
  fileOf,
  type Manifest,
  manifestOf,
  type Partitioned,
  partitionOf,
} from './rules.ts';

/** Months as files: compressed CSV with a header, and a manifest that says what is in them. */

/** Not whole, or not looked at yet. */
const partial = (directory: string, file: string): string => join(directory, `${file}.part`);

/** By the primary key, so that the same rows make the same file. */
const order: Record<Partitioned, string> = {
  events: 'occurred_at, id',
  attributions: 'event_id, occurred_at, sign, journal_id',
};

export async function makeDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
}

/**
 * Writes the rows of a month, under a name that says that they are not safe yet, and reads the file back into the
 * database: it must hold the same rows, to the last character. Both within one snapshot.
 */
export async function writeTable(
  connection: Connection,
  directory: string,
  table: Partitioned,
  month: string,
): Promise<ArchiveFile> {
  const partition = partitionOf(table, month);
  const file = fileOf(table, month);
  const path = partial(directory, file);
  const written = measuring();
  const from = `copy (select * from ${partition} order by ${order[table]}) to stdout (format csv, header)`;
  await pipeline(
    connection.query(copyStreams.to(from)),
    createGzip(),
    written.stream,
    createWriteStream(path, { mode: 0o600, flush: true }),
  );
  const { sizeBytes, sha256 } = written.done();
  const back = await readBack(connection, path, partition);
  if (!back.isSame || back.sha256 !== sha256)
    throw new Error(`${path} does not hold what ${partition} does. Nothing was dropped.`);
  return { table, file, rows: back.rows, sizeBytes, sha256 };
}

async function readBack(connection: Connection, path: string, partition: string) {
  const read = measuring();
  await connection.query(`create temporary table read_back (like ${partition}) on commit drop`);
  await pipeline(
    createReadStream(path),
    read.stream,
    createGunzip(),
    connection.query(copyStreams.from('copy read_back from stdin (format csv, header match)')),
  );
  const digest = (name: string) =>
    `select count(*) as rows, coalesce(sum(event_hash(t::text)), 0) as digest from ${name} t`;
  const { rows } = await connection.query<{ rows: number; isSame: boolean }>(
    `select r.rows, r.rows = p.rows and r.digest = p.digest as "isSame" from (${digest('read_back')}) r, (${digest(partition)}) p`,
  );
  await connection.query('drop table read_back');
  return { ...(rows[0] ?? { rows: 0, isSame: false }), sha256: read.done().sha256 };
}

/** Bytes on their way, counted and hashed. */
function measuring() {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, done: () => ({ sizeBytes, sha256: hash.digest('hex') }) };
}

/** Gives what was written its name, durably: the manifest last, so that where it is the files are. */
export async function keepFiles(directory: string, manifest: Manifest): Promise<void> {
  for (const { file } of manifest.files)
    await rename(partial(directory, file), join(directory, file));
  const file = manifestOf(manifest.month);
  const handle = await open(partial(directory, file), 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial(directory, file), join(directory, file));
  await syncDirectory(directory);
}

async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return; // knows no such thing
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
