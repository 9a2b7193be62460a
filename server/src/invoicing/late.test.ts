import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { moveUsage, seedUsage } from '../../test/support/seeded-usage.ts';

/** Late usage by documents of its own: where the policy is `creditNote`. */

let api: TestApp;
let planId: string;

beforeAll(async () => {
  api = await testApp();
  const product = await api.ok('POST', '/v1/products', { name: 'Inference' });
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const charges = [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.001' }];
  planId = (await api.ok('POST', '/v1/plans', { productId: product.id, name: 'Pro', charges })).id;
});
afterAll(() => api.close());

const bill = (period: string): Promise<Json> => api.ok('POST', '/v1/billing-runs', { period });
const invoicesOf = async (id: string): Promise<Json[]> =>
  (await api.ok('GET', `/v1/invoices?organizationId=${id}`)).items;

it('credits are a credit note, debits an invoice beside the regular one', async () => {
  api.setClock('2026-11-01T06:00:00Z');
  const lateUsage = { policy: 'creditNote' };
  const [acme, other] = [
    await api.ok('POST', '/v1/organizations', { name: 'Acme', lateUsage }),
    await api.ok('POST', '/v1/organizations', { name: 'Other', lateUsage }),
  ];
  const subscribe = ({ id: organizationId }: Json) =>
    api.ok('POST', '/v1/subscriptions', {
      organizationId,
      planId,
      startAt: '2026-10-01T00:00:00Z',
    });
  const [mine, theirs] = [await subscribe(acme), await subscribe(other)];
  const use = ({ id: subscriptionId, organizationId }: Json, at: string, tokens: string) =>
    api.act((action) =>
      seedUsage(action, [{ at, subscriptionId, organizationId, measures: { tokens } }]),
    );
  const events = await use(mine, '2026-10-05T00:00:00Z', '6000');
  await use(mine, '2026-10-06T00:00:00Z', '4000');
  await use(theirs, '2026-10-06T00:00:00Z', '1000');
  await bill('2026-10');
  for (const { id } of [acme, other]) {
    const [draft] = await invoicesOf(id);
    await api.ok('POST', `/v1/invoices/${draft.id}/finalize`);
  }
  await api.act((action) =>
    moveUsage(action, events, { subscriptionId: theirs.id, organizationId: other.id }),
  );
  await use(mine, '2026-11-05T00:00:00Z', '9000');
  await use(theirs, '2026-11-05T00:00:00Z', '2000');
  api.setClock('2026-12-01T06:00:00Z');
  const run = await bill('2026-11');
  expect(run).toMatchObject({ creditNotesIssued: 1 });
  expect((await invoicesOf(acme.id))[0].total.amount).toBe('9.00');
  const { items: notes } = await api.ok('GET', `/v1/credit-notes?organizationId=${acme.id}`);
  expect(notes).toMatchObject([{ total: { amount: '6.00' }, billingRunId: run.id }]);
  const found = (await invoicesOf(other.id))
    .filter(({ status }) => status === 'draft')
    .toSorted((a, b) => Number(a.standalone) - Number(b.standalone))
    .map((each) => [each.standalone, each.total.amount]);
  expect(found).toEqual([
    [false, '2.00'],
    [true, '6.00'],
  ]);
  // The events behind its line, and the way from an event to it.
  const { lines } = await api.ok('GET', `/v1/credit-notes/${notes[0].id}`);
  const behind = await api.ok('GET', `/v1/credit-note-lines/${lines[0].id}/events`);
  expect(behind).toMatchObject({
    items: [{ id: events[0]?.id, sign: -1, quantity: '6000' }],
    computed: { removed: 1, added: 0, equalsLine: true },
  });
  const traced = await api.ok('GET', `/v1/events/${events[0]?.id}/trace`);
  expect(traced.creditNoteLines).toMatchObject([
    { lineId: lines[0].id, creditNoteNumber: notes[0].number, sign: -1, payerId: acme.id },
  ]);
  expect(traced.lines.map(({ payerId, sign }: Json) => [payerId, sign])).toEqual([
    [acme.id, 1],
    [other.id, 1],
  ]);
  // Nothing more is found by asking again.
  expect(await bill('2026-11')).toMatchObject({ creditNotesIssued: 0 });
  const { checks } = await api.ok('GET', '/v1/checks');
  expect(checks.find(({ name }: Json) => name === 'explained')).toMatchObject({ ok: true });
});

it('a draft whose breakdown does not sum to it is refused by name, and can be made anew', async () => {
  api.setClock('2026-11-01T06:00:00Z');
  const { id } = await api.ok('POST', '/v1/organizations', {
    name: 'Acme',
    breakdownBy: 'organization',
  });
  const startAt = '2026-10-01T00:00:00Z';
  const sub = await api.ok('POST', '/v1/subscriptions', { organizationId: id, planId, startAt });
  const at = '2026-10-05T00:00:00Z';
  const measures = { tokens: '6000' };
  await api.act((action) =>
    seedUsage(action, [{ at, subscriptionId: sub.id, organizationId: id, measures }]),
  );
  await bill('2026-10');
  const [draft] = await invoicesOf(id);
  await sql`
    insert into invoice_line_parts (line_id, ordinal, kind, label, quantity, amount, event_count, event_quantity)
    select id, 9, 'fixed', 'Astray', 0, 1, 0, 0 from invoice_lines where invoice_id = ${draft.id}`.execute(
    api.database.db,
  );
  const refused = await api.call('POST', `/v1/invoices/${draft.id}/finalize`);
  expect(refused).toMatchObject({ status: 409, body: { code: 'invalid_state' } });
  expect(refused.body.detail).toContain('the parts of line 1 do not sum to it');
  await bill('2026-10');
  await api.ok('POST', `/v1/invoices/${draft.id}/finalize`);
});
