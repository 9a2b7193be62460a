import { measures } from './money.ts';
import {
  type Event,
  monthStart,
  type Organization,
  type Subscription,
  type World,
} from './world.ts';
import { lineage, subscriberNamed, subscriptionNamed } from './attribution.ts';
import type { Simulation } from './simulation.ts';

/** What events say of themselves: by every kind of identifier, and often of the instant at which something changes. */

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
    [9, () => ({ subscription: subscription() })],
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

/** What has to do with whoever an event claims to be of. */
function related(world: World, { credential, subscription, subscriber, organization }: Claims) {
  const key = world.keys.find(({ names }) => names.some(({ text }) => text === credential));
  const member = subscriberNamed(world, subscriber);
  const claimed = subscriptionNamed(world, subscription);
  const named = [...world.organizations.values()].find(
    ({ id, name, externalId }) =>
      id === organization || name === organization || externalId === organization,
  );
  const starts = [
    ...(key?.bindings ?? []).map(({ bound }) => bound.organization),
    ...(member?.memberships ?? []).flatMap(({ value }) => value),
    claimed?.organizationId,
    named?.id,
  ].filter((id) => id !== undefined);
  const ids = new Set(
    starts
      .flatMap((id) => lineage(world, id, world.now))
      .flatMap((level) => [level.named, level.id]),
  );
  const organizations = [...ids].flatMap((id) => world.organizations.get(id) ?? []);
  const subscriptions = [...world.subscriptions.values()].filter(
    ({ id, organizationId }) => id === claimed?.id || ids.has(organizationId),
  );
  return { key, member, organizations, subscriptions };
}

/** At times at the very instant at which something begins or ends for whom it is of, or just before. */
function someTime({ random, world }: Simulation, claims: Claims): number {
  const { now } = world;
  if (random.chance(0.4)) {
    const { key, member, organizations, subscriptions } = related(world, claims);
    const edges = [
      ...[...(key?.names ?? []), ...(key?.bindings ?? [])].flatMap((row) => [row.from, row.to]),
      ...(member?.memberships ?? []).map(({ from }) => from),
      ...organizations.flatMap((each: Organization) =>
        [...each.parents, ...each.payers, ...each.aliases].map(({ from }) => from),
      ),
      ...subscriptions.flatMap((each: Subscription) => [
        each.start,
        each.end,
        each.end,
        ...[...each.paused, ...each.plans].map(({ from }) => from),
      ]),
    ].filter((edge) => monthStart(0) < edge && edge <= now);
    if (edges.length > 0) return random.pick(edges) - (random.chance(0.2) ? 1 : 0);
  }
  const ago = random.chance(0.2) ? random.integer(0, 90) : random.integer(0, 12);
  return Math.max(monthStart(-1), now - ago);
}

export function newEvent(simulation: Simulation, claims = someClaims(simulation)): Event {
  const { random, world } = simulation;
  const time = someTime(simulation, claims);
  // Mostly what somebody pays for.
  const priced = related(world, claims).subscriptions.map(({ measure }) => measure);
  return {
    id: `e${(simulation.sent += 1)}`,
    time,
    measure: random.pick(priced.length > 0 && random.chance(0.8) ? priced : measures),
    quantity: random.integer(1, 40),
    ...claims,
  };
}
