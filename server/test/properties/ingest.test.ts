import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { createRandom, type Random } from '../support/random.ts';
import { counts, misplaced, planOf } from '../support/usage.ts';

/** An event counts once, whatever the order, retries and concurrency, and to the last digit (design §3.5, §3.7). */

let api: TestApp;
beforeAll(async () => {
  api = await testApp();
});
afterAll(() => api.close());

const TIME = '2026-09-15T10:00:00Z';
const post = (body: unknown) => api.ok('POST', '/v1/events', body);
const raw = (payload: string, type = 'application/json') =>
  api.app.inject({
    method: 'POST',
    url: '/v1/events',
    headers: { authorization: `Bearer ${key}`, 'content-type': type },
    payload,
  });
let key = '';
beforeAll(async () => {
  key = await api.key('admin');
});

async function stored(source: string): Promise<Json[]> {
  const { rows } = await api.database.pool.query(
    `select e.client_id, e.source, e.occurred_at, e.measures, e.cost_amount, e.cost_currency, e.attributes, v.value as credential,
            e.subscriber_claim, k.body_hash
       from events e join event_keys k on k.event_id = e.id left join credential_id_values v on v.key = e.credential_key
      where e.source = $1 order by e.client_id`,
    [source],
  );
  return rows;
}

describe('eight clients that send the same events in shuffled overlapping batches', () => {
  const CLIENTS = 8;
  const EVENTS = 160;

  /** Some events with a second body; several clients send either. */
  function bodies(source: string): Json[] {
    return Array.from({ length: EVENTS }, (_, i) => {
      const event = {
        id: `e${i}`,
        source,
        time: TIME,
        credential: `sk-${source}-${i % 23}`,
        measures: { [`${source}_${i % 7}`]: i },
        // Some are provisioned, so that shared and exclusive transactions mix.
        ...(i % 11 === 0 && { subscription: `ext-${source}`, subscriber: `p${i}@new.example` }),
      };
      const isContested = i % 5 === 0;
      return isContested ? [event, { ...event, credential: `sk-${source}-other-${i}` }] : [event];
    }).flat();
  }

  it.each([1, 2, 3])('counts each once, and keeps each conflict once (seed %i)', async (seed) => {
    const source = `clients${seed}`;
    const random = createRandom(seed);
    const { planId } = await planOf(api, source);
    const { id: organizationId } = await api.ok('POST', '/v1/organizations', { name: source });
    await api.ok('POST', '/v1/subscriptions', {
      organizationId,
      planId,
      externalId: `ext-${source}`,
      startAt: '2026-09-01T00:00:00Z',
    });
    const all = bodies(source);
    const before = await counts(api);
    const clients = Array.from({ length: CLIENTS }, () => batches(all, random));
    const answers = (
      await Promise.all(
        clients.map(async (mine) => {
          const answered: Json[] = [];
          for (const batch of mine) answered.push({ batch, ...(await post(batch)) });
          return answered;
        }),
      )
    ).flat();

    const sum = (count: (answer: Json) => number) =>
      answers.reduce((total, answer) => total + count(answer), 0);
    expect(sum((a) => a.accepted)).toBe(EVENTS);
    expect(sum((a) => a.rejected.length)).toBe(0);
    expect(sum((a) => a.accepted + a.duplicates + a.conflicts.length)).toBe(
      sum((a) => a.batch.length),
    );
    const after = await counts(api);
    expect(after['events']).toBe((before['events'] ?? 0) + EVENTS);
    expect(after['keys']).toBe((before['keys'] ?? 0) + EVENTS);
    expect(after['accepted']).toBe((before['accepted'] ?? 0) + EVENTS);
    expect(after['conflicts']).toBe((before['conflicts'] ?? 0) + EVENTS / 5);
    // The first stands: what is kept as a conflict is the other body.
    const first = new Map((await stored(source)).map((row) => [row.client_id, row]));
    const others = await api.database.pool.query(
      `select c.client_id, c.body_hash, v.value as credential from event_conflicts c join credential_id_values v on v.key = c.credential_key
        where c.source = $1`,
      [source],
    );
    expect(others.rows).toHaveLength(EVENTS / 5);
    for (const other of others.rows) {
      expect(first.get(other.client_id).credential).not.toBe(other.credential);
    }
    // Once more, in order: nothing is new, and every figure stays.
    const again = await post(all);
    expect(again).toMatchObject({ accepted: 0, duplicates: EVENTS, rejected: [] });
    expect(await counts(api)).toEqual(after);
    expect(await misplaced(api)).toEqual([]);
  });

  /** All of them at least once, some twice within a batch, in batches of any size. */
  function batches(events: Json[], random: Random): Json[][] {
    const mine = random.shuffle([...events, ...events.filter(() => random.chance(0.2))]);
    const cut: Json[][] = [];
    while (mine.length > 0) cut.push(mine.splice(0, random.integer(1, 60)));
    return cut;
  }
});

describe('one event, an array and NDJSON', () => {
  const event = (source: string, i: number) => ({
    id: `n${i}`,
    source,
    time: TIME,
    credential: 'sk-forms',
    subscriber: 'Ada@Forms.example',
    measures: { tokens: i },
    cost: { amount: '0.10', currency: 'USD' },
    attributes: { model: 'big' },
  });

  it('store the same', async () => {
    for (let i = 0; i < 3; i += 1) await post(event('single', i));
    await post([0, 1, 2].map((i) => event('array', i)));
    const lines = [0, 1, 2].map((i) => JSON.stringify(event('ndjson', i)));
    const answer = await raw(`\n${lines.join('\r\n')}\n\n`, 'application/x-ndjson');
    expect(answer.json()).toEqual({ accepted: 3, duplicates: 0, conflicts: [], rejected: [] });
    const [single, array, ndjson] = await Promise.all(['single', 'array', 'ndjson'].map(stored));
    const plain = (rows: Json[] = []) =>
      rows.map(({ source: _source, body_hash: _hash, ...row }) => row);
    expect(plain(single)).toHaveLength(3);
    expect(plain(array)).toEqual(plain(single));
    expect(plain(ndjson)).toEqual(plain(single));
  });

  it('a line that is no JSON is rejected alone', async () => {
    const lines = [
      JSON.stringify(event('lines', 1)),
      '{"id":',
      JSON.stringify(event('lines', 2)),
      'null',
    ];
    const answer = await raw(lines.join('\n'), 'application/x-ndjson; charset=utf-8');
    expect(answer.json()).toMatchObject({
      accepted: 2,
      rejected: [
        { index: 1, code: 'malformed_json', pointer: '' },
        { index: 3, pointer: '' },
      ],
    });
  });

  it('are duplicates of each other, however they are written', async () => {
    const spellings = [
      '{"id":"s","source":"spelling","time":"2026-09-15T10:00:00Z","measures":{"a":1000,"b":"0.10"},"subscriber":"A@b.example"}',
      '{"measures":{"b":0.1,"a":1e3},"subscriber":"a@B.example","time":"2026-09-15T12:00:00.0000009+02:00","source":"spelling","id":"s"}',
      '{"id":"s","source":"spelling","time":"2026-09-15t10:00:00.000000z","measures":{"a":"1000.000","b":1E-1},"subscriber":"a@b.EXAMPLE","attributes":{}}',
    ];
    const answers = [];
    for (const text of spellings) answers.push((await raw(text)).json());
    expect(answers).toMatchObject([{ accepted: 1 }, { duplicates: 1 }, { duplicates: 1 }]);
  });
});

describe('a retry', () => {
  it('of an event without a time is a duplicate, though time has passed', async () => {
    const event = { id: 'timeless', source: 'retry', measures: { tokens: 1 } };
    expect(await post(event)).toMatchObject({ accepted: 1 });
    const noon = api.now();
    api.setClock(40 * 24 * 60 * 60 * 1000);
    expect(await post(event)).toMatchObject({ duplicates: 1 });
    expect(await post({ ...event, time: noon })).toMatchObject({
      conflicts: [{ index: 0, id: 'timeless' }],
    });
    api.setClock(noon);
    const { items } = await api.ok('GET', '/v1/events?source=retry&clientId=timeless');
    expect(items).toMatchObject([{ occurredAt: noon, recordedAt: noon }]);
  });

  it('under another source is another event', async () => {
    const event = { id: 'same', time: TIME, measures: { tokens: 1 } };
    expect(await post([event, { ...event, source: 'x' }])).toMatchObject({ accepted: 2 });
  });
});

describe('numbers', () => {
  it('keep every digit, from the wire to the sum', async () => {
    const body = `[
      {"id":"d1","source":"digits","time":"${TIME}","credential":"sk-digits",
       "measures":{"big":12345678901234567890.123456789012,"e":1e3,"tenth":0.1,"text":"0.000000000001","zero":-0},
       "cost":{"amount":0.123456789012,"currency":"USD"},"attributes":{"n":12345678901234567890,"f":1.5,"b":true}},
      {"id":"d2","source":"digits","time":"${TIME}","credential":"sk-digits","measures":{"big":"0.000000000001","tenth":0.2}}
    ]`;
    expect((await raw(body)).json()).toMatchObject({ accepted: 2 });
    const { items } = await api.ok('GET', '/v1/events?source=digits&clientId=d1');
    expect(items[0]).toMatchObject({
      measures: {
        big: '12345678901234567890.123456789012',
        e: '1000',
        tenth: '0.1',
        text: '0.000000000001',
        zero: '0',
      },
      cost: { amount: '0.123456789012', currency: 'USD' },
      attributes: { n: '12345678901234567890', f: '1.5', b: 'true' },
    });
    const usage = await api.ok(
      'GET',
      `/v1/usage?from=2026-09-15T00:00:00Z&to=2026-09-16T00:00:00Z&groupBy=source`,
    );
    const of = (measure: string) =>
      usage.items.find((item: Json) => item.measure === measure && item.group.source === 'digits');
    expect(of('big').quantity).toBe('12345678901234567890.123456789013');
    expect(of('tenth').quantity).toBe('0.3');
  });
});
