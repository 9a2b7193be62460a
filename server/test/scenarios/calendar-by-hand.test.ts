import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Instant, justBefore } from '../../src/lib/instant.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { type Row, table } from './calendar-by-hand-table.ts';
import { zonesTable } from './calendar-by-hand-zones.ts';

/** What the product opens and bills over a leap year is what the tables say, which were worked out by hand. */

const rows = [...table, ...zonesTable];
const months = [
  '2011-12',
  '2012-01',
  '2012-10',
  '2012-11',
  '2027-12',
  ...Array.from({ length: 12 }, (_, i) => `2028-${String(i + 1).padStart(2, '0')}`),
  '2029-01',
  '2029-02',
];
const AFTER_ALL = '2029-03-02T00:00:00Z';

let api: TestApp;
/** Row by row, what was billed, in the words of the table. */
const billed = new Map<string, string[]>();

/** `'02-29'`, `'2027-12-31 23:00'` → an instant, as the API writes it. */
function at(short: string): string {
  const [day = '', time = '00:00'] = short.trim().split(' ');
  return `${day.length === 5 ? `2028-${day}` : day}T${time}:00.000000Z`;
}

type Line = { month: string; start: string; end: string; fee: string; usage: string; sum: string };

function linesOf({ bills }: Row): Line[] {
  return bills
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [month = '', period = '', fee = '', usage = '', sum = ''] = line
        .split('|')
        .map((cell) => cell.trim());
      const [start = '', end = ''] = period.split('→');
      return { month, start: at(start), end: at(end), fee, usage, sum };
    });
}

/** What the table says, one text for each line of an invoice and one for its total. */
function expectedOf(row: Row): string[] {
  return linesOf(row)
    .flatMap(({ month, start, end, fee, usage, sum }) => [
      ...(fee === '-' ? [] : [`${month} fee ${start} ${end} 1 ${fee}`]),
      ...(usage === '-' || usage === 'free' ? [] : [`${month} usage ${start} ${end} 11 ${usage}`]),
      ...(sum === '' ? [] : [`${month} total ${sum}`]),
    ])
    .toSorted();
}

const plans = new Map<string, Promise<string>>();
let productId = '';

/** The plan of an interval; `name` tells apart those that are alike. */
function planOf(every: string, timing = 'arrears', trialDays = 0, name = 'One'): Promise<string> {
  const key = [every, timing, trialDays, name].join();
  const [count = '1', unit = 'month'] = every.split(' ');
  const made =
    plans.get(key) ??
    api
      .ok('POST', '/v1/plans', {
        productId,
        name,
        interval: { unit, count: Number(count) },
        trialDays,
        fees: [{ name: 'Fee', amount: '100', timing }],
        charges: [{ meter: 'units', model: 'perUnit', unitPrice: '1' }],
      })
      .then(({ id }: Json) => id);
  plans.set(key, made);
  return made;
}

async function open(row: Row): Promise<Json> {
  const customer = await api.ok('POST', '/v1/organizations', { name: row.name, ...row.payer });
  return api.ok('POST', '/v1/subscriptions', {
    organizationId: customer.id,
    planId: await planOf(row.every, row.timing, row.trialDays),
    startAt: at(row.from),
    ...(row.until && { endAt: at(row.until) }),
    ...(row.anchorDay && { anchorDay: row.anchorDay }),
    timeZone: row.zone ?? 'UTC',
  });
}

async function change(
  subscription: Json,
  { patch, planNow, planNext }: NonNullable<Row['change']>,
) {
  const url = `/v1/subscriptions/${subscription.id}`;
  if (patch) await api.ok('PATCH', url, patch);
  const every = planNow ?? planNext;
  if (every === undefined) return;
  const planId = await planOf(every, 'arrears', 0, 'Other');
  await api.ok('POST', `${url}/change-plan`, { planId, at: planNow ? 'now' : 'periodEnd' });
}

/** One unit in the first microsecond of every period that has usage, ten in the last. */
function eventsOf(row: Row, subscription: Json): Json[] {
  return linesOf(row)
    .filter(({ usage }) => usage !== '-')
    .flatMap(({ start, end }) => {
      const last = justBefore(end as Instant);
      return [
        { id: `${subscription.id} ${start}`, time: start, measures: { units: 1 } },
        { id: `${subscription.id} ${last}`, time: last, measures: { units: 10 } },
      ].map((event) => ({ ...event, subscription: subscription.id }));
    });
}

async function send(events: Json[]) {
  const answer = await api.ok('POST', '/v1/events', events);
  expect(answer).toMatchObject({ accepted: events.length, rejected: [] });
}

async function bill(month: string, names: ReadonlyMap<string, string>) {
  const run = await api.ok('POST', '/v1/billing-runs', { period: month });
  expect(run).toMatchObject({ status: 'succeeded' });
  const { items } = await api.ok('GET', `/v1/invoices?billingRunId=${run.id}&limit=200`);
  for (const { id, organizationId, total } of items) {
    const { lines } = await api.ok('GET', `/v1/invoices/${id}`);
    const name = names.get(organizationId) ?? '';
    const texts = lines.map(({ kind, periodStart, periodEnd, quantity, amount }: Json) =>
      [month, kind, periodStart, periodEnd, quantity, amount.amount].join(' '),
    );
    billed.set(name, [...(billed.get(name) ?? []), ...texts, `${month} total ${total.amount}`]);
  }
}

type Opened = { row: Row; subscription: Json };

async function changeAll(opened: readonly Opened[]) {
  const changes = opened.flatMap(({ row, subscription }) =>
    row.change ? [{ subscription, what: row.change, when: at(row.change.at) }] : [],
  );
  for (const { subscription, what, when } of changes.toSorted((a, b) =>
    a.when < b.when ? -1 : 1,
  )) {
    api.setClock(when);
    await change(subscription, what);
  }
}

beforeAll(async () => {
  api = await testApp();
  api.setClock('2027-08-01T00:00:00Z');
  productId = (await api.ok('POST', '/v1/products', { name: 'Units' })).id;
  await api.ok('POST', '/v1/meters', { key: 'units', aggregation: 'sum', measure: 'units' });
  const opened: Opened[] = [];
  for (const row of rows) opened.push({ row, subscription: await open(row) });
  await changeAll(opened);
  api.setClock(AFTER_ALL);
  await send(opened.flatMap(({ row, subscription }) => eventsOf(row, subscription)));
  const names = new Map(
    opened.map(({ row, subscription }) => [subscription.organizationId, row.name]),
  );
  for (const month of months) await bill(month, names);
});
afterAll(() => api.close());

describe('service periods, and what is invoiced for them', () => {
  it.each(rows.map((row) => [row.name, row] as const))('%s', (name, row) => {
    expect((billed.get(name) ?? []).toSorted()).toEqual(expectedOf(row));
  });

  it('is all recomputed alike by the checks', async () => {
    const { checks } = await api.ok('GET', '/v1/checks');
    expect(checks.filter(({ ok }: Json) => !ok)).toEqual([]);
  });
});
