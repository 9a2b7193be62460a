import {
  add,
  compare,
  type Decimal,
  decimal,
  divide,
  fromUnits,
  isZero,
  larger,
  multiply,
  roundHalfEven,
  smaller,
  subtract,
  toText,
  toUnits,
  zero,
} from '../../src/lib/decimal.ts';
import { payerOf } from './attribution.ts';
import {
  at,
  type Event,
  instant,
  monthOf,
  monthStart,
  type Subscription,
  type World,
} from './world.ts';

/** What each payer owes, computed from the events themselves: design §4.4–4.6, exact to the cent. */

type Aggregation = 'sum' | 'max' | 'unique';
type Charge = { meter: string; aggregation: Aggregation; minimum?: string } & (
  | { unitPrice: string }
  | { tiers: { upTo: string | null; unitPrice: string }[] }
);
type Plan = {
  measure: string;
  fee: { name: string; amount: string; timing: 'advance' | 'arrears' };
  charges: Charge[];
};

const tokens: Charge[] = [
  { meter: 'tokens', aggregation: 'sum', unitPrice: '0.0333' },
  { meter: 'tokens-peak', aggregation: 'max', unitPrice: '0.137' },
];
const images: Charge[] = [
  {
    meter: 'images',
    aggregation: 'sum',
    tiers: [
      { upTo: '60', unitPrice: '0.2501' },
      { upTo: null, unitPrice: '0.0711' },
    ],
  },
  { meter: 'images-kinds', aggregation: 'unique', unitPrice: '0.0777', minimum: '1.00' },
];
const arrears = (amount: string) => ({ name: 'Platform', amount, timing: 'arrears' as const });
const advance = (amount: string) => ({ name: 'Access', amount, timing: 'advance' as const });

/** By name. Two for each measure: a subscription can change from one to the other. */
export const plans: Record<string, Plan> = {
  tokens: { measure: 'tokens', fee: arrears('10.00'), charges: tokens },
  'tokens dear': {
    measure: 'tokens',
    fee: arrears('13.37'),
    charges: [{ meter: 'tokens', aggregation: 'sum', unitPrice: '0.0519' }],
  },
  images: { measure: 'images', fee: advance('7.50'), charges: images },
  'images plain': {
    measure: 'images',
    fee: arrears('11.10'),
    charges: [{ meter: 'images', aggregation: 'sum', unitPrice: '0.2022' }],
  },
};
export const measures = ['tokens', 'images'];

/** `payer subscription start item` → amount. */
export type Amounts = Map<string, Decimal>;

// Service periods --------------------------------------------------------------------------------

type Period = { start: number; end: number; plan: Plan };

/** Months, cut where another plan takes over and at the end. */
function periodsOf({ start, end, plans: steps }: Subscription, months: number): Period[] {
  const changes = steps
    .filter(({ from, value }, i) => i > 0 && from < end && value !== steps[i - 1]?.value)
    .map(({ from }) => from);
  const last = Math.min(end, monthStart(months));
  const starts: number[] = [];
  for (let month = monthOf(start); monthStart(month) < last; month += 1)
    starts.push(monthStart(month));
  const cuts = [...new Set([...starts, ...changes.filter((from) => start < from && from < last)])];
  const sorted = cuts.length === 0 ? [] : [...cuts.toSorted((a, b) => a - b), last];
  return sorted.slice(0, -1).flatMap((from, i) => {
    const plan = plans[at(steps, from)];
    return plan ? [{ start: from, end: sorted[i + 1] ?? last, plan }] : [];
  });
}

/** Of an amount for a month what is for a part of it: what had come up by its end less what had by its start. */
function prorated(text: string, { start, end }: Period): Decimal {
  const month = monthOf(start);
  const [first, length] = [monthStart(month), monthStart(month + 1) - monthStart(month)];
  const cameUpBy = (time: number) => {
    const part = multiply(decimal(text), decimal(String(time - first)));
    return roundHalfEven(divide(part, decimal(String(length)), 24), 2);
  };
  return subtract(cameUpBy(end), start === first ? zero : cameUpBy(start));
}

// Rating -----------------------------------------------------------------------------------------

function priceOf(charge: Charge, quantity: Decimal): Decimal {
  if ('unitPrice' in charge) return multiply(quantity, decimal(charge.unitPrice));
  let [below, amount] = [zero, zero];
  for (const { upTo, unitPrice } of charge.tiers) {
    const reached = upTo === null ? quantity : smaller(quantity, decimal(upTo));
    amount = add(amount, multiply(larger(subtract(reached, below), zero), decimal(unitPrice)));
    if (upTo !== null) below = decimal(upTo);
  }
  return amount;
}

function quantityOf(aggregation: Aggregation, events: readonly Event[]): number {
  const quantities = events.map(({ quantity }) => quantity);
  if (aggregation === 'max') return Math.max(0, ...quantities);
  if (aggregation === 'unique') return new Set(quantities).size;
  return quantities.reduce((total, each) => total + each, 0);
}

/** In proportion to the weights; what does not divide goes cent by cent to the largest remainders, by the payers' ids. */
function split(total: Decimal, weights: ReadonlyMap<string, number>): Map<string, Decimal> {
  const whole = [...weights.values()].reduce((a, b) => a + b, 0);
  if (whole === 0 || isZero(total)) return new Map();
  const cents = toUnits(total, 2);
  const shares = [...weights].map(([payer, weight]) => {
    const product = cents * BigInt(weight);
    return { payer, cents: product / BigInt(whole), rest: product % BigInt(whole) };
  });
  let left = cents - shares.reduce((given, share) => given + share.cents, 0n);
  for (const share of shares.toSorted((a, b) =>
    a.rest === b.rest ? (a.payer < b.payer ? -1 : 1) : a.rest > b.rest ? -1 : 1,
  )) {
    if (left === 0n) break;
    share.cents += 1n;
    left -= 1n;
  }
  return new Map(shares.map((share) => [share.payer, fromUnits(share.cents, 2)]));
}

type Segment = { payer: string; from: number; to: number };

/** Who pays when, half-day by half-day. */
function segmentsOf(world: World, organizationId: string, { start, end }: Period): Segment[] {
  const segments: Segment[] = [];
  for (let time = start; time < end; time += 1) {
    const payer = payerOf(world, organizationId, time);
    const last = segments.at(-1);
    if (last?.payer === payer) last.to = time + 1;
    else segments.push({ payer, from: time, to: time + 1 });
  }
  return segments;
}

/** All that is owed for the months that have been billed. */
export function owed(world: World, months: number): Amounts {
  const amounts: Amounts = new Map();
  const owe = (payer: string | undefined, rest: string, amount: Decimal) => {
    const key = `${payer} ${rest}`;
    if (!isZero(amount)) amounts.set(key, add(amounts.get(key) ?? zero, amount));
  };
  const eventsOf = new Map<string, Event[]>();
  for (const event of world.events) {
    const owner = world.owners.get(event.id)?.subscription ?? 'nobody';
    eventsOf.set(owner, [...(eventsOf.get(owner) ?? []), event]);
  }
  for (const subscription of world.subscriptions.values()) {
    const { id, organizationId } = subscription;
    for (const period of periodsOf(subscription, months)) {
      const segments = segmentsOf(world, organizationId, period);
      const [first, last] = [segments[0]?.payer, segments.at(-1)?.payer];
      const { fee, charges, measure } = period.plan;
      const place = `${id} ${instant(period.start)}`;
      owe(
        fee.timing === 'advance' ? first : last,
        `${place} ${fee.name}`,
        prorated(fee.amount, period),
      );
      const counted = (eventsOf.get(id) ?? []).filter((event) => event.measure === measure);
      for (const charge of charges) {
        const { meter, aggregation, minimum = '0' } = charge;
        const within = (from: number, to: number) =>
          quantityOf(
            aggregation,
            counted.filter(({ time }) => from <= time && time < to),
          );
        const quantity = within(period.start, period.end);
        const amount = roundHalfEven(priceOf(charge, decimal(String(quantity))), 2);
        const weights = new Map<string, number>();
        for (const { payer, from, to } of segments)
          weights.set(payer, (weights.get(payer) ?? 0) + within(from, to));
        for (const [payer, share] of split(amount, weights)) owe(payer, `${place} ${meter}`, share);
        owe(last, `${place} ${meter}`, larger(subtract(prorated(minimum, period), amount), zero));
      }
    }
  }
  return amounts;
}

/** Where two differ, in words. */
export function differences(is: Amounts, shouldBe: Amounts): string[] {
  return [...new Set([...is.keys(), ...shouldBe.keys()])]
    .filter((key) => compare(is.get(key) ?? zero, shouldBe.get(key) ?? zero) !== 0)
    .map(
      (key) => `${key}: ${toText(is.get(key) ?? zero)}, not ${toText(shouldBe.get(key) ?? zero)}`,
    );
}

// Books ------------------------------------------------------------------------------------------

/** What each payer owes: issued less paid, credited and taken back. */
export type Books = {
  balances: Map<string, Decimal>;
  /** How many have been billed. */
  months: number;
  /** Those of runs. */
  creditNotes: Set<string>;
  /** Since the last new month was billed. */
  hasVoided: boolean;
};

export const openBooks = (): Books => ({
  balances: new Map(),
  months: 0,
  creditNotes: new Set(),
  hasVoided: false,
});

export function enter({ balances }: Books, payer: string, amount: Decimal): void {
  if (!isZero(amount)) balances.set(payer, add(balances.get(payer) ?? zero, amount));
}
