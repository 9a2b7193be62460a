import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../test/support/app.ts';
import { moneyApp, type MoneyApp } from '../../test/support/money-app.ts';

/** The list of statements: searched, sorted, filtered, now and then; and a statement with those below it. */
let m: MoneyApp;
const ids: Record<string, string> = {};

const customers: Record<string, object> = {
  'Zürich Insurance Group': { timeZone: 'Europe/Zurich' },
  'acme corporation': {},
  'Acme Research (Kathmandu)': { timeZone: 'Asia/Kathmandu' },
  "O'Neill & Sons: 50% off": {},
  'Beta Corp': {},
};
const id = (name: string) => ids[name] ?? '';

beforeAll(async () => {
  m = await moneyApp();
  m.api.setClock('2026-10-01T12:00:00Z');
  for (const [name, fields] of Object.entries(customers)) {
    ids[name] = await m.customer({ name, paymentTermsDays: 10, ...fields });
    m.api.setClock(5);
  }
  await m.invoice(id('acme corporation'), '100');
  await m.invoice(id('acme corporation'), '1000', 'JPY');
  await m.invoice(id('Acme Research (Kathmandu)'), '300');
  await m.invoice(id('Zürich Insurance Group'), '100');
  await m.pay(id('Beta Corp'), '10');
});
afterAll(() => m.api.close());

const list = (query = ''): Promise<Json> => m.api.ok('GET', `/v1/statements?${query}`);
const names = async (query = ''): Promise<string[]> =>
  (await list(query)).items.map(({ organization }: Json) => organization.name);
const inBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

async function page(query: string, limit: number): Promise<string[]> {
  const seen: string[] = [];
  let cursor = '';
  for (let i = 0; i < 10; i += 1) {
    const { items, nextCursor } = await list(`${query}&limit=${limit}${cursor}`);
    seen.push(...items.map(({ organization }: Json) => organization.name));
    if (nextCursor === null) return seen;
    cursor = `&cursor=${nextCursor}`;
  }
  throw new Error('There is no end to it.');
}

describe('statements are searched', () => {
  it.each<[string, string[]]>([
    ['acme', ['acme corporation', 'Acme Research (Kathmandu)']],
    ['ACME  re', ['Acme Research (Kathmandu)']],
    ['corp', ['acme corporation', 'Beta Corp']],
    ['zür', ['Zürich Insurance Group']],
    ['kath', ['Acme Research (Kathmandu)']],
    ['cme', []],
    ["o'neill", ["O'Neill & Sons: 50% off"]],
    ['sons 50', ["O'Neill & Sons: 50% off"]],
    ['', Object.keys(customers)],
  ])('for “%s”', async (search, found) => {
    expect(await names(`search=${encodeURIComponent(search)}`)).toEqual(found);
  });

  it.each(["'", '\\', '&', '!acme', 'acme:*', '(', 'a <-> b', '%', "\\' | acme", ':A'])(
    'for %s, without taking it for more than words',
    async (search) => {
      const answer = await m.api.call('GET', `/v1/statements?search=${encodeURIComponent(search)}`);
      expect(answer.status, answer.text).toBe(200);
    },
  );
});

describe('statements are sorted', () => {
  const byName = Object.keys(customers).toSorted((a, b) =>
    inBytes(a.toLowerCase(), b.toLowerCase()),
  );
  // Of those who owe the same, the one who came last is first.
  const byBalance = [
    'Acme Research (Kathmandu)',
    'acme corporation',
    'Zürich Insurance Group',
    'Beta Corp',
  ];

  it.each([1, 2, 50])('by name, %i at a time', async (limit) => {
    expect(await page('sort=name', limit)).toEqual(byName);
  });

  it.each([1, 2, 50])('by what they owe in a currency, %i at a time', async (limit) => {
    expect(await page('sort=-outstandingBalance&currency=USD', limit)).toEqual(byBalance);
  });

  it('by what they owe only where a currency is named, and with a cursor of that order', async () => {
    const refused = async (query: string) => {
      const { status, body } = await m.api.call('GET', `/v1/statements?${query}`);
      return [status, body.errors?.[0]?.pointer];
    };
    expect(await refused('sort=-outstandingBalance')).toEqual([400, '?currency']);
    const { nextCursor } = await list('sort=name&limit=1');
    expect(await refused(`sort=-outstandingBalance&currency=USD&cursor=${nextCursor}`)).toEqual([
      400,
      '?cursor',
    ]);
    expect(await refused('cursor=bm9uc2Vuc2U')).toEqual([400, '?cursor']);
  });
});

describe('statements are filtered', () => {
  it('by currency: who ever owed or paid in it, and the other filters are about it', async () => {
    expect(await names('currency=JPY')).toEqual(['acme corporation']);
    expect(await names('currency=KWD')).toEqual([]);
    expect(await names('currency=USD&owing=false')).toEqual(['Beta Corp']);
    expect(await names('currency=JPY&owing=true')).toEqual(['acme corporation']);
  });

  it('by what is past due, by the calendar of each', async () => {
    m.api.setClock('2026-10-11T18:14:59Z');
    expect(await names('overdue=true')).toEqual([]);
    m.api.setClock('2026-10-11T18:15:00Z');
    expect(await names('overdue=true')).toEqual(['Acme Research (Kathmandu)']);
    m.api.setClock('2026-10-11T22:00:00Z');
    expect(await names('overdue=true')).toEqual([
      'Zürich Insurance Group',
      'Acme Research (Kathmandu)',
    ]);
    m.api.setClock('2026-10-12T00:00:00Z');
    expect(await names('overdue=true')).toHaveLength(3);
    expect(await names('overdue=false')).toEqual(["O'Neill & Sons: 50% off", 'Beta Corp']);
    expect(await names('overdue=true&search=acme&currency=JPY')).toEqual(['acme corporation']);
    expect(await names('overdue=true&asOf=2026-10-11T18:15:00Z')).toEqual([
      'Acme Research (Kathmandu)',
    ]);
  });
});

it('the same list at the same two clocks is the same, byte for byte, however it is asked for', async () => {
  const asked = [
    'owing=true',
    'overdue=true',
    'sort=name&search=acme',
    'sort=-outstandingBalance&currency=USD&limit=2',
    'currency=JPY',
    'limit=3',
  ];
  const { asOf, knownAt } = (await list()).items[0];
  const clocks = `asOf=${asOf}&knownAt=${knownAt}`;
  const read = () =>
    Promise.all(
      asked.map(
        async (query) => (await m.api.call('GET', `/v1/statements?${query}&${clocks}`)).text,
      ),
    );
  const before = await read();
  m.api.setClock('2026-10-20T00:00:00Z');
  await m.pay(id('Acme Research (Kathmandu)'), '250');
  await m.invoice(id('Beta Corp'), '700');
  await m.api.ok('PATCH', `/v1/organizations/${id('acme corporation')}`, { name: 'Umbrella' });
  await m.api.ok('PATCH', `/v1/organizations/${id('Zürich Insurance Group')}`, {
    timeZone: 'Pacific/Kiritimati',
  });
  await m.customer({ name: 'Acme Newcomer' });
  expect(await read()).toEqual(before);
  expect(await names('sort=-outstandingBalance&currency=USD&limit=1')).toEqual(['Beta Corp']);
  expect(await names('search=umbr')).toEqual(['Umbrella']);
});

describe('a statement with those below', () => {
  let holding: string;
  let north: string;
  let team: string;
  const tree = (query = ''): Promise<Json> =>
    m.api.ok('GET', `/v1/statements/${holding}?withDescendants=true${query}`);
  const shownAs = (statement: Json) => ({
    total: statement.outstandingBalance,
    each: statement.customers.map((each: Json) => [
      each.organization.id,
      each.outstandingBalance[0]?.amount ?? null,
      each.openInvoices.count,
    ]),
  });

  beforeAll(async () => {
    m.api.setClock('2026-11-01T00:00:00Z');
    holding = await m.customer({ name: 'Holding' });
    m.api.setClock(5);
    north = await m.customer({ name: 'North', parentId: holding });
    m.api.setClock(5);
    // Below the holding, but the holding itself pays: each invoice once, under its payer.
    team = await m.customer({ name: 'Team', parentId: north, billTo: holding });
    await m.invoice(holding, '10.50');
    await m.invoice(north, '4.25');
    await m.invoice(north, '7', 'JPY');
    await m.pay(north, '1', { allocations: [] });
  });

  it('is theirs together, and says who owes what', async () => {
    const statement = await tree();
    expect(shownAs(statement)).toEqual({
      total: [
        { amount: '7', currency: 'JPY' },
        { amount: '14.75', currency: 'USD' },
      ],
      each: [
        [holding, '10.50', 1],
        [north, '7', 2],
        [team, null, 0],
      ],
    });
    expect(statement.openInvoices.items).toHaveLength(3);
    expect(statement.unappliedCredit).toEqual([
      { amount: '0', currency: 'JPY' },
      { amount: '1.00', currency: 'USD' },
    ]);
    const alone = await m.api.ok('GET', `/v1/statements/${holding}`);
    expect([alone.customers, alone.outstandingBalance]).toEqual([
      null,
      [{ amount: '10.50', currency: 'USD' }],
    ]);
  });

  it('is by the tree of the day, as it was known then', async () => {
    m.api.setClock('2026-11-10T00:00:00Z');
    const before = await tree();
    const { asOf, knownAt } = before;
    const from = '2026-11-05T00:00:00Z';
    await m.api.ok('POST', `/v1/organizations/${north}/move`, { parentId: null, from });
    expect(shownAs(await tree()).each).toEqual([[holding, '10.50', 1]]);
    expect(shownAs(await tree('&asOf=2026-11-04T23:59:59Z')).each).toHaveLength(3);
    expect(await tree(`&asOf=${asOf}&knownAt=${knownAt}`)).toEqual(before);
  });
});

it('activity by kind sums to the activity, currency by currency', async () => {
  m.api.setClock('2026-12-01T00:00:00Z');
  const payer = await m.customer();
  const range = () => `from=2026-12-01T00:00:00Z&to=2027-01-01T00:00:00Z`;
  const paid = await m.invoice(payer, ['100', '20']);
  const lost = await m.invoice(payer, '5');
  const wrong = await m.invoice(payer, '9');
  await m.invoice(payer, '1.250', 'KWD');
  await m.credit(paid.id, {
    lines: [{ lineId: paid.lines[1].id, amount: { amount: '15', currency: 'USD' } }],
  });
  await m.api.ok('POST', `/v1/invoices/${lost.id}/uncollectible`);
  await m.api.ok('POST', `/v1/invoices/${wrong.id}/void`);
  await m.pay(payer, '130');
  const refund = { organizationId: payer, amount: { amount: '10', currency: 'USD' } };
  await m.api.ok('POST', '/v1/refunds', refund);
  m.api.setClock('2026-12-31T00:00:00Z');
  const { account } = await m.api.ok('GET', `/v1/statements/${payer}?${range()}`);
  expect(
    account.activityByKind.map((e: Json) => [e.kind, e.amount.amount, e.amount.currency]),
  ).toEqual([
    ['invoice', '1.250', 'KWD'],
    ['invoice', '134.00', 'USD'],
    ['payment', '-130.00', 'USD'],
    ['credit_note', '-15.00', 'USD'],
    ['refund', '10.00', 'USD'],
    ['write_off', '-5.00', 'USD'],
    ['void_reversal', '-9.00', 'USD'],
  ]);
  const usd = [
    { amount: '1.250', currency: 'KWD' },
    { amount: '-15.00', currency: 'USD' },
  ];
  expect([account.activity, account.closing]).toEqual([usd, usd]);
  await m.booksAreRight();
});
