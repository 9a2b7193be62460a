import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backup } from '../../src/db/backup.ts';
import { packEntry, readArchive } from '../../src/db/backup-archive.ts';
import { restore, verifyBackup } from '../../src/db/backup-restore.ts';
import type { Instant } from '../../src/lib/instant.ts';
import {
  adminClient,
  emptyDatabase,
  testDatabase,
  type TestDatabase,
} from '../support/database.ts';

const now = '2026-11-22T12:00:00.000000Z' as Instant;

/** Rows with everything that a text format may trip over. */
const awkwardRows = String.raw`
  set search_path = customary, public;
  insert into journal (kind, actor, recorded_at) select 'test', 'system', '2026-10-01 00:00:00.123456+00' from generate_series(1, 5);
  select number_journal();
  insert into journal (kind, actor, recorded_at) values ('test', 'not numbered', '2026-10-01 00:00:00+00');
  insert into organizations (id, name, external_id, metadata, created_at, updated_at)
  values ('org_A', E'Tab\there, "quotes", \\N, backslash \\ and\nnewline', 'a', '{"é": "☃ \\u0001 \\\\ \n"}', '2026-10-01 00:00:00.000001+00', now()),
         ('org_B', '\.', null, '{}', now(), now());
  insert into organization_parents (organization_id, parent_id, valid, recorded_by) values ('org_A', 'org_B', '(,)', 1);
  update organization_parents set superseded_by = 2;
  insert into organization_parents (organization_id, parent_id, valid, recorded_by)
  values ('org_A', 'org_B', '[2026-10-01 00:00:00.000001+00,)', 2);
  insert into credentials (id, name, external_secret, tags, created_at, updated_at)
  values ('crd_A', 'A', '\x00ff0a5c', array['a,b', '{}', 'NULL', E'\n'], now(), now());
  select ensure_event_partitions(array['2026-09-01', '2026-10-01']::date[]);
  insert into events (id, occurred_at, journal_id, source, client_id, measures)
  select 'evt_' || n, timestamptz '2026-09-15 00:00:00+00' + n * interval '1 minute', 1, '', n::text, jsonb_build_object('n', n::numeric / 7)
    from generate_series(1, 40000) n;
  insert into invoices (id, seller_id, organization_id, number, status, currency, period_start, period_end, position, total, recipient, issuer, issued_at, due_at, journal_id, created_at, updated_at)
  values ('inv_A', 'default', 'org_A', null, 'draft', 'USD', '2026-09-01', '2026-10-01', 1, 0, '{}', '{}', null, null, 1, now(), now());`;

describe('backup and restore', () => {
  const folder = mkdtempSync(join(tmpdir(), 'customary-backup-'));
  const path = join(folder, 'whole.tar.gz');
  const databases: TestDatabase[] = [];
  let source: TestDatabase;

  const empty = async (): Promise<TestDatabase> => {
    const database = await emptyDatabase();
    databases.push(database);
    return database;
  };

  beforeAll(async () => {
    source = await testDatabase();
    databases.push(source);
    await execute(source.url, awkwardRows);
    await backup({ url: source.url, path, now, customary: 'test' });
  });
  afterAll(async () => {
    for (const database of databases) await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('brings back every row, every counter and every guard', async () => {
    const target = await empty();
    await restore({ url: target.url, backup: await verifyBackup(path) });

    const again = join(folder, 'again.tar.gz');
    await backup({ url: target.url, path: again, now, customary: 'test' });
    const [first, second] = [await verifyBackup(path), await verifyBackup(again)];
    expect(second.summary).toEqual(first.summary);
    expect(second.manifest).toEqual(first.manifest);
    expect(first.summary.tables['events']?.rows).toBe(40_000);

    // The next of each counter does not collide, and what must never change still cannot.
    await execute(
      target.url,
      "insert into customary.journal (kind, actor, recorded_at) values ('after', 'system', now())",
    );
    await expect(execute(target.url, "update customary.events set source = 'x'")).rejects.toThrow(
      /never changes/,
    );
    await expect(execute(target.url, 'delete from customary.organization_parents')).rejects.toThrow(
      /never changes/,
    );
  });

  it('reads one instant while others write', async () => {
    const file = join(folder, 'one-instant.tar.gz');
    let writing: Promise<void> | undefined;
    // A second batch of related rows commits after the first table was copied: none of it may be in the file.
    await backup({
      url: source.url,
      path: file,
      now,
      customary: 'test',
      onTable: () => {
        writing ??= execute(
          source.url,
          `insert into customary.journal (kind, actor, recorded_at) values ('later', 'system', now());
           insert into customary.ingest_batches values (99, 1, 0, 0, 0)`,
        );
      },
    });
    await writing;
    const { summary } = await verifyBackup(file);
    const { summary: before } = await verifyBackup(path);
    expect(summary.tables['ingest_batches']).toEqual(before.tables['ingest_batches']);
    const target = await empty();
    await restore({ url: target.url, backup: await verifyBackup(file) });
  });

  it('is readable by its owner only, and leaves no partial file', () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('refuses a database that has a Customary in it', async () => {
    await expect(restore({ url: source.url, backup: await verifyBackup(path) })).rejects.toThrow(
      /never overwrites/,
    );
  });

  const damaged = (name: string, make: (file: string) => void): string => {
    const file = join(folder, name);
    writeFileSync(file, readFileSync(path));
    make(file);
    return file;
  };

  it.each([1, 1000, 0.5, 0.9, -1])('refuses a file that is cut off (%s)', async (at) => {
    const file = damaged('cut.tar.gz', (name) => {
      const sizeBytes = statSync(name).size;
      truncateSync(name, at < 0 ? sizeBytes + at : at < 1 ? Math.floor(sizeBytes * at) : at);
    });
    await expect(verifyBackup(file)).rejects.toThrow(/not whole|damaged/);
  });

  it('refuses a file with a changed byte, wherever the compression does not notice', async () => {
    const plain = gunzipSync(readFileSync(path));
    const at = plain.indexOf('evt_39999');
    plain.write('evt_3999X', at);
    const file = damaged('changed.tar.gz', (name) => writeFileSync(name, gzipSync(plain)));
    await expect(verifyBackup(file)).rejects.toThrow(/rows of "events"/);
  });

  it('refuses what is no backup at all', async () => {
    await expect(
      verifyBackup(damaged('text', (name) => writeFileSync(name, 'hello'))),
    ).rejects.toThrow(/not a backup/);
    await expect(
      verifyBackup(damaged('gzip', (name) => writeFileSync(name, gzipSync('hello')))),
    ).rejects.toThrow(/ends too early/);
    const other = Buffer.concat([
      packEntry({ name: 'readme', body: Buffer.from('x') }),
      Buffer.alloc(1024),
    ]);
    await expect(
      verifyBackup(damaged('tar', (name) => writeFileSync(name, gzipSync(other)))),
    ).rejects.toThrow(/not a backup/);
  });

  it('refuses the backup of a version with other migrations, and leaves nothing', async () => {
    const target = await empty();
    const verified = await verifyBackup(path);
    const newer = {
      ...verified.manifest,
      migrations: [...verified.manifest.migrations, { name: '9999_later', checksum: 'x' }],
    };
    await expect(
      restore({ url: target.url, backup: { ...verified, manifest: newer } }),
    ).rejects.toThrow(/9999_later/);
    expect(await schemasIn(target.url)).toEqual([]);
  });

  it('leaves nothing when the rows that arrive are not those that were backed up', async () => {
    const target = await empty();
    const verified = await verifyBackup(path);
    const { organizations } = verified.summary.tables;
    if (organizations === undefined) throw new Error('no organizations in the backup');
    const tables = { ...verified.summary.tables, organizations: { ...organizations, digest: '1' } };
    await expect(
      restore({
        url: target.url,
        backup: { ...verified, summary: { ...verified.summary, tables } },
      }),
    ).rejects.toThrow(/"organizations" did not arrive/);
    expect(await schemasIn(target.url)).toEqual([]);
  });

  it('leaves nothing when the database refuses a row', async () => {
    const plain = gunzipSync(readFileSync(path));
    plain.write('x', plain.indexOf('org_B\t\\\\.'));
    const target = await empty();
    const file = damaged('refused.tar.gz', (name) => writeFileSync(name, gzipSync(plain)));
    const backupOfIt = { ...(await verifyBackup(path)), path: file };
    await expect(restore({ url: target.url, backup: backupOfIt })).rejects.toThrow(
      /violates check constraint/,
    );
    expect(await schemasIn(target.url)).toEqual([]);
  });

  it('is an archive that any tar can read', async () => {
    const names: string[] = [];
    for await (const { name } of readArchive(path)) names.push(name);
    expect(names[0]).toBe('manifest.json');
    expect(names.at(-1)).toBe('summary.json');
    expect(names).toContain('tables/events/000001');
  });
});

async function execute(url: string, text: string): Promise<void> {
  const client = await adminClient(url);
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

async function schemasIn(url: string): Promise<string[]> {
  const client = await adminClient(url);
  try {
    const { rows } = await client.query<{ nspname: string }>(
      "select nspname from pg_namespace where nspname = 'customary'",
    );
    return rows.map((row) => row.nspname);
  } finally {
    await client.end();
  }
}
