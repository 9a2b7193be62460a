import type { Json } from '../support/app.ts';
import { createRandom, type Random } from '../support/random.ts';
import type { Charge, Organization, Plan, Policy, Subscription, World } from './model.ts';
import { localDate, midnight, paidFrom } from './oracle-calendar.ts';
import { inParallel, isoOf, type YearServer } from './server.ts';

/** The sample company's customers: made up from a seed, opened through the API, and written down for the oracle. */

export type Customer = {
  name: string;
  organizationId: string;
  subscriberId: string;
  teamId: string | null;
  subscription: Subscription;
  /** Its credentials, by what they are in events. */
  credentials: { id: string; key: string }[];
  grace: boolean;
  /** It pays for itself, for ever, and its credentials stay with it. */
  isSettled: boolean;
};

export type Company = {
  server: YearServer;
  random: Random;
  world: World;
  /** In the order in which they came, by name: what is random never depends on ids. */
  customers: Customer[];
  holdingIds: string[];
  /** How many events were made. */
  events: number;
};

const DAY = 24 * 60 * 60 * 1000;
const zones = ['UTC', 'UTC', 'Asia/Kathmandu', 'Europe/Berlin', 'America/New_York'];

type PlanTerms = Omit<Plan, 'id' | 'fees' | 'charges'> & {
  fees: Omit<Plan['fees'][number], 'id'>[];
  charges: Omit<Charge, 'id'>[];
};

const month = { unit: 'month', count: 1 } as const;
const tokensAt = (unitPrice: string): Omit<Charge, 'id'> => ({
  name: 'tokens',
  meter: 'tokens',
  model: 'perUnit',
  unitPrice,
});
const fee = (amount: string, timing: 'advance' | 'arrears' | 'setUp', name = 'base') => ({
  name,
  amount,
  timing,
});

const terms: PlanTerms[] = [
  {
    name: 'Starter',
    currency: 'USD',
    interval: month,
    trialDays: 0,
    fees: [fee('29.00', 'advance')],
    charges: [
      {
        name: 'tokens',
        meter: 'tokens',
        model: 'graduated',
        tiers: [
          { upTo: '2000', unitPrice: '0.01' },
          { upTo: null, unitPrice: '0.00333' },
        ],
      },
    ],
  },
  {
    name: 'Pro',
    currency: 'USD',
    interval: month,
    trialDays: 0,
    fees: [fee('99.99', 'arrears')],
    charges: [
      {
        ...tokensAt('0.002'),
        byAttribute: { attribute: 'model', prices: { large: { unitPrice: '0.0077' } } },
      },
      { name: 'calls', meter: 'calls', model: 'package', packageSize: '10', packagePrice: '1.50' },
    ],
  },
  {
    name: 'Seats',
    currency: 'USD',
    interval: month,
    trialDays: 0,
    fees: [],
    charges: [
      { name: 'seats', meter: 'seats', model: 'perUnit', unitPrice: '4.20', minimum: '21.00' },
      {
        name: 'peak',
        meter: 'peak',
        model: 'volume',
        tiers: [
          { upTo: '50', unitPrice: '0.10' },
          { upTo: null, unitPrice: '0.07' },
        ],
      },
    ],
  },
  {
    name: 'Euro',
    currency: 'EUR',
    interval: month,
    trialDays: 0,
    fees: [fee('49.50', 'advance'), fee('5.05', 'arrears', 'support')],
    charges: [
      {
        name: 'tokens',
        meter: 'tokens',
        model: 'volume',
        included: '500',
        tiers: [
          { upTo: '3000', unitPrice: '0.004' },
          { upTo: null, unitPrice: '0.0031' },
        ],
      },
    ],
  },
  {
    name: 'Yen',
    currency: 'JPY',
    interval: month,
    trialDays: 0,
    fees: [fee('3000', 'advance')],
    charges: [
      tokensAt('0.0137'),
      {
        name: 'peak',
        meter: 'peak',
        model: 'flatByTier',
        tiers: [
          { upTo: '40', amount: '700' },
          { upTo: null, amount: '1100' },
        ],
      },
    ],
  },
  {
    name: 'Dinar',
    currency: 'KWD',
    interval: month,
    trialDays: 0,
    fees: [fee('12.345', 'arrears')],
    charges: [tokensAt('0.000123')],
  },
  {
    name: 'Quarter',
    currency: 'USD',
    interval: { unit: 'quarter', count: 1 },
    trialDays: 0,
    fees: [fee('270.00', 'advance')],
    charges: [tokensAt('0.0019')],
  },
  {
    name: 'Cost plus',
    currency: 'USD',
    interval: month,
    trialDays: 0,
    fees: [],
    charges: [{ name: 'calls', meter: 'calls', model: 'percentage', percent: '20' }],
  },
  {
    name: 'Trial',
    currency: 'USD',
    interval: month,
    trialDays: 14,
    fees: [fee('15.00', 'setUp', 'set-up'), fee('19.00', 'advance')],
    charges: [tokensAt('0.0025')],
  },
  {
    name: 'Fortnight',
    currency: 'EUR',
    interval: { unit: 'week', count: 2 },
    trialDays: 0,
    fees: [fee('10.00', 'arrears')],
    charges: [tokensAt('0.0042')],
  },
];

export async function foundCompany(server: YearServer, seed: number): Promise<Company> {
  const world: World = {
    meters: [
      { key: 'tokens', aggregation: 'sum', measure: 'tokens' },
      { key: 'calls', aggregation: 'count' },
      { key: 'seats', aggregation: 'unique', measure: 'seat' },
      { key: 'peak', aggregation: 'max', measure: 'gigabytes' },
    ],
    plans: [],
    organizations: new Map(),
    subscriptions: new Map(),
    credentials: new Map(),
    events: [],
  };
  for (const meter of world.meters) await server.ok('POST', '/v1/meters', meter);
  const { id: productId } = await server.ok('POST', '/v1/products', { name: 'Inference' });
  for (const each of terms) {
    const made: Json = await server.ok('POST', '/v1/plans', { productId, ...each });
    const withIds = <T>(some: T[], ids: Json[]) =>
      some.map((one, i) => ({ ...one, id: ids[i].id as string }));
    world.plans.push({
      ...each,
      id: made.id,
      fees: withIds(each.fees, made.fees),
      charges: withIds(each.charges, made.charges),
    });
  }
  return { server, random: createRandom(seed), world, customers: [], holdingIds: [], events: 0 };
}

type Settings = Pick<Organization, 'zone' | 'cycle' | 'perSubscription' | 'policy'> & {
  grace?: boolean;
};
const plainly: Settings = {
  zone: 'UTC',
  cycle: { unit: 'month', anchorDay: 1 },
  perSubscription: false,
  policy: 'adjustNextInvoice',
};

async function openOrganization(
  { server, world }: Company,
  name: string,
  parentId: string | null,
  settings: Settings,
): Promise<string> {
  const { zone, cycle, perSubscription, policy, grace = false } = settings;
  const { id } = await server.ok('POST', '/v1/organizations', {
    name,
    parentId,
    timeZone: zone,
    billingCycle: { ...cycle, count: 1 },
    invoiceGrouping: perSubscription ? 'perSubscription' : 'consolidated',
    ...(policy !== 'adjustNextInvoice' && { lateUsage: { policy } }),
  });
  world.organizations.set(id, {
    id,
    name,
    parentId,
    zone,
    cycle,
    perSubscription,
    policy,
    grace,
    billTo: [],
  });
  return id;
}

/** Companies that pay for others. */
export async function openHoldings(company: Company, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1)
    company.holdingIds.push(await openOrganization(company, `Holding ${i}`, null, plainly));
}

type Draw = Settings & {
  name: string;
  plan: Plan;
  start: number;
  /** Of its service periods; that of its invoices may be another. */
  serviceZone: string;
  anchorDay: number | null;
  team: boolean;
};

const policies: Policy[] = ['adjustNextInvoice', 'adjustNextInvoice', 'creditNote', 'creditNote'];

/** Everything random about a customer that begins in the month that begins then. */
function draw({ random, world }: Company, index: number, monthStart: number): Draw {
  const serviceZone = random.pick(zones);
  const plan = world.plans[index % world.plans.length] as Plan;
  const day = localDate(serviceZone, monthStart + DAY) + random.integer(0, 26) * DAY;
  const isMonthly = plan.interval.unit !== 'week';
  return {
    name: `Customer ${String(index).padStart(4, '0')}`,
    plan,
    zone: random.chance(0.5) ? 'UTC' : random.pick(zones),
    serviceZone,
    start: midnight(serviceZone, day),
    anchorDay: isMonthly && random.chance(0.3) ? random.pick([1, 15, 29, 30, 31]) : null,
    cycle: random.chance(0.8)
      ? { unit: 'month', anchorDay: random.chance(0.8) ? 1 : 15 }
      : { unit: random.chance(0.5) ? 'quarter' : 'month', anchorDay: 1 },
    perSubscription: random.chance(0.1),
    ...random.pick<Pick<Settings, 'policy' | 'grace'>>([
      ...policies.map((policy) => ({ policy, grace: false })),
      { policy: 'adjustNextInvoice', grace: true },
      { policy: 'creditNote', grace: true },
      { policy: 'ignore', grace: false },
    ]),
    team: random.chance(0.33),
  };
}

/** Opens customers that begin in a month, with what they need to be used and billed. */
export async function openCustomers(company: Company, count: number, monthStart: number) {
  const from = company.customers.length;
  const drawn = Array.from({ length: count }, (_, i) => draw(company, from + i, monthStart));
  const opened: Customer[] = [];
  await inParallel([...drawn.entries()], async ([i, each]) => {
    opened[i] = await openCustomer(company, each, from + i);
  });
  company.customers.push(...opened);
}

async function openCustomer(company: Company, drawn: Draw, index: number): Promise<Customer> {
  const { server, world } = company;
  const { name, plan, start, serviceZone: zone, anchorDay, team, grace = false } = drawn;
  const organizationId = await openOrganization(company, name, null, drawn);
  const teamId = team
    ? await openOrganization(company, `${name}, team`, organizationId, plainly)
    : null;
  const { id: subscriberId } = await server.ok('POST', '/v1/subscribers', {
    email: `c${index}@customers.example`,
    organizationIds: [organizationId, ...(teamId ? [teamId] : [])],
  });
  const made = await server.ok('POST', '/v1/subscriptions', {
    organizationId,
    planId: plan.id,
    startAt: isoOf(start),
    timeZone: zone,
    ...(anchorDay && { anchorDay }),
  });
  const subscription: Subscription = {
    id: made.id,
    organizationId,
    zone,
    anchorDay,
    start,
    end: null,
    plans: [{ from: start, plan }],
    pauses: [],
  };
  world.subscriptions.set(made.id, subscription);
  const isSettled = grace || drawn.policy === 'ignore';
  const credentials: Customer['credentials'] = [];
  for (const [n, owner] of [organizationId, teamId ?? organizationId].entries()) {
    const key = `sk-${index}-${n}`;
    const { id } = await server.ok('POST', '/v1/credentials', {
      name: `Key ${n}`,
      subscriberId,
      organizationId: owner,
      subscriptionId: made.id,
      credentialId: key,
    });
    credentials.push({ id, key });
    world.credentials.set(key, {
      bindings: [{ from: Number.NEGATIVE_INFINITY, subscriptionId: made.id }],
    });
  }
  return {
    name,
    organizationId,
    subscriberId,
    teamId,
    subscription,
    credentials,
    grace,
    isSettled,
  };
}

export const isInTrial = ({ subscription }: Customer, at: number) => at < paidFrom(subscription);
