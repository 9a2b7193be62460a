import pg from 'pg';
import {
  makeCredentials,
  makeCustomers,
  makeEvents,
  makePlan,
} from '../../../bench/lib/generate.ts';
import type { TestApp } from '../support/app.ts';

/** Usage of one month, spread evenly over it and over so many customers, each with a credential; then what `tune` does to its tables, and statistics. */
export async function makeMonth(
  api: TestApp,
  { customers, events, from, to }: { customers: number; events: number; from: string; to: string },
  tune: (sql: pg.Pool) => Promise<unknown> = async () => undefined,
): Promise<void> {
  const sql = new pg.Pool({
    connectionString: api.database.url,
    options: '-c search_path=customary,public',
    max: 2,
  });
  try {
    const all = { first: 1, last: customers };
    await makeCustomers({ sql }, await makePlan(api), { ...all, startAt: from });
    await makeCredentials({ sql }, { ...all, customers });
    await makeEvents(
      { sql },
      { first: 1, last: events, credentials: customers, customers, from, to },
    );
    await tune(sql);
    await sql.query('vacuum analyze');
  } finally {
    await sql.end();
  }
}
