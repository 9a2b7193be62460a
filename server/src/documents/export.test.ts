import { Kysely, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testApp, type TestApp } from '../../test/support/app.ts';
import type { DB } from '../db/types.gen.ts';
import { lineRecords, lineRecordsOf } from './export-actions.ts';
import type { LineRecord } from './export-rules.ts';

/** The lines of many invoices, page by page: newest invoice first, each with its lines in their order. */

const FEES = 5;
const CUSTOMERS = 4;

let api: TestApp;
let invoices: string[];
beforeAll(async () => {
  api = await testApp();
  const { id: productId } = await api.ok('POST', '/v1/products', { name: 'Inference' });
  const fees = Array.from({ length: FEES }, (_, i) => ({
    name: `Fee ${i}`,
    amount: `${i + 1}.00`,
    timing: 'arrears',
  }));
  const plan = { productId, name: 'Pro', fees, charges: [] };
  const { id: planId } = await api.ok('POST', '/v1/plans', plan);
  for (let i = 0; i < CUSTOMERS; i += 1) {
    const { id: organizationId } = await api.ok('POST', '/v1/organizations', { name: `C${i}` });
    const startAt = '2026-10-01T00:00:00Z';
    await api.ok('POST', '/v1/subscriptions', { organizationId, planId, startAt });
  }
  api.setClock('2026-11-01T06:00:00Z');
  await api.ok('POST', '/v1/billing-runs', { period: '2026-10' });
  invoices = (await api.ok('GET', '/v1/invoices')).items.map(({ id }: { id: string }) => id);
});
afterAll(() => api.close());

async function linesOf(records: AsyncIterable<LineRecord>): Promise<string[]> {
  const found: string[] = [];
  for await (const { invoice, line } of records)
    found.push(`${invoice.id} ${line.id} ${line.amount.amount}`);
  return found;
}

it.each([1, 2, FEES, FEES + 2, 2 * FEES, 1000])(
  'lists each line once, in order, %i at a time',
  async (atOnce) => {
    const expected: string[] = [];
    for (const id of invoices)
      expected.push(...(await linesOf((await lineRecordsOf(api.database.db, id)).records)));
    expect(expected).toHaveLength(CUSTOMERS * FEES);
    const all = lineRecords(api.database.db, {}, api.now(), atOnce);
    expect(await linesOf(all)).toEqual(expected);
  },
);

it('asks once for each page of lines, not once for each invoice', async () => {
  let asked = 0;
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool: api.database.pool }),
    log: () => void (asked += 1),
  });
  await linesOf(lineRecords(db, {}, api.now()));
  expect(asked).toBe(2);
});
