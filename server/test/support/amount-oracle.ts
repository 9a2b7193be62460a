import {
  add,
  type Decimal,
  decimal,
  divide,
  isZero,
  larger,
  multiply,
  roundHalfEven,
  smaller,
  subtract,
  sum,
  zero,
} from '../../src/lib/decimal.ts';
import { groupBy } from '../../src/lib/group.ts';

/** What usage is to be rated at, from single events by a few lines of arithmetic: it knows of no SQL and no allocator. */

export type Subscribed = { id: string; owner: string; currency: string; charges: Charge[] };
export type PayerFrom = { owner: string; from: string };
export type Charge = {
  meter: string;
  split?: string;
  minimum?: string;
  /** Whether it counts an event, and by how much; and what a quantity costs. */
  counts: (entry: Entry) => string | null;
  kind: 'sum' | 'max' | 'unique';
  price: (quantity: Decimal, value: string) => Decimal;
};
export type Entry = {
  eventId: string;
  at: string;
  organization: string;
  subscriber: string | null;
  credential: string | null;
  subscription: string | null;
  measures: Record<string, string>;
  attributes: Record<string, string>;
  cost: string | null;
  currency: string | null;
};

const flat = (unitPrice: string) => (quantity: Decimal) => multiply(quantity, decimal(unitPrice));
const graduated = (quantity: Decimal) => {
  const first = smaller(quantity, decimal('1000'));
  const rest = larger(subtract(quantity, decimal('1000')), zero);
  return add(multiply(first, decimal('0.05')), multiply(rest, decimal('0.013')));
};
/** Packages of 7 calls at 3.10. */
const packages = (quantity: Decimal) => {
  const count = roundHalfEven(add(divide(quantity, decimal('7'), 20), decimal('0.4999')), 0);
  return multiply(count, decimal('3.10'));
};
const tokens = ({ measures }: Entry) => measures['tokens'] ?? null;

export function chargesIn(currency: string): Charge[] {
  return [
    { meter: 'tokens', kind: 'sum', counts: tokens, price: graduated },
    {
      meter: 'tokens_by_model',
      kind: 'sum',
      counts: tokens,
      split: 'model',
      price: (quantity, value) => flat(value === 'big' ? '0.2' : '0.0301')(quantity),
    },
    { meter: 'calls', kind: 'sum', counts: () => '1', price: packages },
    {
      meter: 'peak',
      kind: 'max',
      counts: ({ measures }) => measures['users'] ?? null,
      price: flat('1.37'),
      minimum: '40',
    },
    {
      meter: 'seats',
      kind: 'unique',
      counts: ({ measures }) => measures['users'] ?? null,
      price: flat('2.09'),
    },
    {
      meter: 'paid_tokens',
      kind: 'sum',
      counts: (entry) =>
        tokens(entry) !== null && entry.currency === currency ? entry.cost : null,
      price: flat('1.25'),
    },
  ];
}

/** The same, as plans are told. */
export const terms = [
  {
    meter: 'tokens',
    model: 'graduated',
    tiers: [
      { upTo: '1000', unitPrice: '0.05' },
      { upTo: null, unitPrice: '0.013' },
    ],
  },
  {
    meter: 'tokens_by_model',
    model: 'perUnit',
    unitPrice: '0.0301',
    byAttribute: { attribute: 'model', prices: { big: { unitPrice: '0.2' } } },
  },
  { meter: 'calls', model: 'package', packageSize: '7', packagePrice: '3.10' },
  { meter: 'peak', model: 'perUnit', unitPrice: '1.37', minimum: '40' },
  { meter: 'seats', model: 'perUnit', unitPrice: '2.09' },
  { meter: 'paid_tokens', model: 'percentage', percent: '25' },
];

const valueOf = ({ split }: Charge, { attributes }: Entry) =>
  split !== undefined && attributes[split] === 'big' ? 'big' : '';

/** Quantities by the value that has a price of its own. */
function quantities(charge: Charge, some: readonly Entry[]): Map<string, Decimal> {
  const counted = new Map<string, string[]>();
  for (const entry of some) {
    const quantity = charge.counts(entry);
    const value = valueOf(charge, entry);
    if (quantity !== null) counted.set(value, [...(counted.get(value) ?? []), quantity]);
  }
  return new Map(
    [...counted].map(([value, found]) => {
      if (charge.kind === 'sum') return [value, sum(found.map(decimal))];
      if (charge.kind === 'max') return [value, found.map(decimal).reduce(larger, zero)];
      return [value, decimal(String(new Set(found).size))];
    }),
  );
}

/** What some usage bears of what all of it costs: of each price in proportion to its quantity. */
function worth(charge: Charge, whole: Map<string, Decimal>, some: readonly Entry[]): Decimal {
  return sum(
    [...quantities(charge, some)].map(([value, quantity]) => {
      const all = whole.get(value) ?? zero;
      if (isZero(all)) return zero;
      return divide(multiply(charge.price(all, value), quantity), all, 30);
    }),
  );
}

type Exact = Map<string, { amount: Decimal; terms: number }>;

/**
 * What each group is to have over a service period, exactly but for the rounding of the whole: of each payer's share in
 * proportion to what its usage is worth beside that of all others, and of those that were not asked about (null). And of
 * how many shares that is made, each of which is rounded.
 */
export function exact(
  subscriptions: readonly Subscribed[],
  payers: readonly PayerFrom[],
  [start, end]: readonly [string, string],
  all: readonly Entry[],
  groupOf: (entry: Entry, charge: Charge) => string | null,
): Exact {
  const told: Exact = new Map();
  const put = (key: string, amount: Decimal) => {
    const before = told.get(key) ?? { amount: zero, terms: 0 };
    told.set(key, { amount: add(before.amount, amount), terms: before.terms + 1 });
  };
  for (const { id, owner, currency, charges } of subscriptions) {
    const mine = all.filter(
      ({ subscription, at }) => subscription === id && start <= at && at < end,
    );
    for (const charge of charges) {
      const counted = mine.filter((entry) => charge.counts(entry) !== null);
      const whole = quantities(charge, counted);
      const costs = sum([...whole].map(([value, quantity]) => charge.price(quantity, value)));
      const isMoved = ({ at }: Entry) =>
        payers.some((each) => each.owner === owner && each.from <= at);
      const byPayer = groupBy(counted, (entry) => String(isMoved(entry)));
      const shares = inProportion(charge, whole, roundHalfEven(costs, 2), byPayer);
      for (const [payer, some] of byPayer) {
        const groups = groupBy(some, (entry) => groupOf(entry, charge) ?? '');
        const parts = inProportion(charge, whole, shares.get(payer) ?? zero, groups);
        for (const [group, amount] of parts) if (group !== '') put(`${currency} ${group}`, amount);
      }
    }
  }
  return told;
}

function inProportion(
  charge: Charge,
  whole: Map<string, Decimal>,
  amount: Decimal,
  parts: Map<string, Entry[]>,
): Map<string, Decimal> {
  const weights = [...parts].map(([key, some]) => ({ key, weight: worth(charge, whole, some) }));
  const all = sum(weights.map(({ weight }) => weight));
  return new Map(
    weights.map(({ key, weight }) => [
      key,
      isZero(all) ? zero : divide(multiply(amount, weight), all, 30),
    ]),
  );
}
