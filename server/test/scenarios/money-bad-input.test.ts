import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Json } from '../support/app.ts';
import { moneyApp, type MoneyApp } from '../support/money-app.ts';

/** What an accountant would not do is a named problem that says where, and leaves every row of every table as it was. */
let m: MoneyApp;
const at: Record<string, string> = {};

const usd = (amount: string) => ({ amount, currency: 'USD' });

beforeAll(async () => {
  m = await moneyApp();
  const { api } = m;
  at['acme'] = await m.customer({ name: 'Acme' });
  at['other'] = await m.customer({ name: 'Other' });
  const open = await m.invoice(at['acme'], ['100.00', '20.00']);
  Object.assign(at, { open: open.id, line: open.lines[0].id });
  const paid = await m.invoice(at['other'], '50.00');
  at['paid'] = paid.id;
  at['paying'] = (await m.pay(at['other'], '50.00')).id;
  at['lost'] = (await m.invoice(at['other'], '5.00')).id;
  await api.ok('POST', `/v1/invoices/${at['lost']}/uncollectible`);
  at['void'] = (await m.invoice(at['other'], '6.00')).id;
  await api.ok('POST', `/v1/invoices/${at['void']}/void`);
  at['yen'] = (await m.invoice(at['acme'], '500', 'JPY')).id;
  at['draft'] = await m.draft(at['acme'], '70.00');
  at['credit'] = (await m.pay(at['acme'], '3.00', { allocations: [] })).id;
  at['bounced'] = (await m.pay(at['acme'], '4.00', { allocations: [] })).id;
  await api.ok('POST', `/v1/payments/${at['bounced']}/reverse`);
  at['used'] = (
    await m.credit(paid.id, { lines: [{ lineId: paid.lines[0].id, amount: usd('10.00') }] })
  ).id;
  await api.ok('POST', '/v1/refunds', { organizationId: at['other'], amount: usd('10.00') });
  const { items } = await api.ok('GET', `/v1/subscriptions?organizationId=${at['acme']}`);
  at['subscription'] = items[0].id;
  at['plan'] = items[0].planId;
  const { id: productId } = await api.ok('POST', '/v1/products', { name: 'Elsewhere' });
  const plan = { productId, name: 'In euros', currency: 'EUR' };
  const fees = [{ name: 'Retainer', amount: '1.00', timing: 'arrears' }];
  at['euros'] = (await api.ok('POST', '/v1/plans', { ...plan, fees })).id;
  const payer = await api.ok('POST', '/v1/organizations', { name: 'Payer' });
  const team = { name: 'Team', billTo: payer.id };
  Object.assign(at, {
    payer: payer.id,
    team: (await api.ok('POST', '/v1/organizations', team)).id,
  });
});
afterAll(() => m.api.close());

/** Of every table, how many rows there are and what is in them; the journal among them. */
async function everything(): Promise<Record<string, string>> {
  const { pool } = m.api.database;
  const { rows: tables } = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables
      where table_schema = 'customary' and table_type = 'BASE TABLE' order by 1`,
  );
  const all: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await pool.query<{ kept: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' order by t::text)), '') as kept from ${name} t`,
    );
    all[name] = rows[0]?.kept ?? '';
  }
  return all;
}

const to = (invoice: string, amount: string, currency = 'USD') => [
  { invoiceId: at[invoice], amount: { amount, currency } },
];
const pay = (fields: object) => ({
  organizationId: at['acme'],
  amount: usd('1000.00'),
  ...fields,
});
const note = (fields: object) => ({ invoiceId: at['open'], reason: 'Agreed', ...fields });
const refund = (fields: object) => ({ organizationId: at['acme'], amount: usd('1.00'), ...fields });

type Asked = [what: string, method: string, path: () => string, body: () => object | undefined];
type Case = [...Asked, answer: unknown[]];

const cases: Case[] = [
  // Payments
  [
    'pay more than is due on the invoice that is named',
    'POST',
    () => '/v1/payments',
    () => pay({ allocations: to('open', '120.01') }),
    [422, 'exceeds_amount_due', '/allocations/0/amount'],
  ],
  [
    'pay what is paid already',
    'POST',
    () => '/v1/payments',
    () => pay({ organizationId: at['other'], allocations: to('paid', '0.01') }),
    [422, 'exceeds_amount_due', '/allocations/0/amount'],
  ],
  [
    'allocate more than came in',
    'POST',
    () => '/v1/payments',
    () => pay({ amount: usd('10.00'), allocations: to('open', '10.01') }),
    [422, 'exceeds_credit', '/allocations'],
  ],
  [
    'pay the invoice of another customer',
    'POST',
    () => '/v1/payments',
    () => pay({ allocations: to('lost', '1.00') }),
    [422, 'unprocessable', '/allocations/0/invoiceId'],
  ],
  [
    'pay in a currency that is not that of the invoice',
    'POST',
    () => '/v1/payments',
    () => pay({ allocations: to('yen', '1') }),
    [422, 'currency_mismatch', '/allocations/0/amount/currency'],
  ],
  [
    'pay a draft',
    'POST',
    () => '/v1/payments',
    () => pay({ allocations: to('draft', '1.00') }),
    [409, 'invalid_state', '/allocations/0/invoiceId'],
  ],
  [
    'pay what is void',
    'POST',
    () => '/v1/payments',
    () => pay({ organizationId: at['other'], allocations: to('void', '1.00') }),
    [409, 'invalid_state', '/allocations/0/invoiceId'],
  ],
  [
    'pay tomorrow',
    'POST',
    () => '/v1/payments',
    () => pay({ receivedAt: '2030-01-01T00:00:00Z' }),
    [400, 'invalid_request', '/receivedAt'],
  ],
  [
    'pay nothing',
    'POST',
    () => '/v1/payments',
    () => pay({ amount: usd('0.00') }),
    [400, 'invalid_request', '/amount/amount'],
  ],
  [
    'pay half a yen',
    'POST',
    () => '/v1/payments',
    () => pay({ amount: { amount: '1.5', currency: 'JPY' } }),
    [400, 'invalid_request', '/amount/amount'],
  ],
  [
    'pay a tenth of a fils',
    'POST',
    () => '/v1/payments',
    () => pay({ amount: { amount: '1.2345', currency: 'KWD' } }),
    [400, 'invalid_request', '/amount/amount'],
  ],
  [
    'let a payment bounce twice',
    'POST',
    () => `/v1/payments/${at['bounced']}/reverse`,
    () => undefined,
    [409, 'invalid_state', undefined],
  ],
  [
    'use a payment that has bounced',
    'POST',
    () => `/v1/payments/${at['bounced']}/allocate`,
    () => undefined,
    [409, 'invalid_state', undefined],
  ],
  [
    'take back what a payment has not paid',
    'POST',
    () => `/v1/payments/${at['credit']}/deallocate`,
    () => ({ invoiceId: at['open'] }),
    [409, 'invalid_state', '/invoiceId'],
  ],
  [
    'refund more than there is',
    'POST',
    () => '/v1/refunds',
    () => refund({ amount: usd('3.01') }),
    [422, 'exceeds_credit', '/amount'],
  ],
  [
    'refund in a currency in which there is nothing',
    'POST',
    () => '/v1/refunds',
    () => refund({ amount: { amount: '1', currency: 'JPY' } }),
    [422, 'exceeds_credit', '/amount'],
  ],
  // Credit notes
  [
    'credit more than the line',
    'POST',
    () => '/v1/credit-notes',
    () => note({ lines: [{ lineId: at['line'], amount: usd('100.01') }] }),
    [422, 'exceeds_line', '/lines/0/amount'],
  ],
  [
    'credit a line in another currency',
    'POST',
    () => '/v1/credit-notes',
    () => note({ lines: [{ lineId: at['line'], amount: { amount: '1', currency: 'JPY' } }] }),
    [422, 'currency_mismatch', '/lines/0/amount/currency'],
  ],
  [
    'credit a line of another invoice',
    'POST',
    () => '/v1/credit-notes',
    () => note({ invoiceId: at['paid'], lines: [{ lineId: at['line'], amount: usd('1.00') }] }),
    [422, 'unprocessable', '/lines/0/lineId'],
  ],
  [
    'credit a draft',
    'POST',
    () => '/v1/credit-notes',
    () => note({ invoiceId: at['draft'] }),
    [409, 'invalid_state', undefined],
  ],
  [
    'void a credit note whose credit was given back',
    'POST',
    () => `/v1/credit-notes/${at['used']}/void`,
    () => undefined,
    [409, 'has_payments', undefined],
  ],
  // Invoices
  [
    'void what is paid',
    'POST',
    () => `/v1/invoices/${at['paid']}/void`,
    () => ({ reason: 'Mistake' }),
    [409, 'has_payments', undefined],
  ],
  [
    'void it twice',
    'POST',
    () => `/v1/invoices/${at['void']}/void`,
    () => undefined,
    [409, 'invalid_state', undefined],
  ],
  [
    'void what is written off',
    'POST',
    () => `/v1/invoices/${at['lost']}/void`,
    () => undefined,
    [409, 'invalid_state', undefined],
  ],
  [
    'write off what is paid',
    'POST',
    () => `/v1/invoices/${at['paid']}/uncollectible`,
    () => undefined,
    [409, 'invalid_state', undefined],
  ],
  [
    'issue it twice',
    'POST',
    () => `/v1/invoices/${at['open']}/finalize`,
    () => undefined,
    [409, 'invalid_state', undefined],
  ],
  // What is sold, and to whom it is billed
  [
    'change a version of a plan that is subscribed to',
    'PATCH',
    () => `/v1/plans/${at['plan']}/versions/1`,
    () => ({ fees: [{ name: 'Retainer', amount: '2.00', timing: 'arrears' }] }),
    [409, 'in_use', undefined],
  ],
  [
    'change to a plan in another currency',
    'POST',
    () => `/v1/subscriptions/${at['subscription']}/change-plan`,
    () => ({ planId: at['euros'], at: 'now' }),
    [422, 'unprocessable', '/planId'],
  ],
  [
    'bill a payer to somebody else',
    'POST',
    () => `/v1/organizations/${at['payer']}/bill-to`,
    () => ({ billTo: at['acme'] }),
    [422, 'unprocessable', '/billTo'],
  ],
  [
    'bill to who bills to somebody else',
    'POST',
    () => '/v1/organizations',
    () => ({ name: 'Third', billTo: at['team'] }),
    [422, 'unprocessable', '/billTo'],
  ],
];

it.each(cases)('nobody can %s', async (_, method, path, body, answer) => {
  const before = await everything();
  const { status, body: problem } = await m.api.call(method, path(), body());
  const [error] = (problem.errors ?? []) as Json[];
  expect([status, problem.code, error?.pointer], problem.detail).toEqual(answer);
  expect(problem.detail.length, 'it says what to do').toBeGreaterThan(20);
  expect(await everything()).toEqual(before);
});

it('and the books are right', () => m.booksAreRight());
