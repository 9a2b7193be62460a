import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  absolute,
  add,
  compare,
  type Decimal,
  decimal,
  isZero,
  multiply,
  subtract,
  toText,
  zero,
} from '../../src/lib/decimal.ts';
import { foldUsage } from '../../src/usage/fold-actions.ts';
import { currentPosition } from '../../src/db/act.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import {
  type Charge,
  chargesIn,
  type Entry,
  exact,
  type PayerFrom,
  type Subscribed,
  terms,
} from '../support/amount-oracle.ts';
import { createRandom, type Random } from '../support/random.ts';

/**
 * Amounts are what usage is rated at, shared out to whoever made it: after random usage, moves, changes of payer and
 * billing, every way of grouping comes within rounding of what a few lines of arithmetic make of the entries one by
 * one, and sums exactly to what invoices bill.
 */
const seed = Number(process.env['SEED'] ?? 20_261_126);
const STEPS = 9;
const QUESTIONS = 5;
const PERIOD = ['2026-10-01T00:00:00.000000Z', '2026-11-01T00:00:00.000000Z'] as const;

let api: TestApp;
let random: Random;
const teams: string[] = [];
const keys: string[] = [];
const people: string[] = [];
const subscriptions: Subscribed[] = [];
let sent = 0;

const post = async (path: string, body: object): Promise<Json> =>
  api.ok('POST', `/v1/${path}`, body);

beforeAll(async () => {
  api = await testApp();
  random = createRandom(seed);
  api.setClock('2026-10-30T00:00:00Z');
  for (const meter of [
    { key: 'tokens', aggregation: 'sum', measure: 'tokens' },
    { key: 'tokens_by_model', aggregation: 'sum', measure: 'tokens' },
    { key: 'paid_tokens', aggregation: 'sum', measure: 'tokens' },
    { key: 'calls', aggregation: 'count' },
    { key: 'peak', aggregation: 'max', measure: 'users' },
    { key: 'seats', aggregation: 'unique', measure: 'users' },
  ])
    await post('meters', meter);
  const { id: productId } = await post('products', { name: 'Inference' });
  const plans: [string, string][] = [];
  for (const currency of ['USD', 'EUR'])
    plans.push([
      currency,
      (await post('plans', { productId, name: currency, currency, charges: terms })).id,
    ]);
  for (let i = 0; i < 6; i += 1) {
    const parent = i < 2 ? {} : { parentId: teams[i % 2] };
    const { id } = await post('organizations', { name: `T${i}`, ...parent });
    teams.push(id);
    const person = await post('subscribers', { email: `p${i}@t.example`, organizationIds: [id] });
    people.push(person.id);
  }
  for (const [i, owner] of [0, 1, 0].entries()) {
    const [currency, planId] = plans[i === 2 ? 1 : 0] as [string, string];
    const fields = {
      organizationId: teams[owner],
      planId,
      startAt: PERIOD[0],
      ...(i === 1 && { lateUsage: { policy: 'ignore' } }),
    };
    const { id } = await post('subscriptions', fields);
    subscriptions.push({ id, owner: teams[owner] ?? '', currency, charges: chargesIn(currency) });
  }
  for (let i = 0; i < 5; i += 1) {
    const { id } = await post('credentials', {
      name: `K${i}`,
      credentialId: `sk-amount-${i}`,
      tags: [['prod'], ['prod', 'eu'], []][i % 3],
      subscriberId: people[i],
      organizationId: teams[i],
      subscriptionId: subscriptions[i % 2]?.id,
    });
    keys.push(id);
  }
});
afterAll(() => api.close());

const moment = () =>
  `2026-10-${String(random.integer(1, 28)).padStart(2, '0')}T${String(random.integer(0, 23)).padStart(2, '0')}:${random.pick(['00', '30', '59'])}:00.000000Z`;

function event(): object {
  const measures: Record<string, string> = {};
  if (random.chance(0.8)) measures['tokens'] = String(random.integer(1, 400));
  if (random.chance(0.5) || measures['tokens'] === undefined)
    measures['users'] = String(random.integer(1, 30));
  return {
    id: `e${(sent += 1)}`,
    time: moment(),
    measures,
    attributes: random.chance(0.8) ? { model: random.pick(['big', 'small', 'own']) } : {},
    credential: `sk-amount-${random.integer(0, 5)}`,
    ...(random.chance(0.3) && { subscription: subscriptions[2]?.id, credential: undefined }),
    ...(random.chance(0.5) && {
      cost: { amount: random.pick(['0.31', '1.25', '3']), currency: random.pick(['USD', 'EUR']) },
    }),
  };
}

const payers: PayerFrom[] = [];

const steps: Record<string, () => Promise<unknown>> = {
  ingest: () => post('events', Array.from({ length: random.integer(5, 40) }, event)),
  move: () => {
    const i = random.integer(0, 1);
    return post(`credentials/${random.pick(keys)}/move`, {
      organizationId: random.pick(teams.filter((_, at) => at % 2 === i)),
      subscriptionId: subscriptions[i]?.id,
      from: moment(),
    });
  },
  reparent: () =>
    api.call('POST', `/v1/organizations/${random.pick(teams.slice(2))}/move`, {
      parentId: random.pick(teams.slice(0, 2)),
      from: moment(),
    }),
  pay: async () => {
    const [owner, payer] = [teams[random.integer(0, 1)] ?? '', teams[5] ?? ''];
    const from = moment();
    if (payers.some((each) => each.owner === owner)) return;
    await post(`organizations/${owner}/bill-to`, { billTo: payer, from });
    payers.push({ owner, from });
  },
  fold: async () => {
    await currentPosition(api.database);
    await foldUsage(api.database);
  },
};

// The oracle -------------------------------------------------------------------------------------

async function entries(): Promise<Entry[]> {
  const { rows } = await api.database.pool.query<Entry>(`
    select a.event_id as "eventId", a.occurred_at as at, a.organization_id as organization, a.subscriber_id as subscriber,
           a.credential_id as credential, a.subscription_id as subscription, e.measures, e.attributes, e.cost_amount as cost, e.cost_currency as currency
      from attributions a join events e on e.id = a.event_id
     group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 having sum(a.sign) = 1`);
  return rows;
}

// Questions --------------------------------------------------------------------------------------

const byKey = {
  organization: 'organizationId',
  subscriber: 'subscriberId',
  credential: 'credentialId',
  subscription: 'subscriptionId',
} as const;
type By = keyof typeof byKey;

async function ask(all: readonly Entry[], label: string): Promise<void> {
  const range = random.chance(0.5) ? [...PERIOD] : [moment(), moment()].toSorted();
  if (range[0] === range[1]) return;
  const [from = '', to = ''] = range;
  const groupBy = random
    .shuffle([...Object.keys(byKey), 'meter', 'attribute:model', 'day'])
    .slice(0, random.integer(0, 3));
  const daily = groupBy.includes('day');
  const filters: [string, string, (entry: Entry) => boolean][] = [
    ['organizationId', random.pick(teams), () => true],
    ['credentialId', random.pick(keys), () => true],
    ['attribute', 'model=big', ({ attributes }) => attributes['model'] === 'big'],
    ['measure', 'users', () => true],
  ];
  const filter = random.chance(0.4) ? random.pick(filters) : null;
  const passes = (entry: Entry, charge: Charge): boolean => {
    if (entry.at < from || entry.at >= to) return false;
    if (filter === null) return true;
    const [name, value, test] = filter;
    if (name === 'organizationId') return entry.organization === value;
    if (name === 'credentialId') return entry.credential === value;
    return name === 'measure' ? ['peak', 'seats'].includes(charge.meter) : test(entry);
  };
  const wanted = exact(subscriptions, payers, PERIOD, all, (entry, charge) => {
    if (!passes(entry, charge)) return null;
    const values = groupBy.map((by) => {
      if (by === 'day') return entry.at.slice(0, 10);
      if (by === 'meter') return charge.meter;
      if (by === 'attribute:model') return entry.attributes['model'] ?? null;
      return entry[by as By];
    });
    return JSON.stringify(values);
  });
  const query = new URLSearchParams({
    from,
    to,
    groupBy: groupBy.filter((by) => by !== 'day').join(','),
    figures: 'amount',
    ...(daily && { interval: 'day' }),
    ...(filter !== null && { [filter[0]]: filter[1] }),
  });
  const { amounts } = await api.ok('GET', `/v1/usage?${query.toString()}`);
  const said = new Map<string, Decimal>();
  for (const row of amounts.filter(({ kind }: Json) => kind === 'usage')) {
    const values = groupBy.map((by) => {
      if (by === 'day') return row.start.slice(0, 10);
      return row.group[by === 'attribute:model' ? 'model' : (byKey[by as By] ?? by)];
    });
    said.set(`${row.currency} ${JSON.stringify(values)}`, decimal(row.amount));
  }
  const where = `${label}: ${query.toString()}`;
  expect([...said.keys()].toSorted(), where).toEqual([...wanted.keys()].toSorted());
  for (const [key, { amount, terms: shares }] of wanted) {
    const off = absolute(subtract(said.get(key) ?? zero, amount));
    const allowed = multiply(decimal('0.02'), decimal(String(shares)));
    expect(compare(off, allowed), `${where}: ${key}, off by ${toText(off)}`).toBeLessThanOrEqual(0);
  }
}

type Totals = Record<string, string>;
const totalOf = (rows: readonly { key: string; amount: string }[]): Totals => {
  const totals = new Map<string, Decimal>();
  for (const { key, amount } of rows)
    totals.set(key, add(totals.get(key) ?? zero, decimal(amount)));
  return Object.fromEntries(
    [...totals]
      .filter(([, total]) => !isZero(total))
      .map(([key, total]): [string, string] => [key, toText(total)])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
};

const payersOf = () => [teams[0], teams[1], teams[5]];

/** What upcoming invoices, or those that are drafted or issued, charge for October, by subscription and currency. */
async function billed(where: 'upcoming' | 'stored' | 'both'): Promise<Totals> {
  const lines: Json[] = [];
  for (const id of payersOf()) {
    if (where !== 'stored') {
      const { invoices, credits } = await api.ok(
        'GET',
        `/v1/invoices/upcoming?organizationId=${id}`,
      );
      for (const each of [...invoices, ...credits]) lines.push(...each.lines);
    }
    if (where === 'upcoming') continue;
    const { items } = await api.ok('GET', `/v1/invoices?organizationId=${id}`);
    for (const { id: invoiceId } of items)
      lines.push(...(await api.ok('GET', `/v1/invoices/${invoiceId}`)).lines);
    const notes = await api.ok('GET', `/v1/credit-notes?organizationId=${id}`);
    for (const note of notes.items)
      for (const line of (await api.ok('GET', `/v1/credit-notes/${note.id}`)).lines) {
        const amount = toText(subtract(zero, decimal(line.amount.amount)));
        lines.push({ ...line, amount: { ...line.amount, amount } });
      }
  }
  return totalOf(
    lines
      .filter(({ periodStart }) => periodStart === PERIOD[0])
      .map(({ subscriptionId, amount }) => ({
        key: `${subscriptionId} ${amount.currency}`,
        amount: amount.amount,
      })),
  );
}

async function rated(more = ''): Promise<Totals> {
  const { amounts } = await api.ok(
    'GET',
    `/v1/usage?from=${PERIOD[0]}&to=${PERIOD[1]}&groupBy=subscription,${more}&figures=amount`,
  );
  return totalOf(
    amounts.map(({ group, currency, amount }: Json) => ({
      key: `${group.subscriptionId} ${currency}`,
      amount,
    })),
  );
}

describe(`amounts, seed ${seed}`, () => {
  it(
    'are what usage is rated at, shared out to who made it, and sum to what is invoiced',
    { timeout: 240_000 },
    async () => {
      const often = ['ingest', 'ingest', 'move', 'reparent', 'pay', 'fold'];
      for (let step = 0; step < STEPS; step += 1) {
        const name = step === 0 ? 'ingest' : random.pick(often);
        await steps[name]?.();
        const all = await entries();
        for (let n = 0; n < QUESTIONS; n += 1) await ask(all, `step ${step} (${name})`);
        const whole = await rated();
        expect(whole, `step ${step} (${name})`).toEqual(await billed('upcoming'));
        const finer = await rated(random.pick(['credential', 'organization', 'attribute:model']));
        expect(finer).toEqual(whole);
      }
    },
  );

  it(
    'go on to be what is billed in all when usage comes late, is moved, or is ignored',
    { timeout: 120_000 },
    async () => {
      api.setClock('2026-11-02T00:00:00Z');
      await post('billing-runs', { period: '2026-10' });
      expect(await rated()).toEqual(await billed('stored'));
      for (const id of payersOf()) {
        const { items } = await api.ok('GET', `/v1/invoices?organizationId=${id}&status=draft`);
        for (const { id: invoiceId } of items) await post(`invoices/${invoiceId}/finalize`, {});
      }
      const issued = await rated();
      await steps['ingest']?.();
      await steps['move']?.();
      const late = await rated();
      expect(late).not.toEqual(issued);
      expect(late, 'before the run').toEqual(await billed('both'));
      api.setClock('2026-12-02T00:00:00Z');
      await post('billing-runs', { period: '2026-11' });
      expect(await rated(), 'after the run').toEqual(late);
      expect(await billed('stored')).toEqual(late);
    },
  );
});
