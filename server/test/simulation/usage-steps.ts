import { expect } from 'vitest';
import { settle, standing } from './attribution.ts';
import { moveBody, rebind, standingIds } from './ownership-steps.ts';
import { count, post, type Simulation } from './simulation.ts';
import { copyOf, type Event, instant, monthStart, type World } from './world.ts';

/** Events: on time, late, twice, with another body, by every kind of identifier; alone and at once with other things. */

/** At times at the very instant at which something begins or ends. */
function someTime({ random, world }: Simulation): number {
  const { now, keys, organizations, subscriptions, subscribers } = world;
  if (random.chance(0.35)) {
    const edges = [
      ...keys
        .flatMap(({ names, bindings }) => [...names, ...bindings])
        .flatMap((row) => [row.from, row.to]),
      ...[...organizations.values()].flatMap((each) =>
        [...each.parents, ...each.payers, ...each.aliases].map(({ from }) => from),
      ),
      ...[...subscriptions.values()].flatMap((each) => [
        each.start,
        each.end,
        ...each.paused.map(({ from }) => from),
      ]),
      ...[...subscribers.values()].flatMap((each) => each.memberships.map(({ from }) => from)),
    ].filter((edge) => monthStart(0) <= edge && edge <= now);
    if (edges.length > 0) return random.pick(edges);
  }
  const ago = random.chance(0.2) ? random.integer(0, 90) : random.integer(0, 12);
  return Math.max(monthStart(-1), now - ago);
}

type Claims = Omit<Event, 'id' | 'time' | 'measure' | 'quantity'>;

function someClaims(simulation: Simulation): Claims {
  const { random, world } = simulation;
  const organizations = [...world.organizations.values()];
  const subscriptions = [...world.subscriptions.values()];
  const subscribers = [...world.subscribers.values()];
  const texts = world.keys.flatMap(({ names }) => names.map(({ text }) => text));
  const ghost = random.integer(1, 6);
  const organization = () => {
    const { id, name, externalId } = random.pick(organizations);
    return random.pick([id, name, externalId ?? name]);
  };
  const subscription = () => {
    const { id, externalId } = random.pick(subscriptions);
    return random.chance(0.5) ? (externalId ?? id) : id;
  };
  const subscriber = () => {
    const { id, email } = random.pick(subscribers);
    if (random.chance(0.3)) return email.toUpperCase();
    return random.chance(0.5) && !id.startsWith('auto') ? id : email;
  };
  const stranger = () =>
    `new-${(simulation.named += 1)}@${random.pick(organizations).domain ?? `ghost-${ghost}.example`}`;
  const kinds: [number, () => Claims][] = [
    [50, () => ({ credential: random.pick(texts) })],
    [8, () => ({ credential: random.pick(texts), subscription: subscription() })],
    [
      5,
      () => ({
        credential: random.pick(texts),
        subscriber: subscriber(),
        organization: organization(),
      }),
    ],
    [
      3,
      () => ({
        credential: `n${(simulation.named += 1)}-made-by-usage`,
        subscription: subscription(),
      }),
    ],
    [
      1,
      () => ({
        credential: `n${(simulation.named += 1)}-made-by-usage`,
        subscription: subscription(),
        subscriber: stranger(),
      }),
    ],
    [7, () => ({ subscription: subscription() })],
    [8, () => ({ subscriber: subscriber() })],
    [4, () => ({ subscriber: subscriber(), organization: organization() })],
    [2, () => ({ subscriber: stranger() })],
    [7, () => ({ organization: organization() })],
    [4, () => ({ credential: `g00${ghost}-ghost-key-g00${ghost}` })],
    [1, () => ({ credential: `g00${ghost}-ghost-key-g00${ghost}`, organization: organization() })],
    [1, () => ({ subscription: `ghost-subscription-${ghost}` })],
    [1, () => ({ subscriber: `ghost@nowhere-${ghost}.example` })],
    [2, () => ({ organization: `Ghost ${ghost}` })],
    [1, () => ({})],
  ];
  const able = kinds.filter(
    ([, make]) => !/subscription\(\)/.test(String(make)) || subscriptions.length > 0,
  );
  let roll = random.integer(
    1,
    able.reduce((sum, [weight]) => sum + weight, 0),
  );
  const [, make] = able.find(([weight]) => (roll -= weight) <= 0) ?? [0, () => ({})];
  return make();
}

export function newEvent(simulation: Simulation, claims = someClaims(simulation)): Event {
  const { random, plans } = simulation;
  return {
    id: `e${(simulation.sent += 1)}`,
    time: someTime(simulation),
    measure: random.pick([...plans.keys()]),
    quantity: random.integer(1, 40),
    ...claims,
  };
}

const toApi = ({ time, measure, quantity, ...rest }: Event) => ({
  ...rest,
  time: instant(time),
  measures: { [measure]: quantity },
});

function record(world: World, events: readonly Event[]): void {
  world.events.push(...events);
  settle(world);
}

/** A batch with new events, some that were sent before, and some that are not what was sent before. */
export async function send(simulation: Simulation): Promise<void> {
  const { random, world } = simulation;
  const fresh = Array.from({ length: random.integer(1, 8) }, () => newEvent(simulation)).filter(
    (_, i, all) => {
      const after = copyOf(world);
      record(after, all.slice(0, i + 1));
      return !after.isAwkward;
    },
  );
  // Left out events may have made it awkward for those after them: then none is sent.
  const after = copyOf(world);
  record(after, fresh);
  if (after.isAwkward) return count(simulation, 'batches left out');
  const known = [...world.events, ...fresh];
  if (known.length === 0) return;
  const again = random.chance(0.4) ? [random.pick(known)] : [];
  const other = random.chance(0.3) ? [{ ...random.pick(known), quantity: 77 }] : [];
  const { status, body, text } = await post(
    simulation,
    'events',
    [...fresh, ...again, ...other].map(toApi),
  );
  simulation.log.push(
    `${instant(world.now)} send ${[...fresh, ...again, ...other].map((event) => JSON.stringify({ ...event, time: instant(event.time) })).join(' ')} → ${status}`,
  );
  expect(status, text).toBe(200);
  const { accepted, duplicates, conflicts, rejected } = body;
  expect({ accepted, duplicates, conflicts: conflicts.length, rejected }).toEqual({
    accepted: fresh.length,
    duplicates: again.length,
    conflicts: other.length,
    rejected: [],
  });
  record(world, fresh);
  count(simulation, 'events', fresh.length);
  count(simulation, 'duplicates', again.length);
  count(simulation, 'conflicts', other.length);
}

/**
 * The same key moved, used, and its usage sent twice, all at once: whatever the order, it comes to the same. Each
 * credential is bound to a subscription, so that nothing depends on which event is first.
 */
export async function atOnce(simulation: Simulation): Promise<void> {
  const { random, world } = simulation;
  const { now } = world;
  const keys = world.keys.filter(
    ({ id, names, bindings }) =>
      id.startsWith('crd') &&
      names.some(({ to }) => to === Infinity) &&
      bindings.every(({ to, bound }) => to === Infinity && bound.subscription),
  );
  const homes = [...world.subscriptions.values()].filter(
    ({ organizationId }) =>
      standing(world, organizationId, now) === organizationId &&
      standingIds(simulation).includes(organizationId),
  );
  if (keys.length === 0 || homes.length === 0) return;
  const key = random.pick(keys);
  const text = key.names.find(({ to }) => to === Infinity)?.text ?? '';
  const home = random.pick(homes);
  const change = { organization: home.organizationId, subscription: home.id };
  const from = now - random.integer(5, 30);
  const batches = [0, 1, 2, 3].map(() =>
    Array.from({ length: 5 }, () => ({
      ...newEvent(simulation, { credential: text }),
      time: now - random.integer(0, 12),
    })),
  );
  const after = copyOf(world);
  const own = after.keys.find(({ id }) => id === key.id);
  if (own) rebind(after, own, change, from);
  record(after, batches.flat());
  if (after.isAwkward) return count(simulation, 'atOnce left out');
  const sent = (events: Event[] = []) => post(simulation, 'events', events.map(toApi));
  const [moved, ...answers] = await Promise.all([
    post(simulation, `credentials/${key.id}/move`, moveBody(change, from)),
    sent(batches[0]),
    sent(batches[1]),
    sent(batches[0]),
    sent(batches[2]),
    sent(batches[3]),
    sent(batches[1]),
  ]);
  simulation.log.push(
    `${instant(now)} atOnce ${text} to ${JSON.stringify(change)} ${instant(from)} → ${moved.status}`,
  );
  for (const { status, text: why } of answers) expect(status, why).toBe(200);
  const total = (field: string) => answers.reduce((sum, { body }) => sum + body[field], 0);
  expect([total('accepted'), total('duplicates')]).toEqual([20, 10]);
  if (moved.status >= 300) throw new Error(`atOnce: ${moved.text}`);
  const real = world.keys.find(({ id }) => id === key.id);
  if (real) rebind(world, real, change, from);
  record(world, batches.flat());
  count(simulation, 'atOnce');
}
