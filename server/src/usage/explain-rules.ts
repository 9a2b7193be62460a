import {
  absolute,
  compare,
  type Decimal,
  decimal,
  divide,
  isNegative,
  isZero,
  multiply,
  subtract,
  toText,
  zero,
} from '../lib/decimal.ts';

/** What made usage change between two ranges of time, ranked by how much of the change it is. */

export const levels = ['subscription', 'credential', 'subscriber', 'organization'] as const;
export type Level = (typeof levels)[number];

/** What usage is compared by. */
export type Metric =
  | { readonly by: 'quantity'; readonly measure: string }
  | { readonly by: 'cost' | 'amount'; readonly currency: string }
  | { readonly by: 'events' };

export type Change = {
  readonly before: Decimal;
  readonly after: Decimal;
  readonly change: Decimal;
};
export type Driver = Change & {
  readonly value: string | null;
  /** Of the whole change, in percent; null: the whole did not change. */
  readonly share: Decimal | null;
};
export type AttributeDriver = Driver & { readonly attribute: string };

export function changeOf(before: Decimal, after: Decimal): Change {
  return { before, after, change: subtract(after, before) };
}

const HUNDRED = decimal('100');

/** All that changed, what goes with the whole first, by how much. */
export function rank(
  before: ReadonlyMap<string | null, Decimal>,
  after: ReadonlyMap<string | null, Decimal>,
  whole: Decimal,
): Driver[] {
  const goesAlong = ({ change }: Change) => isNegative(change) === isNegative(whole);
  return [...new Set([...after.keys(), ...before.keys()])]
    .map((value) => {
      const change = changeOf(before.get(value) ?? zero, after.get(value) ?? zero);
      return { value, ...change, share: shareOf(change.change, whole) };
    })
    .filter(({ change }) => !isZero(change))
    .toSorted(
      (a, b) =>
        Number(goesAlong(b)) - Number(goesAlong(a)) ||
        compare(absolute(b.change), absolute(a.change)) ||
        ((a.value ?? '') < (b.value ?? '') ? -1 : 1),
    );
}

function shareOf(part: Decimal, whole: Decimal): Decimal | null {
  return isZero(whole) ? null : divide(multiply(part, HUNDRED), whole, 1);
}

/**
 * The values of attributes by how much they say about a change: an attribute that usage always had says nothing, so
 * what counts is by how much its share of the change exceeds its share of what was there before.
 */
export function rankAttributes(
  drivers: readonly AttributeDriver[],
  before: Decimal,
): AttributeDriver[] {
  const surprise = (driver: AttributeDriver) =>
    subtract(driver.share ?? zero, shareOf(driver.before, before) ?? zero);
  return drivers.toSorted(
    (a, b) =>
      compare(surprise(b), surprise(a)) ||
      compare(b.share ?? zero, a.share ?? zero) ||
      (a.attribute < b.attribute ? -1 : 1),
  );
}

const HALF = decimal('50');
const words = { cost: 'Cost', amount: 'The amount', events: 'Events' } as const;

export type Step = { readonly what: string; readonly name: string; readonly share: Decimal | null };

/** The change, and the way down to what made most of it, in words. */
export function sentenceOf(metric: Metric, whole: Change, steps: readonly Step[]): string {
  const what = metric.by === 'quantity' ? metric.measure : words[metric.by];
  const unit = 'currency' in metric ? ` ${metric.currency}` : '';
  if (isZero(whole.change))
    return `${what} did not change: ${toText(whole.after)}${unit}, as before.`;
  const verb = isNegative(whole.change) ? 'fell' : 'rose';
  const amount = toText(absolute(whole.change));
  const head = `${what} ${verb} by ${amount}${unit}, from ${toText(whole.before)} to ${toText(whole.after)}.`;
  const told = steps.filter(({ share }) => share !== null && compare(share, HALF) >= 0);
  const tail = told.map(
    ({ what: level, name, share }) => `${toText(share ?? zero)}% of it is ${level} ${name}`,
  );
  return tail.length === 0
    ? `${head} No single subscription, credential, subscriber or organization made most of it.`
    : `${head} ${tail.join('; ')}.`;
}
