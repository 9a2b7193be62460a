import {
  add,
  compare,
  type Decimal,
  decimal,
  decimalPlaces,
  divide,
  fromUnits,
  isZero,
  larger,
  multiply,
  roundHalfEven,
  smaller,
  subtract,
  sum,
  toUnits,
  zero,
} from '../../src/lib/decimal.ts';
import type { Charge, Meter, Plan, Price, UsageEvent } from './model.ts';

/** What usage and fees come to, for the oracle: by the rules of the design, one after another. */

const minorUnits: Record<string, number> = { USD: 2, EUR: 2, JPY: 0, KWD: 3 };
export const round = (amount: Decimal, currency: string) =>
  roundHalfEven(amount, minorUnits[currency] ?? 2);

const hundred = decimal('100');
const whole = (value: Decimal) => roundHalfEven(value, 0);

/** Whole packages, a begun one counted. */
function packages(quantity: Decimal, size: Decimal): Decimal {
  const nearest = whole(divide(quantity, size, 20));
  return compare(multiply(nearest, size), quantity) < 0 ? add(nearest, decimal('1')) : nearest;
}

/** What a quantity costs at a price, exactly. */
function cost(model: Charge['model'], price: Price, used: Decimal): Decimal {
  const quantity = larger(subtract(used, decimal(price.included ?? '0')), zero);
  const tiers = price.tiers ?? [];
  const reached = tiers.find(({ upTo }) => upTo === null || compare(quantity, decimal(upTo)) <= 0);
  if (model === 'perUnit') return multiply(quantity, decimal(price.unitPrice ?? '0'));
  if (model === 'volume') return multiply(quantity, decimal(reached?.unitPrice ?? '0'));
  if (model === 'flatByTier') return isZero(quantity) ? zero : decimal(reached?.amount ?? '0');
  if (model === 'package') {
    const count = packages(quantity, decimal(price.packageSize ?? '1'));
    return multiply(count, decimal(price.packagePrice ?? '0'));
  }
  if (model === 'percentage')
    return divide(multiply(quantity, add(hundred, decimal(price.percent ?? '0'))), hundred, 40);
  return sum(
    tiers.map(({ upTo, unitPrice = '0' }, i) => {
      const from = decimal(tiers[i - 1]?.upTo ?? '0');
      const to = upTo === null ? quantity : smaller(quantity, decimal(upTo));
      return multiply(larger(subtract(to, from), zero), decimal(unitPrice));
    }),
  );
}

/** What a meter makes of events; a percentage counts their cost. */
function measure(charge: Charge, meter: Meter, currency: string, events: UsageEvent[]): Decimal {
  if (charge.model === 'percentage')
    return sum(
      events.flatMap((event) =>
        event.cost?.currency === currency ? decimal(event.cost.amount) : [],
      ),
    );
  if (meter.aggregation === 'count') return decimal(String(events.length));
  const values = events.map((event) => event.measures[meter.measure ?? ''] ?? '0');
  if (meter.aggregation === 'unique') return decimal(String(new Set(values).size));
  const numbers = values.map(decimal);
  return meter.aggregation === 'sum' ? sum(numbers) : numbers.reduce(larger, zero);
}

/** Quantities by the value of the attribute that has prices of its own; '' is all the rest. */
function measureGroups(charge: Charge, meter: Meter, currency: string, events: UsageEvent[]) {
  const { attribute = '', prices = {} } = charge.byAttribute ?? {};
  const counted = events.filter(
    (event) => meter.measure === undefined || event.measures[meter.measure] !== undefined,
  );
  const groups = new Map<string, UsageEvent[]>();
  for (const event of counted) {
    const value = event.attributes?.[attribute] ?? '';
    const group = prices[value] === undefined ? '' : value;
    groups.set(group, [...(groups.get(group) ?? []), event]);
  }
  return new Map(
    [...groups].map(([value, some]) => [value, measure(charge, meter, currency, some)]),
  );
}

/** In proportion to the weights, to the minor unit; what is left over goes to the largest remainders. */
function allocate(amount: Decimal, weights: Map<string, Decimal>, currency: string) {
  const scale = minorUnits[currency] ?? 2;
  const units = toUnits(amount, scale);
  const places = Math.max(0, ...[...weights.values()].map(decimalPlaces));
  const parts = [...weights].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const integers = parts.map(([, weight]) => toUnits(weight, places));
  const all = integers.reduce((a, b) => a + b, 0n);
  if (all === 0n) return new Map(parts.map(([key]) => [key, zero]));
  const shares = parts.map(([key], i) => {
    const product = units * (integers[i] ?? 0n);
    return { key, units: product / all, remainder: product % all };
  });
  let left = units - shares.reduce((a, share) => a + share.units, 0n);
  const byRemainder = shares.toSorted((a, b) =>
    a.remainder === b.remainder ? 0 : a.remainder > b.remainder ? -1 : 1,
  );
  for (const share of byRemainder) {
    if (left === 0n) break;
    share.units += 1n;
    left -= 1n;
  }
  return new Map(shares.map((share) => [share.key, fromUnits(share.units, scale)]));
}

/** A fee or minimum over a part of a period: what had come up by its end less what had by its start. */
export function prorate(
  amount: Decimal,
  { start, end, full }: { start: number; end: number; full: { start: number; end: number } },
  currency: string,
): Decimal {
  const by = (at: number) =>
    round(
      divide(
        multiply(amount, decimal(String(at - full.start))),
        decimal(String(full.end - full.start)),
        24,
      ),
      currency,
    );
  return subtract(by(end), by(start));
}

/** What each payer owes of a charge over a period, given the events of each; `last` pays at its end. */
export function shareOfCharge(
  charge: Charge,
  meter: Meter,
  { currency }: Plan,
  byPayer: Map<string, UsageEvent[]>,
  minimum: Decimal,
  last: string,
): Map<string, Decimal> {
  const groupsOf = (events: UsageEvent[]) => measureGroups(charge, meter, currency, events);
  const priceOf = (value: string) => charge.byAttribute?.prices[value] ?? charge;
  const groups = groupsOf([...byPayer.values()].flat());
  const amounts = new Map(
    [...groups].map(([value, quantity]) => [value, cost(charge.model, priceOf(value), quantity)]),
  );
  const amount = round(sum(amounts.values()), currency);
  const own = new Map([...byPayer].map(([payer, events]) => [payer, groupsOf(events)]));
  const total = (value: string) => sum([...own.values()].map((each) => each.get(value) ?? zero));
  // A single price is shared by quantity; where there are several, each is.
  const weights = new Map(
    [...own].map(([payer, mine]) => [
      payer,
      charge.byAttribute === undefined
        ? (mine.get('') ?? zero)
        : sum(
            [...mine].map(([value, quantity]) =>
              isZero(quantity)
                ? zero
                : divide(multiply(amounts.get(value) ?? zero, quantity), total(value), 30),
            ),
          ),
    ]),
  );
  const shares = allocate(amount, weights, currency);
  const topUp = larger(subtract(minimum, amount), zero);
  return shares.set(last, add(shares.get(last) ?? zero, topUp));
}
