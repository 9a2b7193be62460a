import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { decimal, multiply, toText } from '../lib/decimal.ts';
import { type Instant, parseInstant } from '../lib/instant.ts';
import { roundToMinor } from '../lib/money.ts';
import { servicePeriods } from '../subscriptions/period-rules.ts';
import { subscriptionsByIds } from '../subscriptions/queries.ts';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { newsIsWhole } from '../../test/support/news.ts';
import { moveUsage } from '../../test/support/seeded-usage.ts';
import { billedLines } from './billed-queries.ts';
import { prorated } from './obligation-rules.ts';

/**
 * Whatever is recorded, moved, billed to others, put on other plans, ended and begun again, billed in other
 * rhythms and issued, in
 * whatever order: once the books have caught up, every service period that there is comes to its fees and to the rating
 * of its usage to the cent, one that is no more to nothing, every event is on the lines exactly once, unless it was
 * ignored as late, and nothing that was issued has changed.
 */

let api: TestApp;
let plans: Json[];
let largePlanId: string;
async function openShop(): Promise<void> {
  const product = await api.ok('POST', '/v1/products', { name: 'Inference' });
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const make = (name: string, unitPrice: string | null, changes: object): Promise<Json> =>
    api.ok('POST', '/v1/plans', {
      productId: product.id,
      name,
      charges: unitPrice === null ? [] : [{ meter: 'tokens', model: 'perUnit', unitPrice }],
      ...changes,
    });
  const fee = (name: string, amount: string, timing: string) => ({ name, amount, timing });
  plans = [
    // Large enough that no credit has to wait for ever.
    await make('Pro', '0.00333', {
      fees: [fee('Platform', '500.00', 'advance'), fee('Support', '500.00', 'arrears')],
    }),
    await make('Basic', '0.00777', { fees: [fee('Platform', '333.33', 'advance')] }),
    await make('Weekly', '0.0051', {
      fees: [fee('Platform', '70.01', 'advance')],
      interval: { unit: 'week' },
    }),
  ];
  const fees = [fee('Large', '100000.00', 'arrears')];
  largePlanId = (await make('Large', null, { fees })).id;
}

const months = ['2026-10', '2026-11', '2026-12', '2027-01', '2027-02', '2027-03'];
const days = 92;
const dayAt = (day: number) =>
  `${new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC' }).format(Date.UTC(2026, 9, 1 + day))}T12:00:00Z`;
const afterwards = '2027-04-01T00:00:00Z';

type World = {
  teams: Json[];
  payers: string[];
  subscriptions: Json[];
  events: number;
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
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('rhythm' as const),
      payer: fc.nat(2),
      billingCycle: fc.record({
        unit: fc.constantFrom('week', 'month'),
        count: fc.integer({ min: 1, max: 2 }),
        anchorDay: fc.integer({ min: 1, max: 31 }),
      }),
      timeZone: fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/New_York'),
      day: fc.nat(days - 1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('changePlan' as const),
      subscription,
      plan: fc.nat(2),
      at: fc.constantFrom('now', 'periodEnd'),
      day: fc.nat(days - 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      subscription,
      credit: fc.constantFrom('prorated', 'none'),
      day: fc.nat(days - 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('goOn' as const), subscription }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('policy' as const),
      subscription,
      policy: fc.constantFrom('ignore', 'ignore', 'adjustNextInvoice'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('anchor' as const),
      subscription,
      anchorDay: fc.integer({ min: 1, max: 31 }),
      day: fc.nat(days - 1),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function makeWorld(): Promise<World> {
  api.setClock('2026-10-01T00:00:00Z');
  const company = await api.ok('POST', '/v1/organizations', { name: 'Company' });
  const startAt = '2026-10-01T00:00:00Z';
  const planId = plans[0].id;
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
    events: 0,
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
      world.events += 1;
      return api.ok('POST', '/v1/events', {
        id: `event ${world.events}`,
        time: dayAt(each.day),
        subscription: to(each.subscription).subscriptionId,
        measures: { tokens: each.tokens },
      });
    }
    case 'move': {
      const event = await eventNumbered(1 + (each.event % Math.max(world.events, 1)));
      if (event === null || event.subscriptionId === to(each.subscription).subscriptionId) return;
      await api.act((action) => moveUsage(action, [event], to(each.subscription)));
      return;
    }
    case 'billTo': {
      const body = { billTo: each.toCompany ? world.payers[0] : null, from: dayAt(each.day) };
      await api.ok('POST', `/v1/organizations/${world.teams[each.team].id}/bill-to`, body);
      return;
    }
    case 'rhythm': {
      const { payer, billingCycle, timeZone, day } = each;
      return changeRhythm(world.payers[payer] ?? '', { billingCycle, timeZone }, day);
    }
    case 'changePlan': {
      const body = { planId: plans[each.plan].id, at: each.at };
      return onDay(each.day, 'POST', `${to(each.subscription).subscriptionId}/change-plan`, body);
    }
    case 'end': {
      const body = { credit: each.credit };
      return onDay(each.day, 'POST', `${to(each.subscription).subscriptionId}/cancel`, body);
    }
    case 'goOn':
      return onDay(days, 'PATCH', to(each.subscription).subscriptionId, { endAt: null });
    case 'anchor': {
      const { anchorDay } = each;
      return onDay(each.day, 'PATCH', to(each.subscription).subscriptionId, { anchorDay });
    }
    case 'policy': {
      const body = { lateUsage: { policy: each.policy } };
      return onDay(days, 'PATCH', to(each.subscription).subscriptionId, body);
    }
    case 'bill':
      return bill(months[each.month] as string);
    case 'issue':
      return issue(world, each.every);
  }
}

/** What is not possible in the state that the subscription is in then is left undone. */
async function onDay(day: number, method: string, path: string, body: object): Promise<void> {
  api.setClock(dayAt(day));
  const { status, text } = await api.call(method, `/v1/subscriptions/${path}`, body);
  expect([200, 409], text).toContain(status);
  api.setClock(afterwards);
}

async function changeRhythm(payerId: string, body: object, day: number): Promise<void> {
  api.setClock(dayAt(day));
  await api.ok('PATCH', `/v1/organizations/${payerId}`, body);
  api.setClock(afterwards);
}

/** An event with who it is attributed to now; null while it is nobody's, or on no subscription. */
async function eventNumbered(number: number) {
  const { rows } = await sql<{
    id: string;
    at: Instant;
    subscriptionId: string | null;
    organizationId: string;
  }>`
    select a.event_id as id, a.occurred_at as at, a.subscription_id as "subscriptionId", a.organization_id as "organizationId"
      from attributions a join event_keys k on k.event_id = a.event_id
     where k.client_id = ${`event ${number}`} group by 1, 2, 3, 4 having sum(a.sign) = 1`.execute(
    api.database.db,
  );
  const [row] = rows;
  if (!row || row.subscriptionId === null) return null;
  return { ...row, subscriptionId: row.subscriptionId, measures: {} };
}

async function bill(period: string): Promise<void> {
  await newsIsWhole(api);
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
    world.issued.set(id, saidBy(await api.ok('POST', `/v1/invoices/${id}/finalize`)));
  }
}

/** What an issued invoice says: all but what credit notes have lowered of it. */
function saidBy(invoice: Json): string {
  const moves = {
    status: null,
    amountDue: null,
    amountCredited: null,
    version: null,
    updatedAt: null,
  };
  return JSON.stringify({ ...invoice, ...moves });
}

async function catchUp(world: World): Promise<void> {
  // Everybody has invoices of its own again, and large ones, for credits to be set off against.
  for (const { id } of world.teams)
    await api.ok('POST', `/v1/organizations/${id}/bill-to`, { billTo: null, from: dayAt(days) });
  for (const organizationId of world.payers) {
    const monthly = { billingCycle: { unit: 'month', count: 1, anchorDay: 1 }, timeZone: 'UTC' };
    await changeRhythm(organizationId, monthly, days);
    const startAt = '2027-01-02T00:00:00Z';
    await api.ok('POST', '/v1/subscriptions', { organizationId, planId: largePlanId, startAt });
  }
  for (const month of months) {
    await bill(month);
    await issue(world, 1);
  }
}

type Figures = { amount: string; count: number; quantity: string; hash: string };

/** What was billed, by whomever, for each fee and charge over each service period. */
async function billedFigures(ids: string[]): Promise<Map<string, Figures>> {
  const { rows } = await sql<Figures & { subscription: string; item: string; start: Instant }>`
    select l.subscription_id as subscription, coalesce(l.fee_id, l.charge_id) as item, l.period_start as start, sum(l.amount)::text as amount,
           sum(l.event_count)::int as count, sum(l.event_quantity)::text as quantity, sum(l.event_hash)::text as hash
      from ${billedLines} l where l.status <> 'void' and l.subscription_id = any(${ids}) group by 1, 2, 3`.execute(
    api.database.db,
  );
  return new Map(
    rows.map(({ subscription: id, item, start, ...figures }) => [
      `${id} ${item} ${start}`,
      figures,
    ]),
  );
}

/** By way of the API, as anybody would look them up. */
async function ignoredEvents(subscriptionId: string): Promise<string[]> {
  const { items } = await api.ok(
    'GET',
    `/v1/ignored-usage?subscriptionId=${subscriptionId}&limit=200`,
  );
  const pages = await Promise.all(
    items.map(({ id }: Json) => api.ok('GET', `/v1/ignored-usage/${id}/events?limit=200`)),
  );
  return pages.flatMap((page: Json) => page.items.map(({ id }: Json) => id));
}

async function usageOf(id: string, start: Instant, end: Instant): Promise<Omit<Figures, 'amount'>> {
  const { rows } = await sql<Omit<Figures, 'amount'>>`
    select coalesce(sum(a.sign), 0)::int as count, coalesce(sum(a.sign * (e.measures ->> 'tokens')::numeric), 0)::text as quantity,
           coalesce(sum(a.sign * event_hash(a.event_id)), 0)::text as hash
      from attributions a join events e on e.id = a.event_id and e.occurred_at = a.occurred_at
     where a.subscription_id = ${id} and a.occurred_at >= ${start} and a.occurred_at < ${end} and a.event_id <> all(${await ignoredEvents(id)})`.execute(
    api.database.db,
  );
  return rows[0] ?? expect.fail();
}

/** What every fee and charge comes to over the service periods that there are now and that have been billed. */
async function owedFigures(ids: string[]): Promise<Map<string, Figures>> {
  const billedUntil = parseInstant(afterwards) as Instant;
  const owed = new Map<string, Figures>();
  for (const { id, terms, plans: spans } of await subscriptionsByIds(api.database.db, ids)) {
    for (const period of servicePeriods(terms, spans, terms.startAt, billedUntil)) {
      const { start, end } = period;
      const key = (itemId: string) => `${id} ${itemId} ${start}`;
      const { fees, charges } = plans.find((plan) => plan.id === period.plan.planId);
      const none = { count: 0, quantity: '0', hash: '0' };
      for (const { id: feeId, amount, timing } of fees) {
        if (timing === 'arrears' && end > billedUntil) continue;
        const kept = timing === 'advance' && period.paidUntil ? { end: period.paidUntil } : {};
        const due = prorated(decimal(amount), { ...period, ...kept }, 'USD');
        owed.set(key(feeId), { amount: toText(due), ...none });
      }
      for (const { id: chargeId, unitPrice } of charges) {
        if (end > billedUntil) continue;
        const usage = await usageOf(id, start, end);
        const exact = multiply(decimal(usage.quantity), decimal(unitPrice));
        owed.set(key(chargeId), { amount: toText(roundToMinor(exact, 'USD')), ...usage });
      }
    }
  }
  return owed;
}

async function expectBooksToFit(world: World): Promise<void> {
  const ids = world.subscriptions.map(({ id }) => id);
  const [owed, billed] = [await owedFigures(ids), await billedFigures(ids)];
  const plain = (figures?: Figures) => ({
    amount: toText(decimal(figures?.amount ?? '0')),
    count: figures?.count ?? 0,
    quantity: toText(decimal(figures?.quantity ?? '0')),
    hash: toText(decimal(figures?.hash ?? '0')),
  });
  for (const key of new Set([...owed.keys(), ...billed.keys()])) {
    expect([key, plain(billed.get(key))]).toEqual([key, plain(owed.get(key))]);
  }
  const all = await invoices(world);
  const now = new Map(all.map((invoice) => [invoice.id, saidBy(invoice)]));
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
        api.setClock(afterwards);
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
      numRuns: Number(process.env['RUNS'] ?? 4),
      endOnFailure: true,
    },
  );
});
