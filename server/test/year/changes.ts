import { type Company, type Customer, isInTrial } from './company.ts';
import type { Plan } from './model.ts';
import { midnight, localDate, servicePeriods } from './oracle-calendar.ts';
import { isoOf } from './server.ts';

/** What happens to customers in the course of a month: done through the API, and written down for the oracle. */

const DAY = 24 * 60 * 60 * 1000;
type Change = (company: Company, customer: Customer, at: number) => Promise<void>;

const path = ({ subscription }: Customer, verb: string) =>
  `/v1/subscriptions/${subscription.id}/${verb}`;

const currentPeriod = ({ subscription }: Customer, at: number) =>
  servicePeriods(subscription, at + 1).findLast(({ start, end }) => start <= at && at < end);

function otherPlan({ random, world }: Company, present: Plan, sameInterval: boolean): Plan | null {
  const others = world.plans.filter(
    ({ id, currency, interval, trialDays }) =>
      id !== present.id &&
      currency === present.currency &&
      trialDays === 0 &&
      interval.unit !== 'week' &&
      (!sameInterval || interval.unit === present.interval.unit),
  );
  return others.length === 0 ? null : random.pick(others);
}

/** From an instant on, in place of what was planned for later. */
function putOnPlan({ subscription }: Customer, from: number, plan: Plan) {
  subscription.plans = [...subscription.plans.filter((each) => each.from < from), { from, plan }];
}

const changePlan: Change = async (company, customer, at) => {
  const { random, server } = company;
  const period = currentPeriod(customer, at);
  if (!period || isInTrial(customer, at) || period.plan.interval.unit === 'week') return;
  if (customer.subscription.end !== null) return;
  const when = random.pick(['now', 'backdated', 'start', 'periodEnd']);
  const plan = otherPlan(company, period.plan, when !== 'periodEnd');
  if (plan === null) return;
  const { zone } = customer.subscription;
  const earlier = midnight(zone, localDate(zone, at) - random.integer(1, 20) * DAY);
  const from = {
    now: at,
    backdated: Math.max(earlier, period.start),
    start: period.start,
    periodEnd: period.end,
  }[when];
  const body = when === 'now' || when === 'periodEnd' ? { at: when } : { from: isoOf(from ?? at) };
  await server.ok('POST', path(customer, 'change-plan'), { planId: plan.id, ...body });
  putOnPlan(customer, from ?? at, plan);
};

const cancel: Change = async ({ random, server }, customer, at) => {
  const period = currentPeriod(customer, at);
  if (!period || customer.subscription.end !== null) return;
  const when = random.pick(['now', 'periodEnd']);
  await server.ok('POST', path(customer, 'cancel'), { at: when });
  customer.subscription.end = when === 'now' ? at : period.end;
};

const pause: Change = async ({ server }, customer, at) => {
  const { pauses } = customer.subscription;
  const last = pauses.at(-1);
  if (last?.to === null) {
    await server.ok('POST', path(customer, 'resume'), {});
    last.to = at;
  } else {
    await server.ok('POST', path(customer, 'pause'), {});
    pauses.push({ from: at, to: null });
  }
};

const changePayer: Change = async ({ random, server, world, holdingIds }, customer, at) => {
  const organization = world.organizations.get(customer.organizationId);
  if (!organization) return;
  const present = organization.billTo.findLast(({ from }) => from <= at)?.payerId ?? null;
  const payerId = present !== null && random.chance(0.3) ? null : random.pick(holdingIds);
  if (payerId === present) return;
  const from = random.chance(0.5)
    ? at
    : midnight('UTC', localDate('UTC', at) - random.integer(5, 45) * DAY);
  await server.ok('POST', `/v1/organizations/${organization.id}/bill-to`, {
    billTo: payerId,
    from: isoOf(from),
  });
  organization.billTo = [
    ...organization.billTo.filter((each) => each.from < from),
    { from, payerId },
  ];
};

const moveCredential: Change = async ({ random, server, world, customers }, customer, at) => {
  const credential = customer.credentials[0];
  const heir = random.pick(customers);
  if (!credential || heir === customer || heir.isSettled || heir.subscription.start > at) return;
  const from = random.chance(0.4) ? at : at - random.integer(1, 50 * 24) * (DAY / 24);
  await server.ok('POST', `/v1/credentials/${credential.id}/move`, {
    organizationId: heir.organizationId,
    subscriberId: heir.subscriberId,
    subscriptionId: heir.subscription.id,
    from: isoOf(from),
  });
  const known = world.credentials.get(credential.key);
  if (!known) return;
  known.bindings = [
    ...known.bindings.filter((each) => each.from < from),
    { from, subscriptionId: heir.subscription.id },
  ];
};

const kinds: { change: Change; chance: number; forSettled: boolean }[] = [
  { change: changePlan, chance: 0.12, forSettled: true },
  { change: cancel, chance: 0.012, forSettled: true },
  { change: pause, chance: 0.03, forSettled: true },
  { change: changePayer, chance: 0.1, forSettled: false },
  { change: moveCredential, chance: 0.1, forSettled: false },
];

/** Does what is to be done in a month, in the order of time. */
export async function liveThrough(company: Company, monthStart: number): Promise<number> {
  const all = planned(company, monthStart);
  for (const { at, customer, change } of all) {
    const { start, end } = customer.subscription;
    if (start >= at || (end !== null && end <= at)) continue;
    await company.server.setClock(at);
    await change(company, customer, at);
  }
  return all.length;
}

function planned({ customers, random }: Company, monthStart: number) {
  const all = kinds.flatMap(({ change, chance, forSettled }) =>
    customers
      .filter(({ isSettled }) => random.chance(chance) && (forSettled || !isSettled))
      .map((customer) => ({
        customer,
        change,
        at:
          monthStart + random.integer(10 * 24, 25 * 24) * (DAY / 24) + random.integer(1, DAY / 24),
      })),
  );
  return all.toSorted((a, b) => a.at - b.at);
}
