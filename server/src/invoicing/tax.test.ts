import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { moveUsage, type SeededEvent, seedUsage } from '../../test/support/seeded-usage.ts';

let api: TestApp;
/** Plans: of what is taxed as the payer says, at a reduced rate, not at all, and exempt. */
const plans: Record<string, string> = {};

beforeAll(async () => {
  api = await testApp();
  const products = {
    normal: {},
    reduced: { taxRates: [{ name: 'VAT', percent: '7' }] },
    untaxed: { taxRates: [] },
    exempt: { taxExempt: { reason: 'Education' } },
  };
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  for (const [name, tax] of Object.entries(products)) {
    const product = await api.ok('POST', '/v1/products', { name, ...tax });
    const plan = {
      productId: product.id,
      name,
      currency: 'EUR',
      fees: [{ name: 'Base', amount: '10.05', timing: 'arrears' }],
      charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.01' }],
    };
    plans[name] = (await api.ok('POST', '/v1/plans', plan)).id;
  }
});
afterAll(() => api.close());
beforeEach(() => void api.setClock('2026-11-01T06:00:00Z'));

const vat = { taxRates: [{ name: 'VAT', percent: '19' }] };
const customer = (changes: object = vat): Promise<Json> =>
  api.ok('POST', '/v1/organizations', { name: 'Acme', ...changes });
const subscribe = (organizationId: string, plan = 'normal'): Promise<Json> =>
  api.ok('POST', '/v1/subscriptions', {
    organizationId,
    planId: plans[plan],
    startAt: '2026-10-01T00:00:00Z',
  });
const bill = async (organizationId: string, period = '2026-10'): Promise<Json> => {
  await api.ok('POST', '/v1/billing-runs', { period });
  const { items } = await api.ok('GET', `/v1/invoices?organizationId=${organizationId}&limit=1`);
  return items[0] && api.ok('GET', `/v1/invoices/${items[0].id}`);
};
const finalize = (id: string): Promise<Json> => api.ok('POST', `/v1/invoices/${id}/finalize`);
const record = (...events: SeededEvent[]) => api.act((action) => seedUsage(action, events));
const tokens = ({ id: subscriptionId, organizationId }: Json, at: string, count: string) => ({
  at,
  subscriptionId,
  organizationId,
  measures: { tokens: count },
});
const figures = (invoice: Json) => [
  invoice.subtotal.amount,
  invoice.taxTotal.amount,
  invoice.total.amount,
];
const taxes = (invoice: Json) =>
  invoice.taxes.map((tax: Json) => [
    tax.name,
    tax.percent,
    tax.exemptReason,
    tax.taxable.amount,
    tax.amount.amount,
  ]);

describe('an invoice', () => {
  it('is taxed by the payer’s rates, product by product', async () => {
    const acme = await customer();
    // In the order of their subscriptions, which that of their ids is.
    for (const plan of ['normal', 'reduced', 'untaxed', 'exempt']) {
      api.setClock(1000);
      await subscribe(acme.id, plan);
    }
    const draft = await bill(acme.id);
    expect(taxes(draft)).toEqual([
      ['VAT', '19', null, '10.05', '1.91'],
      ['VAT', '7', null, '10.05', '0.70'],
      ['Tax exempt', null, 'Education', '10.05', '0.00'],
    ]);
    expect(figures(draft)).toEqual(['40.20', '2.61', '42.81']);
    const issued = await finalize(draft.id);
    expect(issued.taxes).toEqual(draft.taxes);
    expect(issued.amountDue).toEqual({ amount: '42.81', currency: 'EUR' });
    const statement = await api.ok('GET', `/v1/statements/${acme.id}`);
    expect(statement.outstandingBalance).toEqual([{ amount: '42.81', currency: 'EUR' }]);
  });

  it('of an exempt payer says why there is no tax', async () => {
    const acme = await customer({ ...vat, taxExempt: { reason: 'Reverse charge, Art. 196' } });
    await subscribe(acme.id, 'reduced');
    const draft = await bill(acme.id);
    expect(taxes(draft)).toEqual([
      ['Tax exempt', null, 'Reverse charge, Art. 196', '10.05', '0.00'],
    ]);
    expect(figures(draft)).toEqual(['10.05', '0.00', '10.05']);
  });

  it('is taxed as the settings are on the day it is issued, and never again', async () => {
    const acme = await customer();
    await subscribe(acme.id);
    const draft = await bill(acme.id);
    expect(draft.total.amount).toBe('11.96');
    await api.ok('PATCH', `/v1/organizations/${acme.id}`, {
      taxRates: [
        { name: 'GST', percent: '5' },
        { name: 'QST', percent: '9.975' },
      ],
    });
    const issued = await finalize(draft.id);
    expect(taxes(issued)).toEqual([
      ['GST', '5', null, '10.05', '0.50'],
      ['QST', '9.975', null, '10.05', '1.00'],
    ]);
    expect(issued.total.amount).toBe('11.55');
    await api.ok('PATCH', `/v1/organizations/${acme.id}`, { taxRates: [] });
    const later = await api.ok('GET', `/v1/invoices/${issued.id}`);
    expect([later.taxes, later.total]).toEqual([issued.taxes, issued.total]);
    for (const statement of [
      `update invoice_taxes set amount = 0`,
      `delete from invoice_taxes where invoice_id = '${issued.id}'`,
      `insert into invoice_taxes values ('${issued.id}', 9, 'X', 1, null, '{1}', 0, 0)`,
    ])
      await expect(api.database.pool.query(statement)).rejects.toThrow(
        /is issued|permission denied/,
      );
  });

  it('credits apart what would make it negative with its tax, though not without', async () => {
    const acme = await customer({ ...vat, taxRates: [{ name: 'VAT', percent: '20' }] });
    const [taxed, other] = [await subscribe(acme.id), await subscribe(acme.id, 'untaxed')];
    const events = await record(
      tokens(taxed, '2026-10-05T00:00:00Z', '4900'),
      tokens(taxed, '2026-10-06T00:00:00Z', '100'),
    );
    await finalize((await bill(acme.id)).id);
    // 49.00 too much, with 9.80 of tax: more than the 57.05 that is untaxed and the 2 × 10.05 + tax of November.
    await api.act((action) => moveUsage(action, events.slice(0, 1), null));
    api.setClock('2026-12-01T06:00:00Z');
    await record(tokens(other, '2026-11-05T00:00:00Z', '3000'));
    const november = await bill(acme.id, '2026-11');
    expect(figures(november)).toEqual(['50.10', '2.01', '52.11']);
    const { items } = await api.ok('GET', `/v1/credit-notes?organizationId=${acme.id}`);
    expect(items.map(figures)).toEqual([['49.00', '9.80', '58.80']]);
    await finalize(november.id);
    api.setClock('2027-01-01T06:00:00Z');
    await record(tokens(other, '2026-12-05T00:00:00Z', '4000'));
    const december = await bill(acme.id, '2026-12');
    expect(figures(december)).toEqual(['60.10', '2.01', '62.11']);
    await finalize(december.id);
    const { checks } = await api.ok('GET', '/v1/checks');
    for (const name of ['explained', 'issued'])
      expect(checks.find((check: Json) => check.name === name)).toMatchObject({ ok: true });
  });

  it('without rates has none', async () => {
    const acme = await customer({});
    await subscribe(acme.id);
    expect(figures(await bill(acme.id))).toEqual(['10.05', '0.00', '10.05']);
  });
});

it.each<[string, object, string]>([
  [
    'a percentage above 100',
    { taxRates: [{ name: 'VAT', percent: '100.01' }] },
    '/taxRates/0/percent',
  ],
  ['a negative one', { taxRates: [{ name: 'VAT', percent: '-1' }] }, '/taxRates/0/percent'],
  [
    'a name twice',
    {
      taxRates: [
        { name: 'VAT', percent: '1' },
        { name: 'VAT', percent: '2' },
      ],
    },
    '/taxRates/1/name',
  ],
  ['an exemption without a reason', { taxExempt: { reason: ' ' } }, '/taxExempt/reason'],
  ['an unknown breakdown', { breakdownBy: 'team' }, '/breakdownBy'],
  ['a breakdown by an attribute without a name', { breakdownBy: 'attribute:' }, '/breakdownBy'],
])('is refused with %s', async (_what, body, pointer) => {
  const answer = await api.call('POST', '/v1/organizations', { name: 'Acme', ...body });
  expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
});
