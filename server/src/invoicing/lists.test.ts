import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../test/support/app.ts';
import { moneyApp, type MoneyApp } from '../../test/support/money-app.ts';

/** Lists of invoices, by what finance asks; the same for whoever may see their heads only. */
let m: MoneyApp;
let utc: string;
let kathmandu: string;
/** Name → id. */
const made: Record<string, string> = {};
const nameOf = (id: string) => Object.keys(made).find((name) => made[name] === id) ?? id;

beforeAll(async () => {
  m = await moneyApp();
  m.api.setClock('2026-10-01T12:00:00Z');
  utc = await m.customer({ paymentTermsDays: 10 });
  kathmandu = await m.customer({ paymentTermsDays: 10, timeZone: 'Asia/Kathmandu' });
  const make = async (name: string, invoice: Promise<Json>) => {
    const { id } = await invoice;
    made[name] = id;
  };
  // Cycles from January 2000, a month each, in the order they are made; due ten days on, at 12:00 UTC.
  await make('january', m.invoice(utc, '100'));
  await make('february', m.invoice(kathmandu, '20'));
  await make('march yen', m.invoice(utc, '500', 'JPY'));
  await make('april', m.invoice(utc, '40'));
  await make('may', m.invoice(utc, '50'));
  await make('june', m.invoice(utc, '60'));
  made['july'] = await m.draft(utc, '70');
  await m.pay(utc, '40', {
    allocations: [{ invoiceId: made['april'], amount: { amount: '40', currency: 'USD' } }],
  });
  await m.pay(utc, '5', {
    allocations: [{ invoiceId: made['may'], amount: { amount: '5', currency: 'USD' } }],
  });
  await m.api.ok('POST', `/v1/invoices/${made['june']}/void`);
});
afterAll(() => m.api.close());

const found = async (query: string, path = '/v1/invoices'): Promise<string[]> => {
  const { items } = await m.api.ok('GET', `${path}?${query}`);
  return items.map(({ id }: Json) => nameOf(id)).toReversed();
};
const all = ['january', 'february', 'march yen', 'april', 'may', 'june', 'july'];

describe('invoices are found', () => {
  it.each<[string, string[]]>([
    ['', all],
    ['status=paid', ['april']],
    ['status=paid,void,draft', ['april', 'june', 'july']],
    ['unpaid=true', ['january', 'february', 'march yen', 'may']],
    ['unpaid=false', ['april', 'june', 'july']],
    ['currency=JPY', ['march yen']],
    ['number=INV-000002', ['february']],
    ['number=INV-', []],
    ['unpaid=true&status=partially_paid', ['may']],
    // Cycles end at midnight UTC: for a payer in Kathmandu that is in the next month.
    ['period=2000-02', ['january']],
    ['period=2000-03', []],
    ['period=2000-04', ['february', 'march yen']],
    ['period=2000-01', []],
    ['periodFrom=2000-05-01T00:00:00Z', ['april', 'may', 'june', 'july']],
    ['periodFrom=2000-05-01T00:00:00.000001Z', ['may', 'june', 'july']],
    ['periodTo=2000-04-01T00:00:00Z', ['january', 'february']],
    ['periodFrom=2000-03-01T00:00:00Z&periodTo=2000-04-01T00:00:00Z', ['february']],
  ])('by %s', async (query, names) => {
    expect(await found(query)).toEqual(names);
    if (query.includes('draft')) return;
    expect(await found(query, '/v1/invoice-headers')).toEqual(
      names.filter((name) => name !== 'july'),
    );
  });

  it('by customer', async () => {
    expect(await found(`organizationId=${kathmandu}`)).toEqual(['february']);
    expect(await found(`organizationId=${utc}&unpaid=true`)).toEqual([
      'january',
      'march yen',
      'may',
    ]);
  });

  it('by when they are due', async () => {
    const { dueAt } = await m.api.ok('GET', `/v1/invoices/${made['may']}`);
    expect(await found(`dueFrom=${dueAt}`)).toEqual(['may', 'june']);
    expect(await found(`dueTo=${dueAt}`)).toEqual(['january', 'february', 'march yen', 'april']);
    expect(await found(`dueFrom=${dueAt}&dueTo=${dueAt}`)).toEqual([]);
  });

  it('page by page, each once', async () => {
    const seen: string[] = [];
    let cursor = '';
    for (;;) {
      const page = await m.api.ok('GET', `/v1/invoices?unpaid=true&limit=1${cursor}`);
      seen.unshift(...page.items.map(({ id }: Json) => nameOf(id)));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(seen).toEqual(['january', 'february', 'march yen', 'may']);
  });

  it.each([
    ['status=open,gone', '?status'],
    ['status=', '?status'],
    ['currency=XYZ', '?currency'],
    ['period=2026-13', '?period'],
    ['periodFrom=yesterday', '?periodFrom'],
    ['overdue=maybe', '?overdue'],
    ['open=true', '?open'],
  ])('and not by %s', async (query, pointer) => {
    const answer = await m.api.call('GET', `/v1/invoices?${query}`);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, pointer]);
  });

  it('in a file with the same filters', async () => {
    const key = await m.api.key('admin');
    const { body } = await m.api.app.inject({
      url: '/v1/invoices/csv?unpaid=true&status=open',
      headers: { 'x-api-key': key },
    });
    expect(body.trimEnd().split('\r\n')).toHaveLength(4);
  });
});

describe('an invoice is overdue', () => {
  const overdue = async () => [
    await found('overdue=true'),
    await found('overdue=true', '/v1/invoice-headers'),
    (await m.api.ok('GET', '/v1/invoices')).items
      .filter((each: Json) => each.overdue)
      .map(({ id }: Json) => nameOf(id))
      .toReversed(),
  ];
  const both = ['january', 'february', 'march yen', 'may'];

  it.each<[string, string[]]>([
    ['2026-10-11T12:00:00Z', []],
    ['2026-10-11T18:14:59.999999Z', []],
    ['2026-10-11T18:15:00Z', ['february']], // midnight in Kathmandu
    ['2026-10-11T23:59:59Z', ['february']],
    ['2026-10-12T00:00:00Z', both],
  ])('at %s', async (now, names) => {
    m.api.setClock(now);
    expect(await overdue()).toEqual([names, names, names]);
    const rest = all.filter((name) => !names.includes(name));
    expect(await found('overdue=false')).toEqual(rest);
    for (const name of all) {
      const { overdue: isOverdue } = await m.api.ok('GET', `/v1/invoices/${made[name]}`);
      expect(isOverdue, name).toBe(names.includes(name));
    }
  });

  it('as long as something is due', async () => {
    m.api.setClock('2026-11-01T00:00:00Z');
    await m.pay(kathmandu, '20');
    expect(await found('overdue=true')).toEqual(both.filter((name) => name !== 'february'));
  });
});

describe('the head of an invoice', () => {
  it('is shown without what leads to its lines, by a permission of its own', async () => {
    const key = await m.api.key('invoices.readHeaders');
    const get = (path: string) => m.api.call('GET', path, undefined, { key });
    const { body } = await get(`/v1/invoice-headers/${made['may']}`);
    expect(body).toMatchObject({
      number: 'INV-000005',
      status: 'partially_paid',
      total: { amount: '50.00' },
      amountDue: { amount: '45.00' },
    });
    for (const field of ['lines', 'subscriptionId', 'billingRunId', 'position'])
      expect(Object.keys(body)).not.toContain(field);
    expect((await get(`/v1/invoice-headers/${made['july']}`)).status).toBe(404);
    expect((await get(`/v1/invoice-headers?status=draft`)).status).toBe(400);
    for (const path of ['/v1/invoices', `/v1/invoices/${made['may']}`, `/v1/invoices/csv`])
      expect((await get(path)).status, path).toBe(403);
  });
});
