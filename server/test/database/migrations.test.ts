import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeSchema, describeTypes } from '../../src/db/describe.ts';
import { migrate } from '../../src/db/migrate.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { adminClient, emptyDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await emptyDatabase();
  client = await adminClient(database.url);
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

const committed = (path: string) => readFileSync(join(packageRoot, path), 'utf8');
const code = (text: string) => text.replaceAll(/\s+|;|,(?=[\s}])/g, '');

it('migrations amount to the committed schema, whichever PostgreSQL runs them', async () => {
  await migrate({ url: database.url });
  expect(await describeSchema(client)).toBe(committed('schema.sql'));
  expect(code(await describeTypes(client))).toBe(code(committed('src/db/types.gen.ts')));
});

it('several processes that start on an empty database at once all find it migrated', async () => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  await Promise.all([1, 2, 3, 4].map(() => migrate({ url: database.url, log })));
  expect(lines.filter((line) => line.includes('0001_'))).toHaveLength(1);
  await migrate({ url: database.url, log });
  expect(lines.filter((line) => line.includes('0001_'))).toHaveLength(1);
});

it('a migration that was edited after it had been applied is refused', async () => {
  await migrate({ url: database.url });
  await client.query(
    `update customary.migration_checksums set checksum = 'another' where name = '0001_foundation'`,
  );
  await expect(migrate({ url: database.url })).rejects.toThrow(
    'Migration 0001_foundation was edited after it had been applied',
  );
});

it('a database that a newer version has migrated is refused', async () => {
  await migrate({ url: database.url });
  await client.query(
    `insert into customary.migration_checksums (name, checksum) values ('9999_to_come', 'x')`,
  );
  await expect(migrate({ url: database.url })).rejects.toThrow('which this version does not know');
});
