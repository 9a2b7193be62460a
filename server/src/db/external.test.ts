import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminClient, testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { describeServer } from './external.ts';

describe('describeServer', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await testDatabase();
    client = await adminClient(database.url);
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  /** A stand-in for servers that a test cannot start: the real answer, changed in places. */
  function pretending(changes: Record<string, unknown>) {
    const query = async (text: string) => {
      const real = await client.query<Record<string, unknown>>(text);
      return { rows: [{ ...real.rows[0], ...changes }] };
    };
    return { query } as unknown as pg.Client;
  }

  it('tells the version', async () => {
    const { version } = await describeServer(client);
    expect(version).toMatch(/^\d+\.\d+/);
  });

  it('warns of a real session that does not wait for the disk', async () => {
    await client.query('set synchronous_commit = off');
    const { warnings } = await describeServer(client);
    await client.query('reset synchronous_commit');
    expect(warnings).toContainEqual(expect.stringContaining('synchronous_commit is off'));
  });

  it.each(['fsync', 'synchronous_commit', 'full_page_writes'])(
    'warns of %s alone',
    async (name) => {
      const safe = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
      const { warnings } = await describeServer(pretending({ ...safe, [name]: 'off' }));
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(`${name} is off`);
      expect((await describeServer(pretending(safe))).warnings).toEqual([]);
    },
  );

  it('refuses a server that is too old, naming what to do', async () => {
    const old = pretending({ version: '14.11', number: '140011' });
    await expect(describeServer(old)).rejects.toThrow(/PostgreSQL 14\.11; Customary needs 15/);
  });

  it('refuses a replica and another encoding', async () => {
    await expect(describeServer(pretending({ replica: true }))).rejects.toThrow(
      /read-only replica/,
    );
    await expect(describeServer(pretending({ encoding: 'LATIN1' }))).rejects.toThrow(/needs UTF8/);
  });
});
