import {
  add,
  compare,
  type Decimal,
  decimal,
  isNegative,
  isZero,
  negate,
  subtract,
  sum,
  toText,
  zero,
} from '../../src/lib/decimal.ts';
import type {
  Charge,
  Fee,
  Meter,
  OracleDocument,
  OracleLine,
  Organization,
  Subscription,
  UsageEvent,
  World,
} from './model.ts';
import { cyclesEndingIn, type Period, servicePeriods } from './oracle-calendar.ts';
import { prorate, round, shareOfCharge } from './oracle-pricing.ts';

/**
 * What every invoice has to say, straight from the events and what was agreed, by design §4.2–4.7. It shares nothing
 * with the product but exact decimals.
 */
export type Oracle = {
  /** The documents of a month's billing run at that time, with all that is known then. */
  bill(month: string, now: number): OracleDocument[];
  /** They were issued: what they bill counts as billed. */
  commit(document: OracleDocument): void;
  /** One was voided: what it billed is to be billed again. */
  release(document: OracleDocument): void;
  /** Whom each event's usage is billed through; null: nobody. */
  attributed(): Map<string, string | null>;
  /** Usage that came late, and is left out by the policy of whoever pays. */
  ignored(): number;
};

/** A fee or charge over one service period. */
type Obligation = {
  key: string;
  /** Orders obligations where it matters which is credited first. */
  order: string;
  subscription: Subscription;
  kind: 'fee' | 'usage';
  currency: string;
  inAdvance: boolean;
  start: number;
  end: number;
  shares: Map<string, Decimal>;
};

type Billed = { amount: Decimal; documents: number; last: Obligation };

export function createOracle(world: World): Oracle {
  const billed = new Map<string, Map<string, Billed>>();
  const known = new Map<string, Obligation>();
  /** When usage of a service period was first billed, or found to come to nothing; for the policy `ignore`. */
  const billedAt = new Map<string, number>();
  const ignored = new Set<string>();
  const isIgnored = ({ id, organizationId }: Subscription, start: number, event: UsageEvent) => {
    const { policy } = world.organizations.get(organizationId) as Organization;
    const isLate = (billedAt.get(`${id} ${start}`) ?? event.recordedAt) < event.recordedAt;
    if (policy === 'ignore' && isLate) ignored.add(event.id);
    return ignored.has(event.id);
  };
  const standing = (key: string, payer: string) => billed.get(key)?.get(payer);

  const post = ({ payerId, kind, lines }: OracleDocument, sign: 1 | -1) => {
    for (const { key, amount } of lines) {
      const byPayer = billed.get(key) ?? new Map<string, Billed>();
      billed.set(key, byPayer);
      const before = byPayer.get(payerId);
      const credits = kind === 'credit';
      const change = credits !== sign < 0 ? negate(decimal(amount)) : decimal(amount);
      const documents = (before?.documents ?? 0) + sign;
      if (documents === 0) byPayer.delete(payerId);
      else
        byPayer.set(payerId, {
          amount: add(before?.amount ?? zero, change),
          documents,
          last: known.get(key) as Obligation,
        });
    }
  };

  return {
    attributed: () => new Map(world.events.map((event) => [event.id, attribute(world, event)])),
    ignored: () => ignored.size,
    commit: (document) => post(document, 1),
    release: (document) => {
      post(document, -1);
      for (const { key } of document.lines) billedAt.delete(key.split(' ', 2).join(' '));
    },
    bill: (month, now) => {
      const obligations = obligationsOf(world, month, isIgnored);
      for (const each of obligations) known.set(each.key, each);
      const present = new Set(obligations.map(({ key }) => key));
      // What no service period has any more is owed by nobody.
      const gone = [...billed].flatMap(([key, byPayer]) => {
        const last = [...byPayer.values()][0]?.last;
        return present.has(key) || !last ? [] : [{ ...last, shares: new Map<string, Decimal>() }];
      });
      return [...world.organizations.values()].flatMap((payer) =>
        cyclesEndingIn(payer, month).flatMap((cycle) => {
          const lines = [...obligations, ...gone].flatMap((obligation) => {
            const line = lineOf(obligation, payer.id, cycle, standing(obligation.key, payer.id));
            const { kind, subscription, start, end, shares } = obligation;
            const period = `${subscription.id} ${start}`;
            if (
              kind === 'usage' &&
              end <= cycle.end &&
              shares.has(payer.id) &&
              !billedAt.has(period)
            )
              billedAt.set(period, now);
            return line === null ? [] : [{ ...line, obligation }];
          });
          return documentsOf(payer, cycle, lines);
        }),
      );
    },
  };
}

// Attribution ------------------------------------------------------------------------------------

function isActive({ start, end, pauses }: Subscription, at: number): boolean {
  if (at < start || (end !== null && at >= end)) return false;
  return !pauses.some(({ from, to }) => from <= at && (to === null || at < to));
}

function attribute(world: World, event: UsageEvent): string | null {
  const { credential, subscription, organization, at } = event;
  const bindings = credential === undefined ? [] : world.credentials.get(credential)?.bindings;
  const bound = bindings?.findLast(({ from }) => from <= at)?.subscriptionId ?? subscription;
  if (bound !== undefined) {
    const found = world.subscriptions.get(bound);
    return found && isActive(found, at) ? bound : null;
  }
  for (let id = organization ?? null; id !== null;) {
    const own = [...world.subscriptions.values()].filter(
      (each) => each.organizationId === id && isActive(each, at) && prices(world, each, event),
    );
    if (own.length > 0) return own.length === 1 ? (own[0]?.id ?? null) : null;
    id = world.organizations.get(id)?.parentId ?? null;
  }
  return null;
}

const planAt = ({ plans }: Subscription, at: number) => plans.findLast(({ from }) => from <= at);

function prices({ meters }: World, subscription: Subscription, event: UsageEvent): boolean {
  const charges = planAt(subscription, event.at)?.plan.charges ?? [];
  return charges.some(({ meter }) => {
    const measure = meters.find(({ key }) => key === meter)?.measure;
    return measure === undefined || event.measures[measure] !== undefined;
  });
}

// What is owed -----------------------------------------------------------------------------------

const TWO_DAYS = 2 * 24 * 60 * 60 * 1000;

function obligationsOf(
  world: World,
  month: string,
  isIgnored: (subscription: Subscription, start: number, event: UsageEvent) => boolean,
): Obligation[] {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const horizon = Date.UTC(year, number, 1) + TWO_DAYS;
  const usage = new Map<string, UsageEvent[]>();
  for (const event of world.events) {
    const id = attribute(world, event);
    if (id === null) continue;
    const list = usage.get(id);
    if (list) list.push(event);
    else usage.set(id, [event]);
  }
  return [...world.subscriptions.values()].flatMap((subscription) =>
    servicePeriods(subscription, horizon).flatMap((period) => {
      const mine = (usage.get(subscription.id) ?? []).filter(
        (event) =>
          period.start <= event.at &&
          event.at < period.end &&
          !isIgnored(subscription, period.start, event),
      );
      return itemsOf(subscription, period)
        .filter(({ item }) => !('model' in item) || period.end <= horizon)
        .map(({ item, amount }) => obligationOf(world, subscription, period, item, amount, mine));
    }),
  );
}

/** Fees at what they come to, charges with their minimum. */
function itemsOf(subscription: Subscription, period: Period) {
  const { plan, isTrial } = period;
  const fees = plan.fees.filter(({ timing }) =>
    timing === 'setUp' ? period.start === subscription.start : !isTrial,
  );
  const prorated = (amount: string) => prorate(decimal(amount), period, plan.currency);
  return [
    ...fees.map((item) => ({
      item,
      amount:
        item.timing === 'setUp'
          ? round(decimal(item.amount), plan.currency)
          : prorated(item.amount),
    })),
    ...(isTrial ? [] : plan.charges).map((item) => ({
      item,
      amount: prorated(item.minimum ?? '0'),
    })),
  ];
}

function obligationOf(
  world: World,
  subscription: Subscription,
  { start, end, plan }: Period,
  item: Fee | Charge,
  amount: Decimal,
  events: UsageEvent[],
): Obligation {
  const organization = world.organizations.get(subscription.organizationId) as Organization;
  const payerAt = (at: number) =>
    organization.billTo.findLast(({ from }) => from <= at)?.payerId ?? organization.id;
  const isCharge = 'model' in item;
  const inAdvance = !isCharge && item.timing !== 'arrears';
  const shares = new Map<string, Decimal>();
  if (isCharge) {
    const cuts = organization.billTo.map(({ from }) => from).filter((at) => start < at && at < end);
    const byPayer = new Map([start, ...cuts].map((at) => [payerAt(at), [] as UsageEvent[]]));
    for (const event of events) byPayer.get(payerAt(event.at))?.push(event);
    const meter = world.meters.find(({ key }) => key === item.meter) as Meter;
    const owed = shareOfCharge(item, meter, plan, byPayer, amount, payerAt(end - 1));
    for (const [payer, share] of owed) shares.set(payer, share);
  } else shares.set(payerAt(inAdvance ? start : end - 1), amount);
  return {
    key: [subscription.id, start, plan.id, item.id].join(' '),
    order: [String(start).padStart(15, '0'), subscription.id, item.id].join(' '),
    subscription,
    kind: isCharge ? 'usage' : 'fee',
    currency: plan.currency,
    inAdvance,
    start,
    end,
    shares,
  };
}

// What is billed ---------------------------------------------------------------------------------

type Cycle = { start: number; end: number };

function lineOf(
  { key, kind, inAdvance, start, end, shares }: Obligation,
  payerId: string,
  cycle: Cycle,
  before: Billed | undefined,
): OracleLine | null {
  const isDue = inAdvance
    ? cycle.start <= start && start < cycle.end
    : cycle.start < end && end <= cycle.end;
  const wasDue = inAdvance ? start < cycle.start : end <= cycle.start;
  if (!isDue && !wasDue) return null;
  const share = shares.get(payerId);
  if (before === undefined) {
    if (share === undefined || (wasDue && isZero(share))) return null;
    return { key, kind: isDue ? kind : 'adjustment', amount: toText(share) };
  }
  const amount = subtract(share ?? zero, before.amount);
  return isZero(amount) ? null : { key, kind: 'adjustment', amount: toText(amount) };
}

type Line = OracleLine & { obligation: Obligation };
const totalOf = (lines: Line[]) => sum(lines.map(({ amount }) => decimal(amount)));

/** Which line goes on which document (design §4.7). */
function documentsOf(payer: Organization, cycle: Cycle, lines: Line[]): OracleDocument[] {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const { currency, subscription } = line.obligation;
    const key = `${currency} ${payer.perSubscription ? subscription.id : ''}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups].flatMap(([key, group]) => {
    const [currency = '', grouping = ''] = key.split(' ');
    const credits: Line[] = [];
    const standalone: Line[] = [];
    const adjustments = group
      .filter(({ kind }) => kind === 'adjustment')
      .toSorted((a, b) => (a.obligation.order < b.obligation.order ? 1 : -1));
    if (payer.policy === 'creditNote')
      for (const line of adjustments)
        (isNegative(decimal(line.amount)) ? credits : standalone).push(line);
    let left = group.filter((line) => !credits.includes(line) && !standalone.includes(line));
    for (const line of adjustments) {
      if (compare(totalOf(left), zero) >= 0) break;
      if (!left.includes(line) || !isNegative(decimal(line.amount))) continue;
      credits.push(line);
      left = left.filter((each) => each !== line);
    }
    if (left.every(({ amount }) => isZero(decimal(amount)))) left = [];
    const turned = credits.map((line) => ({
      ...line,
      amount: toText(negate(decimal(line.amount))),
    }));
    const document = (kind: OracleDocument['kind'], some: Line[]): OracleDocument[] =>
      some.length === 0
        ? []
        : [
            {
              payerId: payer.id,
              currency,
              grouping,
              kind,
              cycleStart: cycle.start,
              cycleEnd: cycle.end,
              total: toText(totalOf(some)),
              lines: some.map(({ key: name, kind: what, amount }) => ({
                key: name,
                kind: what,
                amount,
              })),
            },
          ];
    return [
      ...document('invoice', left),
      ...document('standalone', standalone),
      ...document('credit', turned),
    ];
  });
}
