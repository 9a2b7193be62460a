import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { moveUsage, type SeededEvent, seedUsage } from '../../test/support/seeded-usage.ts';
import { runBilling } from './run-actions.ts';

let api: TestApp;
let planId: string;
let productId: string;

beforeAll(async () => {
  api = await testApp();
  productId = (await api.ok('POST', '/v1/products', { name: 'Inference' })).id;
  for (const measure of ['tokens', 'requests']) {
    await api.ok('POST', '/v1/meters', { key: measure, aggregation: 'sum', measure });
  }
  planId = (await makePlan({})).id;
});
afterAll(() => api.close());
beforeEach(() => void api.setClock('2026-11-01T06:00:00Z'));

const makePlan = (changes: object) =>
  api.ok('POST', '/v1/plans', {
    productId,
    name: 'Pro',
    fees: [{ name: 'Platform', amount: '10.00', timing: 'advance' }],
    charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.001' }],
    ...changes,
  });
const customer = (changes: object = {}): Promise<Json> =>
  api.ok('POST', '/v1/organizations', { name: 'Acme', ...changes });
const subscribe = (organizationId: string, changes: object = {}): Promise<Json> =>
  api.ok('POST', '/v1/subscriptions', {
    organizationId,
    planId,
    startAt: '2026-10-01T00:00:00Z',
    ...changes,
  });
const bill = (period: string): Promise<Json> => api.ok('POST', '/v1/billing-runs', { period });
const invoicesOf = async (organizationId: string): Promise<Json[]> => {
  const { items } = await api.ok('GET', `/v1/invoices?organizationId=${organizationId}`);
  return Promise.all(items.map(({ id }: Json) => api.ok('GET', `/v1/invoices/${id}`)));
};
const creditNotesOf = async (organizationId: string): Promise<Json[]> => {
  const { items } = await api.ok('GET', `/v1/credit-notes?organizationId=${organizationId}`);
  return Promise.all(items.map(({ id }: Json) => api.ok('GET', `/v1/credit-notes/${id}`)));
};
const booksAreRight = async () => {
  const { checks } = await api.ok('GET', '/v1/checks');
  const seeded = ['conservation', 'exactlyOnce']; // usage that was not ingested
  expect(checks.filter(({ ok, name }: Json) => !ok && !seeded.includes(name))).toEqual([]);
};
const finalize = (id: string) => api.ok('POST', `/v1/invoices/${id}/finalize`);
const tokens = (
  { id: subscriptionId, organizationId }: Json,
  at: string,
  count: string,
): SeededEvent => ({ at, subscriptionId, organizationId, measures: { tokens: count } });
const record = (...events: SeededEvent[]) => api.act((action) => seedUsage(action, events));
const amounts = (lines: Json[]) =>
  lines.map((line) => [line.kind, line.quantity, line.amount.amount]);

describe('a month', () => {
  it('is an invoice of fees and usage, explained to its events, issued, owed', async () => {
    const acme = await customer();
    const subscription = await subscribe(acme.id, { name: 'Production' });
    await record(
      tokens(subscription, '2026-10-01T00:00:00Z', '1000'),
      tokens(subscription, '2026-10-31T23:59:59.999999Z', '234.5'),
      tokens(subscription, '2026-11-01T00:00:00Z', '999999'),
    );
    const run = await bill('2026-10');
    expect(run).toMatchObject({ status: 'succeeded', period: '2026-10', problem: null });
    const [draft] = await invoicesOf(acme.id);
    expect(draft).toMatchObject({
      status: 'draft',
      number: null,
      currency: 'USD',
      periodStart: '2026-10-01T00:00:00.000000Z',
      periodEnd: '2026-11-01T00:00:00.000000Z',
      total: { amount: '11.23', currency: 'USD' },
      amountDue: { amount: '0.00', currency: 'USD' },
      position: run.position,
      billingRunId: run.id,
    });
    expect(amounts(draft.lines)).toEqual([
      ['fee', '1', '10.00'],
      ['usage', '1234.5', '1.23'],
    ]);
    expect(draft.lines[1]).toMatchObject({
      description: 'Production: tokens',
      meter: 'tokens',
      unitPrice: '0.001',
      eventCount: 2,
      eventQuantity: '1234.5',
      subscriptionId: subscription.id,
      planId,
      planVersion: 1,
    });

    const issued = await finalize(draft.id);
    expect(issued).toMatchObject({
      status: 'open',
      number: 'INV-000001',
      issuedAt: '2026-11-01T06:00:00.000000Z',
      dueAt: '2026-12-01T06:00:00.000000Z',
      amountDue: { amount: '11.23', currency: 'USD' },
      lines: draft.lines,
    });
    const statement = await api.ok('GET', `/v1/statements/${acme.id}`);
    expect(statement).toMatchObject({
      organization: { id: acme.id, name: 'Acme' },
      outstandingBalance: [{ amount: '11.23', currency: 'USD' }],
      unappliedCredit: [{ amount: '0.00', currency: 'USD' }],
      openInvoices: { count: 1, items: [{ id: draft.id, number: 'INV-000001', daysPastDue: 0 }] },
      ageing: [{ currency: 'USD', current: '11.23', days1To30: '0.00' }],
    });

    const again = await api.call('POST', `/v1/invoices/${draft.id}/finalize`);
    expect([again.status, again.body.code]).toEqual([409, 'invalid_state']);
    await bill('2026-10');
    expect(await invoicesOf(acme.id)).toEqual([issued]);
  });
});

describe('what is recorded late', () => {
  it('is billed on the next invoice, once, though its transaction was open while the first was issued', async () => {
    const acme = await customer();
    const subscription = await subscribe(acme.id);
    await record(tokens(subscription, '2026-10-05T00:00:00Z', '1000'));
    let issue: () => Promise<Json> = () => Promise.reject(new Error('not yet'));
    const issued = new Promise<Json>((resolve, reject) => {
      issue = async () => {
        await bill('2026-10');
        const [draft] = await invoicesOf(acme.id);
        await finalize(draft.id).then(resolve, reject);
      };
    });
    // Recorded before the run by its journal's number, committed after the invoice was issued.
    const held = api.act(async (action) => {
      await seedUsage(action, [tokens(subscription, '2026-10-06T00:00:00Z', '500')]);
      await issue();
    });
    await held;
    const first = await issued;
    expect(amounts(first.lines)).toEqual([
      ['fee', '1', '10.00'],
      ['usage', '1000', '1.00'],
    ]);

    api.setClock('2026-12-01T06:00:00Z');
    await bill('2026-11');
    await bill('2026-11');
    const [second, before] = await invoicesOf(acme.id);
    expect(before).toEqual(first);
    expect(amounts(second.lines)).toEqual([
      ['fee', '1', '10.00'],
      ['usage', '0', '0.00'],
      ['adjustment', '500', '0.50'],
    ]);
    const [, usage] = first.lines;
    const late = second.lines[2];
    expect(late).toMatchObject({
      periodStart: '2026-10-01T00:00:00.000000Z',
      positionAfter: usage.position,
      eventCount: 1,
      eventQuantity: '500',
      description: `Pro: tokens, adjustment of 2026-10-01 to 2026-10-31 (invoice ${first.number})`,
    });
    await finalize(second.id);
    api.setClock('2027-01-01T06:00:00Z');
    await bill('2026-12');
    expect((await invoicesOf(acme.id))[0].lines).toHaveLength(2);
  });

  it('is not lost where the month had nothing to invoice', async () => {
    const { id: freePlan } = await makePlan({ name: 'Free', fees: [] });
    const acme = await customer();
    const subscription = await subscribe(acme.id, { planId: freePlan });
    await bill('2026-10');
    expect(await invoicesOf(acme.id)).toEqual([]);
    await record(tokens(subscription, '2026-10-31T00:00:00Z', '2000'));
    await record(tokens(subscription, '2026-11-03T00:00:00Z', '3000'));
    api.setClock('2026-12-01T06:00:00Z');
    await bill('2026-11');
    const [november] = await invoicesOf(acme.id);
    expect(amounts(november.lines)).toEqual([
      ['usage', '3000', '3.00'],
      ['adjustment', '2000', '2.00'],
    ]);
    // October may still be asked for by itself; what November's draft holds is not billed twice.
    await bill('2026-10');
    expect((await invoicesOf(acme.id)).map(({ id }) => id)).toEqual([november.id]);
    await finalize(november.id);
    await bill('2026-11');
    await bill('2026-10');
    expect(await invoicesOf(acme.id)).toHaveLength(1);
  });

  it('includes what was taken away: what the next invoice cannot take is a credit note of the first', async () => {
    const { id: meteredPlan } = await makePlan({ name: 'Metered', fees: [] });
    const [acme, other] = [await customer(), await customer({ name: 'Other' })];
    const subscription = await subscribe(acme.id, { planId: meteredPlan });
    const rightful = await subscribe(other.id, { planId: meteredPlan });
    const events = await record(
      tokens(subscription, '2026-10-05T00:00:00Z', '6000'),
      tokens(subscription, '2026-10-06T00:00:00Z', '4000'),
    );
    await bill('2026-10');
    const october = await finalize((await invoicesOf(acme.id))[0].id);
    await api.act((action) =>
      moveUsage(action, events.slice(0, 1), {
        subscriptionId: rightful.id,
        organizationId: other.id,
      }),
    );
    await record(tokens(subscription, '2026-11-05T00:00:00Z', '1000'));
    // While November goes on there may be more to set it off against.
    api.setClock('2026-11-20T06:00:00Z');
    await bill('2026-11');
    expect(await creditNotesOf(acme.id)).toEqual([]);
    api.setClock('2026-12-01T06:00:00Z');
    const run = await bill('2026-11');
    // 1.00 is owed for November, 6.00 was too much in October.
    expect(amounts((await invoicesOf(acme.id))[0].lines)).toEqual([['usage', '1000', '1.00']]);
    expect(amounts((await invoicesOf(other.id))[0].lines)).toEqual([
      ['usage', '0', '0.00'],
      ['adjustment', '6000', '6.00'],
    ]);
    const [note, ...others] = await creditNotesOf(acme.id);
    expect(others).toEqual([]);
    expect(note).toMatchObject({
      invoiceId: october.id,
      billingRunId: run.id,
      position: run.position,
      reason: `Adjustment of invoice ${october.number}`,
      total: { amount: '6.00', currency: 'USD' },
      lines: [
        {
          kind: 'adjustment',
          invoiceLineId: october.lines[0].id,
          quantity: '-6000',
          eventCount: -1,
          description: `Metered: tokens, adjustment of 2026-10-01 to 2026-10-31 (invoice ${october.number})`,
        },
      ],
    });
    expect((await api.ok('GET', `/v1/invoices/${october.id}`)).amountDue.amount).toBe('4.00');
    await bill('2026-11');
    await finalize((await invoicesOf(acme.id))[0].id);
    // Taken back once, and found again once the credit note is void.
    api.setClock('2027-01-01T06:00:00Z');
    await bill('2026-12');
    expect(await creditNotesOf(acme.id)).toHaveLength(1);
    await api.ok('POST', `/v1/credit-notes/${note.id}/void`);
    await record(tokens(subscription, '2026-12-05T00:00:00Z', '9000'));
    await bill('2026-12');
    const [december] = await invoicesOf(acme.id);
    expect(amounts(december.lines)).toEqual([
      ['usage', '9000', '9.00'],
      ['adjustment', '-6000', '-6.00'],
    ]);
    const [, credit] = december.lines;
    expect(credit).toMatchObject({ eventCount: -1, eventQuantity: '-6000' });
    const behind = await api.ok('GET', `/v1/invoice-lines/${credit.id}/events`);
    expect(behind).toMatchObject({
      eventCount: -1,
      items: [{ id: events[0]?.id, sign: -1, quantity: '6000' }],
    });
    await booksAreRight();
  });
});

describe('who pays', () => {
  it('changes within a month: usage is split by quantity, the fee goes to who paid at its date', async () => {
    const [team, company] = [await customer({ name: 'Team' }), await customer({ name: 'Company' })];
    const subscription = await subscribe(team.id);
    await record(
      tokens(subscription, '2026-10-05T00:00:00Z', '1005'),
      tokens(subscription, '2026-10-20T00:00:00Z', '2010'),
    );
    await api.ok('POST', `/v1/organizations/${team.id}/bill-to`, {
      billTo: company.id,
      from: '2026-10-15T00:00:00Z',
    });
    await bill('2026-10');
    const [mine] = await invoicesOf(team.id);
    const [theirs] = await invoicesOf(company.id);
    // 3.015 is 3.02 (half to even): a third and two thirds of it, the odd cent to the larger remainder.
    expect(amounts(mine.lines)).toEqual([
      ['fee', '1', '10.00'],
      ['usage', '1005', '1.01'],
    ]);
    expect(amounts(theirs.lines)).toEqual([['usage', '2010', '2.01']]);
    expect(theirs.lines[0]).toMatchObject({
      payerFrom: '2026-10-15T00:00:00.000000Z',
      eventCount: 1,
    });
  });

  it('changes backwards, after issuing: both sides are posted', async () => {
    const [team, company] = [await customer({ name: 'Team' }), await customer({ name: 'Company' })];
    const subscription = await subscribe(team.id);
    await record(
      tokens(subscription, '2026-10-05T00:00:00Z', '1000'),
      tokens(subscription, '2026-10-20T00:00:00Z', '2000'),
    );
    await bill('2026-10');
    await finalize((await invoicesOf(team.id))[0].id);
    await api.ok('POST', `/v1/organizations/${team.id}/bill-to`, {
      billTo: company.id,
      from: '2026-10-15T00:00:00Z',
    });
    await record(tokens(subscription, '2026-11-20T00:00:00Z', '500'));
    api.setClock('2026-12-01T06:00:00Z');
    await bill('2026-11');
    const [theirs] = await invoicesOf(company.id);
    expect(amounts(theirs.lines)).toEqual([
      ['fee', '1', '10.00'],
      ['usage', '500', '0.50'],
      ['adjustment', '2000', '2.00'],
    ]);
    // The team owes nothing for November: there is no invoice to set it off against.
    expect(await invoicesOf(team.id)).toHaveLength(1);
    const [note] = await creditNotesOf(team.id);
    expect(amounts(note.lines)).toEqual([['adjustment', '-2000', '2.00']]);
    expect(note.lines[0]).toMatchObject({ eventSign: -1, eventCount: -1, positionAfter: 0 });
    await booksAreRight();
  });

  it('is one invoice for several subscriptions, or one each where the payer asks', async () => {
    const company = await customer({ name: 'Company' });
    for (const name of ['A', 'B', 'C']) {
      const team = await customer({ name, billTo: company.id });
      await record(tokens(await subscribe(team.id, { name }), '2026-10-05T00:00:00Z', '1234'));
    }
    await bill('2026-10');
    const [one] = await invoicesOf(company.id);
    expect([one.lines.length, one.total.amount, one.subscriptionId]).toEqual([6, '33.69', null]);
    await api.ok('PATCH', `/v1/organizations/${company.id}`, {
      invoiceGrouping: 'perSubscription',
    });
    await bill('2026-10');
    const three = await invoicesOf(company.id);
    expect(three.map(({ total }) => total.amount)).toEqual(['11.23', '11.23', '11.23']);
    expect(new Set(three.map(({ subscriptionId }) => subscriptionId)).size).toBe(3);
  });

  it('keeps currencies apart', async () => {
    const acme = await customer();
    const yen = await makePlan({
      name: 'Yen',
      currency: 'JPY',
      fees: [],
      charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.5' }],
    });
    const subscriptions = [await subscribe(acme.id), await subscribe(acme.id, { planId: yen.id })];
    await record(...subscriptions.map((each) => tokens(each, '2026-10-05T00:00:00Z', '1005')));
    await bill('2026-10');
    const totals = (await invoicesOf(acme.id)).map(({ total }) => total);
    expect(totals).toEqual(
      expect.arrayContaining([
        { amount: '502', currency: 'JPY' },
        { amount: '11.00', currency: 'USD' },
      ]),
    );
  });
});

describe('a run', () => {
  it('asked for twice at once makes one set, and brings drafts up to date under the same id', async () => {
    const acme = await customer();
    const subscription = await subscribe(acme.id);
    await Promise.all([bill('2026-10'), bill('2026-10'), bill('2026-10')]);
    const [draft, ...others] = await invoicesOf(acme.id);
    expect(others).toEqual([]);
    await record(tokens(subscription, '2026-10-05T00:00:00Z', '7000'));
    await bill('2026-10');
    const [rebuilt] = await invoicesOf(acme.id);
    expect([rebuilt.id, rebuilt.total.amount]).toEqual([draft.id, '17.00']);
    expect(rebuilt.position).toBeGreaterThan(draft.position);
  });

  it('goes on where it stopped, and does nothing once it is done', async () => {
    const run = await bill('2026-10');
    const reset = { status: 'running', finished_at: null };
    await api.database.db.updateTable('billing_runs').set(reset).where('id', '=', run.id).execute();
    await runBilling(api.deployment, run.id);
    const again = await api.ok('GET', `/v1/billing-runs/${run.id}`);
    expect(again).toMatchObject({
      status: 'succeeded',
      invoicesDrafted: run.invoicesDrafted,
      organizationsDone: run.organizationsTotal,
    });
    await runBilling(api.deployment, run.id);
    expect(await api.ok('GET', `/v1/billing-runs/${run.id}`)).toEqual(again);
    const { items } = await api.ok(
      'GET',
      '/v1/billing-runs?period=2026-10&status=succeeded&limit=200',
    );
    expect(items).toContainEqual(again);
  });

  it('closes one of the same period that died on the way', async () => {
    const dead = await bill('2026-10');
    await api.database.db
      .updateTable('billing_runs')
      .set({ status: 'running', finished_at: null })
      .where('id', '=', dead.id)
      .execute();
    await bill('2026-10');
    expect(await api.ok('GET', `/v1/billing-runs/${dead.id}`)).toMatchObject({
      status: 'failed',
      problem: { code: 'interrupted' },
    });
  });

  it('never bills UNCLASSIFIED, and leaves who has nothing to pay without an invoice', async () => {
    const idle = await customer({ name: 'Idle' });
    await bill('2026-10');
    expect(await invoicesOf(idle.id)).toEqual([]);
    expect(await invoicesOf('org_00000000000000000000000000')).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['no period', {}, '/period'],
    ['no month', { period: '2026-13' }, '/period'],
    ['a day', { period: '2026-10-01' }, '/period'],
    ['both', { period: '2026-10', from: '2026-10-01T00:00:00Z' }, '/period'],
    ['half a range', { from: '2026-10-01T00:00:00Z' }, '/to'],
    ['an empty range', { from: '2026-10-01T00:00:00Z', to: '2026-10-01T00:00:00Z' }, '/to'],
    ['too long a range', { from: '2024-10-01T00:00:00Z', to: '2026-10-01T00:00:00Z' }, '/to'],
    ['an unknown field', { period: '2026-10', dryRun: true }, '/dryRun'],
  ])('refuses %s', async (_, body, pointer) => {
    const answer = await api.call('POST', '/v1/billing-runs', body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  it('takes a range in place of a month, and answers a repeated key with the first answer', async () => {
    const body = { from: '2026-10-31T00:00:00Z', to: '2026-11-01T00:00:00Z' };
    const first = await api.call('POST', '/v1/billing-runs', body, { idempotencyKey: 'range' });
    expect(first.body).toMatchObject({ status: 'succeeded', from: '2026-10-31T00:00:00.000000Z' });
    const second = await api.call('POST', '/v1/billing-runs', body, { idempotencyKey: 'range' });
    expect(second.body).toEqual(first.body);
  });
});
