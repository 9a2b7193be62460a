import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { add, decimal, sum, toText } from '../../src/lib/decimal.ts';
import { money } from '../../src/lib/money.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { createRandom } from '../support/random.ts';

/**
 * Five subscriptions under one company with three teams billing to it: one invoice, whose breakdown per team sums to
 * the cent; separate invoices come to the same.
 */
let api: TestApp;
let company: Json;
let teams: Json[];
let consolidated: Json;

const amountOf = (of: Json) => decimal(of.amount.amount);
const usd = (amounts: Json[]) => money(sum(amounts.map(amountOf)), 'USD').amount;
const partsOf = (invoice: Json): Json[] => invoice.lines.flatMap((line: Json) => line.breakdown);
/** What each has of an invoice. */
const perLabel = (invoice: Json): Record<string, string> => {
  const totals = new Map<string, Json[]>();
  for (const part of partsOf(invoice))
    totals.set(part.label, [...(totals.get(part.label) ?? []), part]);
  return Object.fromEntries([...totals].map(([label, parts]) => [label, usd(parts)]));
};

async function bill(): Promise<Json[]> {
  await api.ok('POST', '/v1/billing-runs', { period: '2026-10' });
  const { items } = await api.ok('GET', `/v1/invoices?organizationId=${company.id}&status=draft`);
  return Promise.all(items.map(({ id }: Json) => api.ok('GET', `/v1/invoices/${id}`)));
}

beforeAll(async () => {
  api = await testApp();
  await api.ok('PATCH', '/v1/seller', { defaultBreakdown: 'organization' });
  for (const measure of ['tokens', 'seats'])
    await api.ok('POST', '/v1/meters', {
      key: measure,
      aggregation: measure === 'seats' ? 'max' : 'sum',
      measure,
    });
  const { id: productId } = await api.ok('POST', '/v1/products', { name: 'Inference' });
  const { id: planId } = await api.ok('POST', '/v1/plans', {
    productId,
    name: 'Pro',
    fees: [{ name: 'Platform', amount: '33.33', timing: 'arrears' }],
    charges: [
      {
        meter: 'tokens',
        model: 'graduated',
        tiers: [
          { upTo: '1000', unitPrice: '0.01' },
          { upTo: null, unitPrice: '0.00333' },
        ],
        byAttribute: {
          attribute: 'model',
          prices: { large: { tiers: [{ upTo: null, unitPrice: '0.0777' }] } },
        },
      },
      { meter: 'seats', model: 'perUnit', unitPrice: '1.37', minimum: '45.00' },
    ],
  });
  company = await api.ok('POST', '/v1/organizations', { name: 'Acme' });
  const child = (name: string, parentId: string, billTo: string | null) =>
    api.ok('POST', '/v1/organizations', { name, parentId, billTo });
  teams = [];
  for (const name of ['Research', 'Search', 'Support'])
    teams.push(await child(name, company.id, company.id));
  // The usage of a subscription may come from teams below whose it is.
  const squads = [await child('Search: Ranking', teams[1].id, null)];
  const subscriptions: Json[] = [];
  for (const [i, owner] of [company, teams[0], teams[0], teams[1], teams[2]].entries())
    subscriptions.push(
      await api.ok('POST', '/v1/subscriptions', {
        organizationId: owner.id,
        planId,
        name: `S${i + 1}`,
        startAt: '2026-10-01T00:00:00Z',
      }),
    );
  const random = createRandom(20_261_001);
  const credentials: string[] = [];
  for (const [i, subscription] of subscriptions.entries()) {
    const users =
      i === 0 ? teams : i === 3 ? [teams[1], squads[0]] : [{ id: subscription.organizationId }];
    for (const [n, user] of users.entries()) {
      const subscriber = await api.ok('POST', '/v1/subscribers', {
        email: `u${i}${n}@acme.example`,
        organizationIds: [user.id],
      });
      credentials.push(`key-${i}-${n}`);
      await api.ok('POST', '/v1/credentials', {
        name: `Key ${i}.${n}`,
        subscriberId: subscriber.id,
        organizationId: user.id,
        subscriptionId: subscription.id,
        credentialId: `key-${i}-${n}`,
        tags: n === 0 ? ['prod', 'batch'] : [],
      });
    }
  }
  api.setClock('2026-11-01T06:00:00Z');
  const events = Array.from({ length: 400 }, (_, i) => ({
    id: `e${i}`,
    time: `2026-10-${String(random.integer(1, 31)).padStart(2, '0')}T10:00:00Z`,
    credential: random.pick(credentials),
    measures: { tokens: random.integer(1, 400), seats: random.integer(1, 30) },
    attributes: random.chance(0.5) ? { model: random.pick(['small', 'large']) } : {},
  }));
  await api.ok('POST', '/v1/events', events);
  [consolidated] = await bill();
});
afterAll(() => api.close());

describe('one invoice', () => {
  it('has all five subscriptions on it', () => {
    expect(new Set(consolidated.lines.map((line: Json) => line.subscriptionId)).size).toBe(5);
    expect(consolidated.lines).toHaveLength(15);
    expect(consolidated.breakdownBy).toBe('organization');
    expect(usd(consolidated.lines)).toBe(consolidated.total.amount);
  });

  it('is broken down per team, to the cent: every line, and in all', () => {
    for (const line of consolidated.lines) {
      expect(usd(line.breakdown), line.description).toBe(line.amount.amount);
      const events = line.breakdown.map((part: Json) => part.eventCount);
      expect(events.reduce((a: number, b: number) => a + b, 0)).toBe(line.eventCount);
      expect(toText(sum(line.breakdown.map((part: Json) => decimal(part.eventQuantity))))).toBe(
        line.eventQuantity,
      );
    }
    const teamTotals = perLabel(consolidated);
    expect(Object.keys(teamTotals).toSorted()).toEqual([
      'Acme',
      'Acme, not by usage',
      'Research',
      'Research, not by usage',
      'Search',
      'Search, not by usage',
      'Search: Ranking',
      'Support',
      'Support, not by usage',
    ]);
    expect(toText(sum(Object.values(teamTotals).map(decimal)))).toBe(
      toText(decimal(consolidated.total.amount)),
    );
  });

  it('gives a maximum to each at its own value, and names ids as well as names', () => {
    const seats = consolidated.lines.filter((line: Json) => line.meter === 'seats');
    const shared = seats.find((line: Json) => line.breakdown.length >= 4);
    const quantities = shared.breakdown
      .filter((part: Json) => part.kind === 'usage')
      .map((part: Json) => Number(part.quantity));
    expect(Math.max(...quantities)).toBe(Number(shared.quantity));
    expect(shared.breakdown.map((part: Json) => part.value)).toContain(teams[0].id);
  });

  it.each(['credential', 'subscriber', 'tag', 'attribute:model'])(
    'is broken down by %s on demand, to the same cents',
    async (by) => {
      const invoice = await api.ok(
        'GET',
        `/v1/invoices/${consolidated.id}?breakdownBy=${encodeURIComponent(by)}`,
      );
      expect(invoice.breakdownBy).toBe(by);
      for (const line of invoice.lines) expect(usd(line.breakdown)).toBe(line.amount.amount);
      expect(invoice.total).toEqual(consolidated.total);
      const labels = Object.keys(perLabel(invoice)).toSorted();
      if (by === 'tag') expect(labels).toEqual(['No tag', 'Not by usage', 'batch, prod']);
      if (by === 'attribute:model')
        expect(labels).toEqual(['No model', 'Not by usage', 'large', 'small']);
      if (by === 'credential') expect(labels).toContain('Key 0.2');
      if (by === 'subscriber') expect(labels).toContain('u00@acme.example');
    },
  );

  it('charges the dearer model to whom it was used by', async () => {
    const invoice = await api.ok(
      'GET',
      `/v1/invoices/${consolidated.id}?breakdownBy=attribute:model`,
    );
    const line = invoice.lines.find((each: Json) => each.meter === 'tokens');
    const large = line.breakdown.find((part: Json) => part.label === 'large');
    const group = line.price.rated.breakdown.find((each: Json) => each.value === 'large');
    expect(large.quantity).toBe(group.quantity);
    expect(Math.abs(Number(large.amount.amount) - Number(group.amount))).toBeLessThan(0.01);
  });
});

describe('separate invoices', () => {
  it('give the same total, and the same to each team', async () => {
    await api.ok('PATCH', `/v1/organizations/${company.id}`, {
      invoiceGrouping: 'perSubscription',
    });
    const separate = await bill();
    expect(separate).toHaveLength(5);
    const total = separate.reduce(
      (all, each) => add(all, decimal(each.total.amount)),
      decimal('0'),
    );
    expect(money(total, 'USD')).toEqual(consolidated.total);
    const lines = separate.flatMap((each) => each.lines);
    expect(perLabel({ lines })).toEqual(perLabel(consolidated));
  });

  it('are issued only if they add up, and what they say never changes', async () => {
    const [draft] = await bill();
    const part = `(select id from invoice_lines where invoice_id = '${draft.id}' limit 1)`;
    const change = (statement: string) => api.database.pool.query(statement);
    await change(
      `insert into invoice_line_parts values (${part}, 99, 'fixed', null, 'Nobody', 0, 0.01, 0, 0)`,
    );
    const refused = await api.call('POST', `/v1/invoices/${draft.id}/finalize`);
    expect([refused.status, refused.body.code]).toEqual([409, 'invalid_state']);
    await change(`delete from invoice_line_parts where line_id = ${part} and ordinal = 99`);
    const issued = await api.ok('POST', `/v1/invoices/${draft.id}/finalize`);
    expect(issued.lines).toEqual(draft.lines);
    await expect(change(`delete from invoice_line_parts where line_id = ${part}`)).rejects.toThrow(
      'is issued',
    );
    await expect(
      change(
        `insert into invoice_line_parts values (${part}, 99, 'fixed', null, 'Nobody', 0, 0, 0, 0)`,
      ),
    ).rejects.toThrow('is issued');
    const { checks } = await api.ok('GET', '/v1/checks');
    expect(checks.filter((check: Json) => !check.ok)).toEqual([]);
  });
});
