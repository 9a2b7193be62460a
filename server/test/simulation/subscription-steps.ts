import { plans as terms } from './money.ts';
import { standingIds } from './picks.ts';
import { post, type Simulation, take } from './simulation.ts';
import {
  at,
  instant,
  monthOf,
  monthStart,
  put,
  since,
  type Subscription,
  type World,
} from './world.ts';

/** Agreements: begun, paused, resumed, ended, put on other plans. */

export async function subscribe(
  simulation: Simulation,
  organizationId = simulation.random.pick(standingIds(simulation)),
): Promise<void> {
  const { random, world, plans } = simulation;
  const plan = random.pick(Object.keys(terms));
  const measure = terms[plan]?.measure ?? '';
  const externalId = random.chance(0.5) ? `sub-${(simulation.named += 1)}` : null;
  const start = monthStart(Math.max(0, monthOf(world.now) - random.integer(-1, 2)));
  await take(simulation, {
    label: `subscribe ${organizationId} ${plan} ${instant(start)}`,
    call: () =>
      post(simulation, 'subscriptions', {
        organizationId,
        planId: plans.get(plan),
        externalId,
        startAt: instant(start),
      }),
    apply: ({ subscriptions }, { id }) => {
      const life = { start, end: Infinity, paused: since(false), plans: since(plan) };
      subscriptions.set(id, { id, externalId, organizationId, measure, ...life });
    },
  });
}

const own = ({ subscriptions }: World, id: string) => subscriptions.get(id) as Subscription;

/** One that has begun and not ended. */
const someSubscription = ({ random, world }: Simulation): Subscription | undefined =>
  random.shuffle(
    [...world.subscriptions.values()].filter(
      ({ start, end }) => start <= world.now && world.now < end,
    ),
  )[0];

export async function pause(simulation: Simulation): Promise<void> {
  const { random, world } = simulation;
  const found = someSubscription(simulation);
  if (!found) return;
  const from = Math.max(found.start, world.now - random.integer(0, 12));
  const verb = at(found.paused, world.now) ? 'resume' : 'pause';
  await take(simulation, {
    label: `${verb} ${found.id} ${instant(from)}`,
    call: () => post(simulation, `subscriptions/${found.id}/${verb}`, { from: instant(from) }),
    apply: (after) => {
      const subscription = own(after, found.id);
      subscription.paused = put(subscription.paused, from, verb === 'pause');
    },
  });
}

/** Ended: some time ago, now or to come; with a month or within it. */
export async function cancel(simulation: Simulation): Promise<void> {
  const { random, world } = simulation;
  const found = someSubscription(simulation);
  if (!found) return;
  const asked = random.chance(0.3)
    ? monthStart(monthOf(world.now) + random.integer(0, 1))
    : world.now + random.integer(-24, 16);
  const end = Math.max(asked, found.start + 1);
  await take(simulation, {
    label: `cancel ${found.id} ${instant(end)}`,
    call: () => post(simulation, `subscriptions/${found.id}/cancel`, { endAt: instant(end) }),
    apply: (after) => {
      own(after, found.id).end = end;
    },
  });
}

/** Within the month that is under way, or with the next. */
export async function changePlan(simulation: Simulation): Promise<void> {
  const { random, world, plans } = simulation;
  const found = someSubscription(simulation);
  if (!found) return;
  const { now } = world;
  const plan = Object.keys(terms).find(
    (name) => terms[name]?.measure === found.measure && name !== at(found.plans, now),
  );
  const bounds = [
    monthStart(monthOf(now)),
    monthStart(monthOf(now) + 1),
    ...found.plans.map(({ from }) => from),
    found.end,
  ];
  const start = Math.max(...bounds.filter((bound) => bound <= now));
  const end = Math.min(...bounds.filter((bound) => bound > now));
  const from = random.chance(0.25) ? end : random.integer(start, now);
  await take(simulation, {
    label: `changePlan ${found.id} ${plan} ${instant(from)}`,
    call: () =>
      post(simulation, `subscriptions/${found.id}/change-plan`, {
        planId: plans.get(plan ?? ''),
        from: instant(from),
      }),
    apply: (after) => {
      const subscription = own(after, found.id);
      subscription.plans = put(subscription.plans, from, plan ?? '');
    },
  });
}
