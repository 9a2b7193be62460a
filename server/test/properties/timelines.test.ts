import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UNCLASSIFIED_ID } from '../../src/lib/id.ts';
import { instantFromEpochMs } from '../../src/lib/instant.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';

/**
 * Verbs on credentials, in any order and from any time, against an oracle that writes half-day by half-day: whom usage
 * is attributed to, recorded before the verb or after it, and what each timeline says. A verb that is refused changes
 * nothing.
 */

const HALF_DAY_MS = 43_200_000;
const EPOCH_MS = Date.parse('2026-10-01T00:00:00Z');
const at = (n: number) => instantFromEpochMs(EPOCH_MS + n * HALF_DAY_MS);
const atOrEver = (n: number | null) => (n === null ? null : at(n));

/** The oracle's world in half-days; its ends stand for the beginning and the end of time. */
const FIRST = -60;
const LAST = 60;
const grid = Array.from({ length: LAST - FIRST }, (_, i) => FIRST + i);

type Line<V> = { cells: Map<number, V | null>; bounds: Set<number> };
const lineOf = <V>(value: V | null): Line<V> => ({
  cells: new Map(grid.map((n) => [n, value])),
  bounds: new Set(),
});
const valueIn = <V>(line: Line<V>, n: number): V | null => line.cells.get(n) ?? null;
/** Writes a value from an instant up to another; each edge where something begins or ends is a bound. */
function write<V>(line: Line<V>, value: V | null, from: number, to = LAST): void {
  for (let n = from; n < to; n += 1) line.cells.set(n, value);
  for (const bound of line.bounds) if (bound > from && bound < to) line.bounds.delete(bound);
  for (const bound of [from, to]) {
    if (bound <= FIRST || bound >= LAST) continue;
    const isEdge = valueIn(line, bound) !== null || valueIn(line, bound - 1) !== null;
    if (isEdge) line.bounds.add(bound);
    else line.bounds.delete(bound);
  }
}
/** The stretches over which one row holds. */
function stretches<V>(line: Line<V>): { from: number; to: number; value: V | null }[] {
  const edges = [FIRST, ...[...line.bounds].toSorted((a, b) => a - b), LAST];
  return edges.slice(0, -1).map((from, i) => ({
    from,
    to: edges[i + 1] ?? LAST,
    value: valueIn(line, from),
  }));
}

type Binding = { subscriber: string; organization: string };
type Key = { id: string; binding: Line<Binding>; names: Map<string, Line<true>> };
type World = {
  api: TestApp;
  now: number;
  organizations: string[];
  subscribers: string[];
  values: string[];
  keys: Key[];
  events: { clientId: string; value: string; at: number }[];
};

const moment = fc.integer({ min: -20, max: 30 });
const fromTime = fc.option(moment, { freq: 6 });
const index = fc.nat(5);
const verb = fc.oneof(
  fc.record({
    do: fc.constant('move' as const),
    key: index,
    to: index,
    who: fc.boolean(),
    from: fromTime,
  }),
  fc.record({
    do: fc.constant('move' as const),
    key: index,
    to: index,
    who: fc.boolean(),
    from: fromTime,
  }),
  fc.record({
    do: fc.constant('rotate' as const),
    key: index,
    value: index,
    from: moment,
    until: fromTime,
  }),
  fc.record({ do: fc.constant('revoke' as const), key: index, from: moment }),
  fc.record({ do: fc.constant('expire' as const), key: index, at: fromTime }),
  fc.record({ do: fc.constant('cancel' as const), key: index, at: fromTime }),
  fc.record({ do: fc.constant('restore' as const), key: index, from: moment }),
  fc.record({ do: fc.constant('send' as const), value: index, ago: fc.nat(30) }),
  fc.record({ do: fc.constant('send' as const), value: index, ago: fc.nat(30) }),
  fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 4 }) }),
);
type Verb = typeof verb extends fc.Arbitrary<infer V> ? V : never;

const pick = <T>(list: readonly T[], i: number): T => list[i % list.length] as T;
const clone = <V>({ cells, bounds }: Line<V>): Line<V> => ({
  cells: new Map(cells),
  bounds: new Set(bounds),
});
const cloned = (key: Key): Key => ({
  id: key.id,
  binding: clone(key.binding),
  names: new Map([...key.names].map(([value, line]) => [value, clone(line)])),
});

/** What the verb makes of the key, if it is accepted. */
function expected(world: World, before: Key, each: Verb): Key {
  const key = cloned(before);
  const lines: Line<unknown>[] = [...key.names.values()];
  const { now } = world;
  switch (each.do) {
    case 'move': {
      const from = each.from ?? FIRST;
      const change = each.who
        ? { subscriber: pick(world.subscribers, each.to) }
        : { organization: pick(world.organizations, each.to) };
      for (const row of stretches(key.binding)) {
        if (row.value === null || row.to <= from) continue;
        const value = { ...row.value, ...change };
        const isSame = JSON.stringify(value) === JSON.stringify(row.value);
        if (!isSame) write(key.binding, value, Math.max(row.from, from), row.to);
      }
      return key;
    }
    case 'rotate': {
      const until = each.until ?? LAST;
      for (const line of key.names.values()) endFrom(line, until);
      const value = pick(world.values, each.value);
      const line = key.names.get(value) ?? lineOf<true>(null);
      write(line, true, each.from, endOf(key.binding));
      key.names.set(value, line);
      return key;
    }
    case 'revoke':
      endFrom(key.binding, each.from);
      for (const line of key.names.values()) endFrom(line, each.from);
      return key;
    case 'expire': {
      const end = endOf(key.binding);
      if (end < LAST) {
        for (const line of [key.binding as Line<unknown>, ...lines])
          if (
            line.bounds.has(end) &&
            valueIn(line, end) === null &&
            valueIn(line, end - 1) !== null
          )
            goOn(line, end, LAST);
      }
      if (each.at !== null) {
        endFrom(key.binding, each.at);
        for (const line of key.names.values()) endFrom(line, each.at);
      }
      return key;
    }
    case 'cancel':
      for (const group of [[key.binding as Line<unknown>], lines]) cancel(group, now, each.at);
      return key;
    case 'restore': {
      const end = endOf(key.binding);
      if (end > now) return key;
      const last = valueIn(key.binding, end - 1);
      for (const line of key.names.values())
        if (line.bounds.has(end) && valueIn(line, end) === null) write(line, true, each.from);
      write(key.binding, last, each.from);
      return key;
    }
    default:
      return key;
  }
}

function endOf(line: Line<unknown>): number {
  const last = stretches(line)
    .filter((row) => row.value !== null)
    .at(-1);
  return last?.to ?? LAST;
}
function endFrom(line: Line<unknown>, from: number): void {
  if (grid.some((n) => n >= from && valueIn(line, n) !== null)) write(line, null, from);
}
/** The row before an instant goes on up to another; that it is one row now, the bound between them is gone. */
function goOn(line: Line<unknown>, from: number, to: number): void {
  write(line, valueIn(line, from - 1), from, to);
  line.bounds.delete(from);
}
function cancel(group: Line<unknown>[], now: number, planned: number | null): void {
  const bounds = [...new Set(group.flatMap((line) => [...line.bounds]))].toSorted((a, b) => a - b);
  const from = planned ?? now + 1;
  const to = planned === null ? LAST : (bounds.find((bound) => bound > planned) ?? LAST);
  for (const line of group) {
    const isTouched =
      planned === null ? [...line.bounds].some((bound) => bound > now) : line.bounds.has(planned);
    if (isTouched) goOn(line, from, to);
  }
}

async function carryOut(world: World, each: Verb): Promise<void> {
  const { api } = world;
  if (each.do === 'wait') {
    world.now += 2 * each.days;
    api.setClock(at(world.now));
    return;
  }
  if (each.do === 'send') {
    const event = { value: pick(world.values, each.value), at: world.now - each.ago };
    const clientId = `${world.keys[0]?.id} ${world.events.length}`;
    const body = {
      id: clientId,
      time: at(event.at),
      credential: event.value,
      measures: { tokens: 1 },
    };
    await api.ok('POST', '/v1/events', body);
    world.events.push({ clientId, ...event });
    return;
  }
  const i = each.key % world.keys.length;
  const key = world.keys[i] as Key;
  const { path, body } = requestOf(world, each);
  const { status } = await api.call('POST', `/v1/credentials/${key.id}/${path}`, body);
  expect([200, 400, 409]).toContain(status);
  if (status === 200) world.keys[i] = expected(world, key, each);
}

function requestOf(
  world: World,
  each: Exclude<Verb, { do: 'wait' | 'send' }>,
): { path: string; body: object } {
  switch (each.do) {
    case 'move':
      return {
        path: 'move',
        body: {
          from: atOrEver(each.from),
          ...(each.who
            ? { subscriberId: pick(world.subscribers, each.to) }
            : { organizationId: pick(world.organizations, each.to) }),
        },
      };
    case 'rotate':
      return {
        path: 'rotate',
        body: {
          credentialId: pick(world.values, each.value),
          from: at(each.from),
          previousUntil: atOrEver(each.until),
        },
      };
    case 'revoke':
      return { path: 'revoke', body: { from: at(each.from) } };
    case 'expire':
      return { path: 'expire', body: { at: atOrEver(each.at) } };
    case 'cancel':
      return { path: 'cancel-planned', body: each.at === null ? {} : { at: at(each.at) } };
    default:
      return { path: 'restore', body: { from: at(each.from) } };
  }
}

/** What the API says of a key now, as the oracle would write it. */
async function shown(api: TestApp, key: Key) {
  const { items, credentialIds } = await api.ok('GET', `/v1/credentials/${key.id}/bindings`);
  const range = (row: Json) => `${row.from ?? '-'} … ${row.to ?? '-'}`;
  return {
    bindings: items.map((row: Json) => `${range(row)}: ${row.subscriberId} ${row.organizationId}`),
    ids: credentialIds.map((row: Json) => `${row.credentialId} ${range(row)}`).toSorted(),
  };
}

function wanted(key: Key) {
  const edge = (n: number) => (n === FIRST || n === LAST ? '-' : at(n));
  const rows = <V>(line: Line<V>) => stretches(line).filter((row) => row.value !== null);
  return {
    bindings: rows(key.binding).map(
      ({ from, to, value }) =>
        `${edge(from)} … ${edge(to)}: ${value?.subscriber} ${value?.organization}`,
    ),
    ids: [...key.names]
      .flatMap(([value, line]) =>
        rows(line).map(
          ({ from, to }) => `${value.slice(0, 4)}…${value.slice(-4)} ${edge(from)} … ${edge(to)}`,
        ),
      )
      .toSorted(),
  };
}

function ownerOf(world: World, value: string, n: number): [string | null, string] {
  for (const key of world.keys) {
    const line = key.names.get(value);
    const binding = valueIn(key.binding, n);
    if (line !== undefined && valueIn(line, n) !== null && binding !== null)
      return [key.id, binding.organization];
  }
  return [null, UNCLASSIFIED_ID];
}

let api: TestApp;
let made = 0;
beforeAll(async () => {
  api = await testApp();
});
afterAll(() => api.close());

async function makeWorld(): Promise<World> {
  const run = (made += 1);
  api.setClock(at(1));
  const post = (path: string, body: object) => api.ok('POST', `/v1/${path}`, body);
  const organizations: string[] = [];
  const subscribers: string[] = [];
  for (const i of [0, 1, 2]) {
    organizations.push((await post('organizations', { name: `T${run}-${i}` })).id);
    const email = `t${run}-${i}@mail.example`;
    subscribers.push(
      (await post('subscribers', { email, organizationIds: [organizations[i]] })).id,
    );
  }
  const values = [0, 1, 2, 3].map(
    (i) => `v${i}${String(run).padStart(2, '0')}-random-history-${run}-${i}v${i}`,
  );
  const keys: Key[] = [];
  for (const i of [0, 1]) {
    const [organization, subscriber, value] = [
      pick(organizations, i),
      pick(subscribers, i),
      pick(values, i),
    ];
    const body = {
      name: 'k',
      credentialId: value,
      organizationId: organization,
      subscriberId: subscriber,
    };
    const { id } = await post('credentials', body);
    keys.push({
      id,
      binding: lineOf({ subscriber, organization }),
      names: new Map([[value, lineOf<true>(true)]]),
    });
  }
  return { api, now: 1, organizations, subscribers, values, keys, events: [] };
}

it('verbs in any order come to what writing half-day by half-day comes to', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(verb, { minLength: 4, maxLength: 14 }), async (verbs) => {
      const world = await makeWorld();
      for (const each of verbs) {
        await carryOut(world, each);
        for (const key of world.keys) expect(await shown(api, key)).toEqual(wanted(key));
      }
      for (const event of world.events) {
        const { items } = await api.ok(
          'GET',
          `/v1/events?clientId=${encodeURIComponent(event.clientId)}`,
        );
        const { credentialId, organizationId } = items[0].attribution;
        const owner = ownerOf(world, event.value, event.at);
        expect([credentialId, organizationId], JSON.stringify(event)).toEqual(owner);
      }
    }),
    { numRuns: 12 },
  );
}, 60_000);
