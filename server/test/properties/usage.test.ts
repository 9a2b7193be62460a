import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldUsage, rebuildUsage, rebuildWhereAsked } from '../../src/usage/fold-actions.ts';
import { groupKey, type Grouping } from '../../src/usage/rules.ts';
import type { Instant } from '../../src/lib/instant.ts';
import { currentPosition } from '../../src/db/act.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { createRandom, type Random } from '../support/random.ts';
import { answer, asTold, type Question, readOracle } from '../support/usage-oracle.ts';

/**
 * Usage is the same whatever has been folded when: after random ingest, moves, folds and rebuilds, every way of grouping
 * comes to what the entries come to one by one.
 */
const seed = Number(process.env['SEED'] ?? 20_261_123);
const STEPS = 40;
const QUESTIONS = 4;

let api: TestApp;
let random: Random;
const ids: Record<
  'organizations' | 'subscribers' | 'credentials' | 'subscriptions' | 'products',
  string[]
> = {
  organizations: [],
  subscribers: [],
  credentials: [],
  subscriptions: [],
  products: [],
};
let sent = 0;

beforeAll(async () => {
  api = await testApp();
  random = createRandom(seed);
  api.setClock('2026-10-20T00:00:00Z');
  await makeCompany();
});
afterAll(() => api.close());

const post = async (path: string, body: object): Promise<Json> =>
  api.ok('POST', `/v1/${path}`, body);

async function makeCompany(): Promise<void> {
  const meters = [
    { key: 'peak', aggregation: 'max', measure: 'input_tokens' },
    { key: 'kinds', aggregation: 'unique', measure: 'images', filter: { model: ['gpt-5', 'own'] } },
    { key: 'calls', aggregation: 'count' },
    { key: 'small', aggregation: 'sum', measure: 'output_tokens', filter: { model: 'own' } },
  ];
  for (const meter of meters) await post('meters', meter);
  const plans: string[] = [];
  for (const name of ['Chat', 'Vision']) {
    const { id: productId } = await post('products', { name });
    ids.products.push(productId);
    const charges = [{ meter: 'calls', model: 'perUnit', unitPrice: '0.01' }];
    plans.push((await post('plans', { productId, name, charges })).id);
  }
  for (let i = 0; i < 7; i += 1) {
    const parentId = i === 0 ? undefined : random.pick(ids.organizations);
    const metadata = random.chance(0.5) ? { team: `t${i}` } : {};
    const { id } = await post('organizations', {
      name: `O${i}`,
      metadata,
      ...(parentId && { parentId }),
    });
    ids.organizations.push(id);
    const email = `s${i}@o.example`;
    ids.subscribers.push(
      (
        await post('subscribers', {
          email,
          organizationIds: [id],
          metadata: i % 3 === 0 ? { team: 'own' } : {},
        })
      ).id,
    );
    if (i % 2 === 0) {
      const planId = plans[i % 4 === 0 ? 0 : 1];
      const startAt = '2026-10-01T00:00:00Z';
      ids.subscriptions.push(
        (await post('subscriptions', { organizationId: id, planId, startAt })).id,
      );
    }
    const tags = random.shuffle(['prod', 'ci', 'eu']).slice(0, random.integer(0, 2));
    const owner = { subscriberId: ids.subscribers.at(-1), organizationId: id };
    ids.credentials.push(
      (await post('credentials', { name: `K${i}`, credentialId: `sk-usage-${i}`, tags, ...owner }))
        .id,
    );
  }
}

/** Within three days, often at the edge of an hour. */
function moment(): Instant {
  const hour = `2026-10-${10 + random.integer(0, 2)}T${String(random.integer(0, 23)).padStart(2, '0')}`;
  const rest = random.pick([
    '00:00.000000',
    '59:59.999999',
    '30:00.000000',
    '17:03.250001',
    '45:00.000000',
  ]);
  return `${hour}:${rest}Z` as Instant;
}

function event(): object {
  const measures: Record<string, string> = {};
  if (random.chance(0.8))
    measures['input_tokens'] = random.pick(['1', '250', '0.5', '150000', '250000.25']);
  if (random.chance(0.5)) measures['output_tokens'] = String(random.integer(0, 50));
  if (random.chance(0.3) || Object.keys(measures).length === 0)
    measures['images'] = String(random.integer(1, 3));
  const attributes: Record<string, string> = {};
  if (random.chance(0.8)) attributes['model'] = random.pick(['gpt-5', 'gemini-2.5-pro', 'own']);
  if (random.chance(0.3)) attributes['region'] = random.pick(['eu', 'us']);
  if (random.chance(0.1)) attributes['source'] = 'x';
  return {
    id: `e${(sent += 1)}`,
    time: moment(),
    measures,
    attributes,
    ...(random.chance(0.2) && { source: random.pick(['a', 'b']) }),
    ...(random.chance(0.9) && { credential: `sk-usage-${random.integer(0, 8)}` }),
    ...(random.chance(0.2) && { organization: random.pick(ids.organizations) }),
    ...(random.chance(0.3) && {
      cost: {
        amount: random.pick(['0.000001', '1.25', '3']),
        currency: random.pick(['USD', 'EUR']),
      },
    }),
  };
}

const steps: Record<string, () => Promise<unknown>> = {
  ingest: () => post('events', Array.from({ length: random.integer(1, 40) }, event)),
  move: () =>
    post(`credentials/${random.pick(ids.credentials)}/move`, {
      organizationId: random.pick(ids.organizations),
      from: moment(),
    }),
  reparent: () =>
    api.call('POST', `/v1/organizations/${random.pick(ids.organizations.slice(1))}/move`, {
      parentId: random.pick([...ids.organizations, null]),
      from: moment(),
    }),
  fold: async () => {
    await currentPosition(api.database);
    await foldUsage(api.database);
  },
  number: () => currentPosition(api.database),
  rebuild: () => rebuildUsage(api.database),
  lookAt: async () => {
    const key = random.pick(['eu', 'us']);
    await api.call('POST', '/v1/meters', {
      key,
      aggregation: 'sum',
      measure: 'input_tokens',
      filter: { region: key },
    });
    if (random.chance(0.5)) await rebuildWhereAsked(api.database);
  },
};
const often = [
  'ingest',
  'ingest',
  'ingest',
  'move',
  'reparent',
  'fold',
  'fold',
  'number',
  'rebuild',
  'lookAt',
];

const groupings: Grouping[] = [
  'organization',
  'subscriber',
  'credential',
  'subscription',
  'product',
  'meter',
  'measure',
  'tag',
  'source',
  'attribute:model',
  'attribute:region',
  'metadata:team',
];

function question(): Question {
  const [from, to] = [moment(), moment()].toSorted() as [Instant, Instant];
  const whole: [Instant, Instant] = [
    '2026-10-09T00:00:00.000000Z' as Instant,
    '2026-10-14T00:00:00.000000Z' as Instant,
  ];
  const range = from === to || random.chance(0.3) ? whole : [from, to];
  const filter: Record<string, string> = {};
  const maybe = (name: string, probability: number, values: readonly string[]) => {
    if (random.chance(probability)) filter[name] = random.pick(values);
  };
  maybe('organizationId', 0.3, ids.organizations);
  maybe('rollUp', 0.5, ['true']);
  maybe('tree', 0.3, ['current', 'occurred']);
  maybe('subscriberId', 0.05, ids.subscribers);
  maybe('credentialId', 0.1, ids.credentials);
  maybe('subscriptionId', 0.1, ids.subscriptions);
  maybe('productId', 0.1, ids.products);
  maybe('measure', 0.2, ['input_tokens', 'images']);
  if (filter['measure'] === undefined) maybe('meter', 0.1, ['peak', 'kinds', 'calls', 'small']);
  maybe('source', 0.05, ['a', '']);
  maybe('tag', 0.1, ['prod', 'ci']);
  maybe('attribute', 0.15, ['model=own', 'region=eu', 'model']);
  const interval = random.pick([undefined, undefined, 'hour', 'day', 'week', 'month']);
  return {
    from: range[0] as Instant,
    to: range[1] as Instant,
    groupBy: random.shuffle(groupings).slice(0, random.integer(0, 3)),
    ...(interval !== undefined && {
      interval,
      timeZone: random.pick(['UTC', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/New_York']),
    }),
    filter,
    now: api.now(),
  };
}

function urlOf({ from, to, groupBy, interval, timeZone, filter }: Question): string {
  const query = new URLSearchParams({
    from,
    to,
    groupBy: groupBy.join(','),
    figures: 'quantity,cost',
    ...filter,
  });
  if (interval !== undefined) query.set('interval', interval);
  if (timeZone !== undefined) query.set('timeZone', timeZone);
  return `/v1/usage?${query.toString()}`;
}

const keys = (grouping: string) => groupKey(grouping as Grouping);

describe(`usage, seed ${seed}`, () => {
  it(
    'is what its entries come to, however it is grouped, whatever was folded when',
    { timeout: 240_000 },
    async () => {
      for (let step = 0; step < STEPS; step += 1) {
        const name = step === 0 ? 'ingest' : random.pick(often);
        await steps[name]?.();
        const oracle = await readOracle(api);
        for (let asked = 0; asked < QUESTIONS; asked += 1) {
          const one = question();
          const answered = await api.ok('GET', urlOf(one));
          const said = asTold(answered, one, keys);
          const wanted = answer(oracle, one);
          const label = `step ${step} (${name}): ${urlOf(one)}`;
          expect(said.quantities, label).toEqual(wanted.quantities);
          expect(said.costs, label).toEqual(wanted.costs);
        }
      }
    },
  );
});
