import { afterAll, beforeAll, expect, it } from 'vitest';
import { credentialIdOf } from '../../../bench/lib/generate.ts';
import { type Json, type TestApp, testApp } from '../support/app.ts';
import { allowed, isRendered } from './allowed.ts';
import { type Call, callsOf } from './calls.ts';
import { makeData } from './data.ts';
import { type Explained, type Scan, watchStatements } from './plans.ts';

/**
 * What a user waits for does not grow with what is stored. On a deployment of some size every list and lookup of the
 * OpenAPI document is asked, each filter and each order by itself, and what PostgreSQL does for it is looked at: no
 * table that grows may be read from end to end, nor much of it in any other way.
 */

const LARGE_ROWS = 4_000;
const READ_ROWS_MAX = 2_000;
/** A partition that is all but empty is read like this. */
const SCANNED_ROWS_MAX = 1_000;
const PATIENCE_MS = 400_000;

let api: TestApp;
let key: string;
let calls: Call[];
let large: Set<string>;

beforeAll(async () => {
  api = await testApp();
  key = await api.key('admin');
  await makeData(api);
  api.setClock('2026-10-01T12:00:00Z');
  calls = callsOf(api.app.swagger() as Json, await knownThings());
  const { rows } = await api.database.pool.query<{ name: string }>(
    `select regexp_replace(relname, '_\\d{4}_\\d{2}$', '') as name from pg_class
      where relnamespace = 'customary'::regnamespace and relkind = 'r' group by 1 having sum(reltuples) >= ${LARGE_ROWS}`,
  );
  large = new Set(rows.map(({ name }) => name));
}, PATIENCE_MS);
afterAll(() => api.close());

const first = async (path: string) => (await api.ok('GET', path)).items[0].id as string;

async function knownThings() {
  return {
    planId: await first('/v1/plans'),
    productId: await first('/v1/products'),
    meterId: await first('/v1/meters'),
    eventId: await first('/v1/events?limit=1'),
    groupId: await first('/v1/unclassified?limit=1'),
    credentialId: credentialIdOf(505),
  };
}

const ask = ({ method, url, body }: Call) =>
  api.app.inject({
    method: method as 'GET',
    url,
    headers: { authorization: `Bearer ${key}` },
    ...(body !== undefined && { payload: body }),
  });

const isTooMuch = ({ way, table, rows }: Scan) =>
  large.has(table) && rows > (way.includes('Seq Scan') ? SCANNED_ROWS_MAX : READ_ROWS_MAX);

const textOf = ({ way, table, index, rows }: Scan) =>
  `${way} of ${table}${index === null ? '' : ` by ${index}`}: ${rows} rows`;

it(
  'every list and lookup reads what it answers, however much there is',
  async () => {
    // A table without much in it shows nothing.
    expect([...large].toSorted()).toMatchSnapshot();
    const watch = watchStatements();
    const found: string[] = [];
    const needed = new Set<string>();
    const judge = (call: Call, { statement, scans }: Explained) => {
      for (const scan of scans.filter(isTooMuch)) {
        const reason = allowed.find(
          (each) =>
            each.call.test(`${call.operation} ${call.url}`) && each.tables.includes(scan.table),
        )?.reason;
        if (reason !== undefined) needed.add(reason);
        else
          found.push(
            `${call.operation}: ${call.method} ${call.url} ${JSON.stringify(call.body ?? {})}\n${textOf(scan)}\n${statement.replaceAll(/\s+/g, ' ').slice(0, 500)}\n`,
          );
      }
    };
    try {
      for (const call of calls) {
        const { statusCode, body } = await ask(call);
        const explained = watch.taken();
        if (statusCode >= 300 && isRendered(call.operation))
          found.push(`${call.operation} ${call.url}: ${statusCode} ${body}`);
        for (const each of explained) judge(call, each);
      }
    } finally {
      watch.stop();
    }
    expect(found.join('\n')).toBe('');
    expect(allowed.map(({ reason }) => reason).filter((reason) => !needed.has(reason))).toEqual([]);
  },
  PATIENCE_MS,
);
