import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { add, decimal, toText } from '../../src/lib/decimal.ts';
import { redraftJob } from '../../src/repair/redraft-jobs.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';

/** Usage that moves after it was billed: drafts are rated anew, what is issued gets a labelled adjustment (§4.7). */

let api: TestApp;
let planId: string;
let a: { organizationId: string; subscriptionId: string };
let b: { organizationId: string; subscriptionId: string };

const post = (path: string, body?: object) => api.ok('POST', `/v1/${path}`, body);
const customer = async (name: string) => {
  const { id: organizationId } = await post('organizations', { name });
  const body = { organizationId, planId, startAt: '2026-10-01T00:00:00Z', name };
  return { organizationId, subscriptionId: (await post('subscriptions', body)).id as string };
};
let sent = 0;
const send = (organization: string, tokens: number, time: string) =>
  post('events', { id: `e${(sent += 1)}`, organization, measures: { tokens }, time });
const bill = (period: string) => post('billing-runs', { period });
const draftsOf = async (organizationId: string): Promise<Json[]> => {
  const { items } = await api.ok(
    'GET',
    `/v1/invoices?organizationId=${organizationId}&status=draft`,
  );
  return Promise.all(items.map(({ id }: Json) => api.ok('GET', `/v1/invoices/${id}`)));
};
const issue = async (organizationId: string): Promise<Json> => {
  const [draft] = await draftsOf(organizationId);
  return post(`invoices/${draft.id}/finalize`);
};
const usd = (amount: string) => ({ amount, currency: 'USD' });
const move = (selection: object, owner: object) => post('reattributions', { selection, owner });
/** What the worker does after an apply or an undo. */
const redraft = (id: string) => redraftJob.work(api.deployment, { id }, { isLast: false });

beforeEach(async () => {
  api = await testApp();
  api.setClock('2026-10-01T00:00:00Z');
  await post('meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const { id: productId } = await post('products', { name: 'API' });
  const tiers = [
    { upTo: '1000', unitPrice: '0.10' },
    { upTo: null, unitPrice: '0.01' },
  ];
  const charges = [{ meter: 'tokens', model: 'graduated', tiers }];
  const fees = [{ name: 'Platform', amount: '500.00', timing: 'arrears' }];
  planId = (await post('plans', { productId, name: 'Tiers', charges, fees })).id;
  [a, b] = [await customer('Acme'), await customer('Bolt')];
  api.setClock('2026-10-31T00:00:00Z');
});
afterEach(async () => {
  const { checks } = await api.ok('GET', '/v1/checks');
  await api.close();
  const problems = checks.flatMap((check: Json) => check.problems);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
});

describe('usage of a month that was issued', () => {
  beforeEach(async () => {
    await send(a.organizationId, 900, '2026-10-05T00:00:00Z');
    await send(a.organizationId, 600, '2026-10-20T00:00:00Z');
    await send(b.organizationId, 700, '2026-10-20T00:00:00Z');
    api.setClock('2026-11-02T00:00:00Z');
    await bill('2026-10');
  });
  const late = { from: '2026-10-15T00:00:00Z', to: '2026-11-01T00:00:00Z' };

  it('moves by adjustments, each labelled with what it follows, and to the cent what was previewed', async () => {
    const [invoiceA, invoiceB] = [await issue(a.organizationId), await issue(b.organizationId)];
    expect([invoiceA.total, invoiceB.total]).toEqual([usd('605.00'), usd('570.00')]);
    const { id, preview } = await move({ ...late, organizationId: a.organizationId }, b);
    // 1500 → 900 tokens at A, 700 → 1300 at B: by tiers, not by quantity.
    expect(preview.money).toEqual(
      expect.arrayContaining([
        {
          organizationId: a.organizationId,
          organizationName: 'Acme',
          before: usd('105.00'),
          after: usd('90.00'),
          difference: usd('-15.00'),
        },
        {
          organizationId: b.organizationId,
          organizationName: 'Bolt',
          before: usd('70.00'),
          after: usd('103.00'),
          difference: usd('33.00'),
        },
      ]),
    );
    const adjustment = {
      periodStart: '2026-10-01T00:00:00.000000Z',
      periodEnd: '2026-11-01T00:00:00.000000Z',
    };
    expect(preview.adjustments).toHaveLength(2);
    expect(preview.adjustments).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          ...adjustment,
          organizationId: a.organizationId,
          invoiceNumbers: [invoiceA.number],
          billed: usd('105.00'),
          adjustment: usd('-15.00'),
        }),
        expect.objectContaining({
          ...adjustment,
          organizationId: b.organizationId,
          invoiceNumbers: [invoiceB.number],
          billed: usd('70.00'),
          adjustment: usd('33.00'),
        }),
      ]),
    );
    await post(`reattributions/${id}/apply`);
    for (const invoice of [invoiceA, invoiceB])
      expect(await api.ok('GET', `/v1/invoices/${invoice.id}`)).toEqual(invoice);

    api.setClock('2026-12-02T00:00:00Z');
    await bill('2026-11');
    for (const [owner, invoice, amount] of [
      [a, invoiceA, '-15.00'],
      [b, invoiceB, '33.00'],
    ] as const) {
      const [draft] = await draftsOf(owner.organizationId);
      const lines = draft.lines.filter((line: Json) => line.kind === 'adjustment');
      const sum = lines.reduce(
        (total: string, line: Json) => toText(add(decimal(total), decimal(line.amount.amount))),
        '0',
      );
      expect(Number(sum)).toBe(Number(amount));
      for (const line of lines) {
        expect(line).toMatchObject(adjustment);
        expect(line.description).toContain(invoice.number);
      }
    }
  });

  it('and undone before anything is issued, the next invoices are as if it had not moved', async () => {
    await issue(a.organizationId);
    await issue(b.organizationId);
    const { id } = await move({ ...late, organizationId: a.organizationId }, b);
    await post(`reattributions/${id}/apply`);
    api.setClock('2026-12-02T00:00:00Z');
    await bill('2026-11');
    const [draft] = await draftsOf(b.organizationId);
    expect(draft.total).toEqual(usd('533.00'));
    await post(`reattributions/${id}/undo`);
    await bill('2026-11');
    for (const owner of [a, b]) {
      const [again] = await draftsOf(owner.organizationId);
      expect(again.total).toEqual(usd('500.00'));
      const moved = again.lines.filter(
        (line: Json) => line.amount.amount !== '0.00' && line.kind === 'adjustment',
      );
      expect(moved).toEqual([]);
    }
  });

  it('undone after the adjustments were issued, is adjusted again: in the end everybody owes what it was', async () => {
    await issue(a.organizationId);
    await issue(b.organizationId);
    const { id } = await move({ ...late, organizationId: a.organizationId }, b);
    await post(`reattributions/${id}/apply`);
    api.setClock('2026-12-02T00:00:00Z');
    await bill('2026-11');
    expect([(await issue(a.organizationId)).total, (await issue(b.organizationId)).total]).toEqual([
      usd('485.00'),
      usd('533.00'),
    ]);
    await post(`reattributions/${id}/undo`);
    api.setClock('2027-01-02T00:00:00Z');
    await bill('2026-12');
    expect([(await issue(a.organizationId)).total, (await issue(b.organizationId)).total]).toEqual([
      usd('515.00'),
      usd('467.00'),
    ]);
  });

  it('still in draft is rated anew, and again when it moves back', async () => {
    const before = [await draftsOf(a.organizationId), await draftsOf(b.organizationId)];
    const { id, preview } = await move({ ...late, organizationId: a.organizationId }, b);
    expect(preview.adjustments).toEqual([]);
    expect(preview.drafts.map((draft: Json) => [draft.organizationId, draft.total])).toEqual(
      expect.arrayContaining([
        [a.organizationId, usd('605.00')],
        [b.organizationId, usd('570.00')],
      ]),
    );
    const totals = async () => [
      (await draftsOf(a.organizationId))[0].total,
      (await draftsOf(b.organizationId))[0].total,
    ];
    await post(`reattributions/${id}/apply`);
    expect(await redraftJob.waiting(api.database.db)).toEqual([{ id }]);
    await redraft(id);
    expect(await totals()).toEqual([usd('590.00'), usd('603.00')]);
    await post(`reattributions/${id}/undo`);
    await redraft(id);
    expect(await redraftJob.waiting(api.database.db)).toEqual([]);
    expect(await totals()).toEqual([before[0]?.[0].total, before[1]?.[0].total]);
    const lines = (invoice: Json) =>
      invoice.lines.map((line: Json) => [
        line.description,
        line.quantity,
        line.amount,
        line.eventCount,
      ]);
    expect(lines((await draftsOf(a.organizationId))[0])).toEqual(lines(before[0]?.[0]));
  });

  it('shows with what was recorded late already what the adjustment will be', async () => {
    await issue(a.organizationId);
    await issue(b.organizationId);
    await send(b.organizationId, 100, '2026-10-25T00:00:00Z');
    const { preview } = await move({ ...late, organizationId: a.organizationId }, b);
    const ofB = preview.adjustments.find((each: Json) => each.organizationId === b.organizationId);
    expect(ofB).toMatchObject({
      billed: usd('70.00'),
      difference: usd('24.00'),
      adjustment: usd('34.00'),
    });
  });
});

it('whoever pays for the subscription is shown, not whoever uses it', async () => {
  const { id: payer } = await post('organizations', { name: 'Holding' });
  await post(`organizations/${b.organizationId}/bill-to`, {
    billTo: payer,
    from: '2026-10-16T00:00:00Z',
  });
  await send(a.organizationId, 100, '2026-10-10T00:00:00Z');
  await send(a.organizationId, 100, '2026-10-20T00:00:00Z');
  const { preview } = await move({ organizationId: a.organizationId }, b);
  const after = Object.fromEntries(
    preview.money.map((each: Json) => [each.organizationName, each.after.amount]),
  );
  expect(after).toEqual({ Acme: '0.00', Bolt: '10.00', Holding: '10.00' });
});
