import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { decimal, multiply, toText } from '../lib/decimal.ts';
import { roundToMinor } from '../lib/money.ts';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { moveUsage, type Seeded, seedUsage } from '../../test/support/seeded-usage.ts';

/**
 * Whatever is recorded, moved, billed to others, billed and issued, in whatever order: once the books have caught up,
 * every service period comes to the rating of its usage to the cent, every event is on the lines exactly once, and
 * nothing that was issued has changed.
 */

let api: TestApp;
let planId: string;
let largePlanId: string;
async function openShop(): Promise<void> {
  const product = await api.ok('POST', '/v1/products', { name: 'Inference' });
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const plan = {
    productId: product.id,
    name: 'Pro',
    // Large enough that no credit has to wait for ever.
    fees: [
      { name: 'Platform', amount: '500.00', timing: 'advance' },
      { name: 'Support', amount: '500.00', timing: 'arrears' },
    ],
    charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.00333' }],
  };
  planId = (await api.ok('POST', '/v1/plans', plan)).id;
  const fees = [{ name: 'Large', amount: '100000.00', timing: 'arrears' }];
  largePlanId = (await api.ok('POST', '/v1/plans', { ...plan, name: 'Large', fees, charges: [] }))
    .id;
}

const months = ['2026-10', '2026-11', '2026-12', '2027-01', '2027-02', '2027-03'];
const days = 92;
const dayAt = (day: number) =>
  `${new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC' }).format(Date.UTC(2026, 9, 1 + day))}T12:00:00Z`;

type World = {
  teams: Json[];
  payers: string[];
  subscriptions: Json[];
  events: Seeded[];
  issued: Map<string, string>;
};

const subscription = fc.nat(1);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('record' as const),
      subscription,
      day: fc.nat(days - 1),
      tokens: fc.integer({ min: 1, max: 9999 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('move' as const), subscription, event: fc.nat(50) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('billTo' as const),
      team: subscription,
      toCompany: fc.boolean(),
      day: fc.nat(days - 1),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('bill' as const), month: fc.nat(2) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('issue' as const),
      every: fc.integer({ min: 1, max: 3 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function makeWorld(): Promise<World> {
  api.setClock('2026-10-01T00:00:00Z');
  const company = await api.ok('POST', '/v1/organizations', { name: 'Company' });
  const startAt = '2026-10-01T00:00:00Z';
  await api.ok('POST', '/v1/subscriptions', { organizationId: company.id, planId, startAt });
  const teams: Json[] = [];
  const subscriptions: Json[] = [];
  for (const name of ['Team A', 'Team B']) {
    const team = await api.ok('POST', '/v1/organizations', { name });
    teams.push(team);
    subscriptions.push(
      await api.ok('POST', '/v1/subscriptions', { organizationId: team.id, planId, startAt }),
    );
  }
  return {
    teams,
    subscriptions,
    payers: [company.id, ...teams.map(({ id }) => id)],
    events: [],
    issued: new Map(),
  };
}

async function take(world: World, each: Step): Promise<void> {
  const to = (index: number) => ({
    subscriptionId: world.subscriptions[index].id,
    organizationId: world.teams[index].id,
  });
  switch (each.do) {
    case 'record': {
      const event = {
        at: dayAt(each.day),
        ...to(each.subscription),
        measures: { tokens: String(each.tokens) },
      };
      world.events.push(...(await api.act((action) => seedUsage(action, [event]))));
      return;
    }
    case 'move': {
      const index = each.event % Math.max(world.events.length, 1);
      const event = world.events[index];
      if (event === undefined || event.subscriptionId === to(each.subscription).subscriptionId)
        return;
      const [moved] = await api.act((action) => moveUsage(action, [event], to(each.subscription)));
      if (moved !== undefined) world.events[index] = moved;
      return;
    }
    case 'billTo': {
      const body = { billTo: each.toCompany ? world.payers[0] : null, from: dayAt(each.day) };
      await api.ok('POST', `/v1/organizations/${world.teams[each.team].id}/bill-to`, body);
      return;
    }
    case 'bill':
      return bill(months[each.month] as string);
    case 'issue':
      return issue(world, each.every);
  }
}

async function bill(period: string): Promise<void> {
  expect(await api.ok('POST', '/v1/billing-runs', { period })).toMatchObject({
    status: 'succeeded',
  });
}

async function invoices(world: World): Promise<Json[]> {
  const pages = await Promise.all(
    world.payers.map((id) => api.ok('GET', `/v1/invoices?organizationId=${id}&limit=200`)),
  );
  return Promise.all(
    pages.flatMap(({ items }) => items).map(({ id }: Json) => api.ok('GET', `/v1/invoices/${id}`)),
  );
}

async function issue(world: World, every: number): Promise<void> {
  const drafts = (await invoices(world)).filter(({ status }) => status === 'draft');
  for (const [i, { id }] of drafts.entries()) {
    if (i % every !== 0) continue;
    world.issued.set(id, JSON.stringify(await api.ok('POST', `/v1/invoices/${id}/finalize`)));
  }
}

async function catchUp(world: World): Promise<void> {
  // Everybody has invoices of its own again, and large ones, for credits to be set off against.
  for (const { id } of world.teams)
    await api.ok('POST', `/v1/organizations/${id}/bill-to`, { billTo: null, from: dayAt(days) });
  for (const organizationId of world.payers) {
    const startAt = '2027-01-02T00:00:00Z';
    await api.ok('POST', '/v1/subscriptions', { organizationId, planId: largePlanId, startAt });
  }
  for (const month of months) {
    await bill(month);
    await issue(world, 1);
  }
}

/** Every service period of a subscription: what it was billed for, by whomever, and what its usage comes to. */
async function differences(world: World) {
  const ids = world.subscriptions.map(({ id }) => id);
  const { rows } = await sql<{
    what: string;
    start: string;
    billed: string;
    owed: string;
    sets: string;
  }>`
    with lines as (
      select l.* from invoice_lines l join invoices i on i.id = l.invoice_id and i.status <> 'void' where l.subscription_id = any(${ids})
    ), usage as (
      select a.subscription_id, date_trunc('month', a.occurred_at) as period_start, sum(a.sign * (e.measures ->> 'tokens')::numeric) as quantity,
             sum(a.sign) as count, sum(a.sign * event_hash(a.event_id)) as hash
        from attributions a join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
       where a.subscription_id = any(${ids}) group by 1, 2
    )
    select 'usage' as what, coalesce(l.subscription_id, u.subscription_id) || ' ' || coalesce(l.period_start, u.period_start) as start,
           coalesce(sum(l.amount), 0)::text as billed, coalesce(max(u.quantity), 0)::text as owed,
           (coalesce(sum(l.event_count), 0) - coalesce(max(u.count), 0))::text || ' ' || (coalesce(sum(l.event_quantity), 0) - coalesce(max(u.quantity), 0))::text
             || ' ' || (coalesce(sum(l.event_hash), 0) - coalesce(max(u.hash), 0))::text as sets
      from (select * from lines where charge_id is not null) l
      full join usage u on u.subscription_id = l.subscription_id and u.period_start = l.period_start
     group by coalesce(l.subscription_id, u.subscription_id), coalesce(l.period_start, u.period_start)
    union all
    select 'fee', fee_id || ' ' || period_start, sum(amount)::text, '', '' from lines where fee_id is not null group by subscription_id, fee_id, period_start`.execute(
    api.database.db,
  );
  return rows;
}

async function expectBooksToFit(world: World): Promise<void> {
  for (const { what, billed, owed, sets } of await differences(world)) {
    if (what === 'fee') {
      expect(Number(billed)).toBe(500);
      continue;
    }
    const due = roundToMinor(multiply(decimal(owed), decimal('0.00333')), 'USD');
    expect(toText(decimal(billed))).toBe(toText(due));
    expect(sets).toBe('0 0 0');
  }
  const all = await invoices(world);
  const now = new Map(all.map((invoice) => [invoice.id, JSON.stringify(invoice)]));
  for (const [id, issued] of world.issued) expect(now.get(id)).toBe(issued);
}

it('the books come to the usage, whatever happened', { timeout: 240_000 }, async () => {
  expect.hasAssertions();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 24 }), async (steps) => {
      api = await testApp();
      try {
        await openShop();
        const world = await makeWorld();
        api.setClock('2027-04-01T00:00:00Z');
        for (const each of steps) await take(world, each);
        await catchUp(world);
        await expectBooksToFit(world);
        const { checks } = await api.ok('GET', '/v1/checks');
        for (const name of ['explained', 'issued', 'twoClocks'])
          expect(checks.find((each: Json) => each.name === name)).toMatchObject({
            ok: true,
            problems: [],
          });
      } finally {
        await api.close();
      }
    }),
    {
      numRuns: Number(process.env['RUNS'] ?? 5),
      endOnFailure: true,
    },
  );
});
