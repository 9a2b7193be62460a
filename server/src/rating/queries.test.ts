import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testApp, type TestApp } from '../../test/support/app.ts';
import { moveUsage, type Seeded, seedUsage } from '../../test/support/seeded-usage.ts';
import { currentPosition } from '../db/act.ts';
import { add, toText } from '../lib/decimal.ts';
import { type Instant, parseInstant } from '../lib/instant.ts';
import { listUsageEvents } from './event-set-queries.ts';
import { type Counted, measureUsage } from './queries.ts';

const sub = 'sub_a';
const at = (text: string) => parseInstant(text) as Instant;
const october = { from: at('2026-10-01T00:00:00Z'), to: at('2026-11-01T00:00:00Z') };
const tokens: Counted = { aggregation: 'sum', measure: 'tokens', filter: {} };

let api: TestApp;
/** Positions: before anything, after the first events, after the move, after the late one. */
const positions: number[] = [];
let events: Seeded[];

beforeAll(async () => {
  api = await testApp();
  const event = (when: string, count: string, attributes: Record<string, string> = {}) => ({
    at: when,
    subscriptionId: sub,
    organizationId: 'org_a',
    measures: { tokens: count },
    attributes,
  });
  positions.push(await currentPosition(api.database));
  events = await api.act((action) =>
    seedUsage(action, [
      event('2026-09-30T23:59:59.999999Z', '1000'),
      event('2026-10-01T00:00:00Z', '1.5', { model: 'small', region: 'eu' }),
      event('2026-10-10T00:00:00Z', '20', { model: 'large', region: 'eu' }),
      event('2026-10-10T00:00:00Z', '20', { model: 'large', region: 'us' }),
      event('2026-10-31T23:59:59.999999Z', '300', { model: 'tiny' }),
      event('2026-11-01T00:00:00Z', '4000'),
      { ...event('2026-10-12T00:00:00Z', '0'), measures: { requests: '7' } },
    ]),
  );
  positions.push(await currentPosition(api.database));
  await api.act((action) =>
    moveUsage(action, events.slice(4, 5), { subscriptionId: 'sub_b', organizationId: 'org_b' }),
  );
  positions.push(await currentPosition(api.database));
  await api.act((action) => seedUsage(action, [event('2026-10-20T00:00:00Z', '50000')]));
  positions.push(await currentPosition(api.database));
});
afterAll(() => api.close());

async function measure(
  counted: Partial<Counted>,
  after: number,
  upto: number,
  subscriptionId = sub,
) {
  const ask = {
    key: 'it',
    subscriptionId,
    ...october,
    after: positions[after] as number,
    upto: positions[upto] as number,
  };
  const usage = (
    await measureUsage(api.database.db, [{ ...ask, counted: { ...tokens, ...counted } }])
  ).get('it');
  return usage && [toText(usage.quantity), usage.eventCount, toText(usage.eventQuantity)];
}

describe('what is measured', () => {
  it.each<[string, Partial<Counted>, number, number, [string, number, string]]>([
    ['a sum, of the half-open period', {}, 0, 1, ['341.5', 4, '341.5']],
    ['without what was moved away', {}, 0, 2, ['41.5', 3, '41.5']],
    ['only what the move changed', {}, 1, 2, ['-300', -1, '-300']],
    ['only what came late', {}, 2, 3, ['50000', 1, '50000']],
    ['nothing between equal positions', {}, 3, 3, ['0', 0, '0']],
    ['a count of all events', { aggregation: 'count', measure: null }, 0, 1, ['5', 5, '5']],
    ['a count of those with the measure', { aggregation: 'count' }, 0, 1, ['4', 4, '4']],
    ['a maximum', { aggregation: 'max' }, 0, 1, ['300', 4, '341.5']],
    ['a maximum, less what was moved', { aggregation: 'max' }, 0, 2, ['20', 3, '41.5']],
    ['what the move took from a maximum', { aggregation: 'max' }, 1, 2, ['-280', -1, '-300']],
    ['distinct values', { aggregation: 'unique' }, 0, 1, ['3', 4, '341.5']],
    ['distinct values, less what was moved', { aggregation: 'unique' }, 0, 2, ['2', 3, '41.5']],
    ['what late usage adds to them', { aggregation: 'unique' }, 2, 3, ['1', 1, '50000']],
    ['one attribute', { filter: { model: 'large' } }, 0, 3, ['40', 2, '40']],
    [
      'one of several values',
      { filter: { model: ['small', 'large'], region: 'eu' } },
      0,
      3,
      ['21.5', 2, '21.5'],
    ],
    ['an attribute nobody has', { filter: { tier: 'gold' } }, 0, 3, ['0', 0, '0']],
    ['another measure', { measure: 'requests' }, 0, 3, ['7', 1, '7']],
  ])('%s', async (_, counted, after, upto, expected) => {
    expect(await measure(counted, after, upto)).toEqual(expected);
  });

  it('follows the event to its new subscription', async () => {
    expect(await measure({}, 0, 1, 'sub_b')).toEqual(['0', 0, '0']);
    expect(await measure({}, 1, 2, 'sub_b')).toEqual(['300', 1, '300']);
  });

  it('is the sum of its stretches, hash and all, and many at once are as each alone', async () => {
    const ask = (key: string, after: number, upto: number, counted: Counted = tokens) => ({
      key,
      subscriptionId: sub,
      ...october,
      after: positions[after] as number,
      upto: positions[upto] as number,
      counted,
    });
    const max: Counted = { ...tokens, aggregation: 'max' };
    const asks = [
      ask('whole', 0, 3),
      ask('first', 0, 1),
      ask('second', 1, 3),
      ask('max', 0, 3, max),
    ];
    const all = await measureUsage(api.database.db, asks);
    const hash = (key: string) => all.get(key)?.eventHash as never;
    expect(toText(add(hash('first'), hash('second')))).toBe(toText(hash('whole')));
    for (const each of asks) {
      expect((await measureUsage(api.database.db, [each])).get(each.key)).toEqual(
        all.get(each.key),
      );
    }
    expect(await measureUsage(api.database.db, [])).toEqual(new Map());
  });
});

describe('the events behind', () => {
  const list = (
    after: number,
    upto: number,
    limit: number,
    afterEvent: { occurredAt: Instant; id: string } | null = null,
  ) =>
    listUsageEvents(
      api.database.db,
      {
        subscriptionId: sub,
        ...october,
        after: positions[after] as number,
        upto: positions[upto] as number,
      },
      tokens,
      { limit, afterEvent },
    );

  it('are those that count, once each, with their sign', async () => {
    expect((await list(0, 2, 10)).map(({ id, sign }) => [id, sign])).toEqual(
      events
        .slice(1, 4)
        .toSorted((a, b) => (a.at + a.id < b.at + b.id ? -1 : 1))
        .map(({ id }) => [id, 1]),
    );
    expect(await list(1, 2, 10)).toMatchObject([{ id: events[4]?.id, sign: -1, quantity: '300' }]);
  });

  it('come in pages that leave none out, also among events of one instant', async () => {
    const all = await list(0, 3, 10);
    const paged = [];
    for (let last: (typeof all)[number] | undefined; ;) {
      const [next] = await list(0, 3, 1, last ?? null);
      if (next === undefined) break;
      paged.push(next);
      last = next;
    }
    expect(paged).toEqual(all);
    expect(all).toHaveLength(4);
  });
});
