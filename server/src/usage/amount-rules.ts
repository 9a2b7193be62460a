import type { ChargedPeriod, ChargeItem } from '../invoicing/obligation-rules.ts';
import { add, type Decimal, decimal, isZero, sum, zero } from '../lib/decimal.ts';
import { groupBy } from '../lib/group.ts';
import { type Instant, justBefore } from '../lib/instant.ts';
import { accountableFor, noUsage, rateUsage, shareOut, type Usage } from '../rating/rules.ts';
import { shareOutWorth, worthOf } from '../rating/worth-rules.ts';
import type { Grouping, UsageFilter } from './rules.ts';

/** What usage is rated at, shared out to the groups that made it. */

export const amountKinds = ['usage', 'fixed'] as const;

/** What is said of usage by whose charge it is under. */
export const ofCharge: readonly Grouping[] = ['subscription', 'product', 'meter', 'measure'];

/** Nothing is said of usage itself, so that what is owed without usage is asked about, too. */
export function isAboutOwners(filter: UsageFilter): boolean {
  const { subscriberId, credentialId, source, tag, attributes = [], metadata = [] } = filter;
  return (
    [subscriberId, credentialId, source, tag].every((each) => each === undefined) &&
    attributes.length + metadata.length === 0
  );
}

/** A stretch of a service period in which one payer owes and that is all within the range asked about, or all beside it. */
export type Slot = {
  /** Its service period, by its index. */
  readonly period: number;
  /** Its payer segment, by its index in the period. */
  readonly segment: number;
  readonly within: boolean;
  readonly from: Instant;
  readonly to: Instant;
};

type Range = { readonly from: Instant; readonly to: Instant };

export function slotsOf(periods: readonly Pick<ChargedPeriod, 'segments'>[], asked: Range): Slot[] {
  return periods.flatMap(({ segments }, period) =>
    segments.flatMap(({ from, to }, segment) => {
      const cuts = [asked.from, asked.to].filter((at) => from < at && at < to);
      return [from, ...cuts].map((start, i) => ({
        period,
        segment,
        within: asked.from <= start && start < asked.to,
        from: start,
        to: cuts[i] ?? to,
      }));
    }),
  );
}

/** Whose usage is told apart: of what was not asked about, nobody's. */
export type Place = {
  /** It is within the range and passes the filter. */
  readonly matched: boolean;
  readonly interval: number | null;
  readonly tree: number | null;
  readonly organization: string | null;
  readonly groups: readonly (string | null)[];
};

/** What a charge counts of a payer segment of a service period; of a place in it, or of all of them together. */
export type Counted = {
  readonly period: number;
  readonly charge: string;
  readonly segment: number;
  /** The value whose price is its own. */
  readonly value: string | null;
  readonly quantity: string;
};
export type CountedPart = Counted & Place;

/** What a charge counts of one period. Where quantities add up, the parts say it all. */
export type Measured = {
  readonly parts: readonly CountedPart[];
  readonly segments: readonly Counted[];
  readonly whole: readonly Pick<Counted, 'value' | 'quantity'>[];
};

export type Portion = Place & {
  readonly kind: (typeof amountKinds)[number];
  readonly amount: Decimal;
  /** Of what is fixed: when it is owed. */
  readonly at: Instant | null;
};

/**
 * What a charge comes to over a service period, in portions that sum to it exactly: rated as a whole, shared out to the
 * payers as their invoices are, and each payer's share to the places by what their usage is worth, as the breakdown of
 * its line is (design §4.5). What no usage caused is fixed: what fills up a minimum is owed at the end.
 */
export function portionsOf(
  { plan, period, segments }: Pick<ChargedPeriod, 'plan' | 'period' | 'segments'>,
  charge: ChargeItem,
  measured: Measured,
): Portion[] {
  const { currency } = plan;
  const isSplit = charge.pricing.terms.byAttribute !== undefined;
  const usageOf = (rows: readonly Pick<Counted, 'value' | 'quantity'>[]) =>
    quantityOf(rows, isSplit);
  const rated = rateUsage(charge.pricing, usageOf(measured.whole), currency, charge.minimum);
  const ofSegment = groupBy(measured.segments, (row) => row.segment);
  const shares = shareOut(
    rated.usageAmount,
    accountableFor(
      rated,
      segments.map(({ payerId }, i) => ({ key: payerId, usage: usageOf(ofSegment.get(i) ?? []) })),
    ),
    currency,
  );
  const portions = [...shares].flatMap(([payerId, share]): Portion[] => {
    const mine = segments.flatMap((segment, i) => (segment.payerId === payerId ? [i] : []));
    const rows = measured.parts.filter(({ segment }) => mine.includes(segment));
    if (rows.length === 0) return fixed(share, segments[mine.at(-1) ?? 0]?.to ?? period.end);
    const byPlace = [...groupBy(rows, keyOfPlace)]
      .map(([key, some]) => ({ key, some }))
      .toSorted((a, b) => comparePlaces(a.some[0] as Place, b.some[0] as Place));
    const weights = byPlace.map(({ some }, i) => ({
      key: String(i).padStart(6, '0'),
      weight: sum(
        [...groupBy(some, (row) => row.segment).values()].map((each) =>
          worthOf(usageOf(each), rated.groups, charge.pricing),
        ),
      ),
    }));
    const amounts = shareOutWorth(share, weights, currency);
    return byPlace.map(({ some }, i) => {
      const { matched, interval, tree, organization, groups } = some[0] as Place;
      const amount = amounts.get(weights[i]?.key ?? '') ?? zero;
      return { kind: 'usage', at: null, matched, interval, tree, organization, groups, amount };
    });
  });
  return [...portions, ...fixed(rated.topUp, period.end)];
}

const nowhere: Place = {
  matched: false,
  interval: null,
  tree: null,
  organization: null,
  groups: [],
};

function fixed(amount: Decimal, end: Instant): Portion[] {
  return isZero(amount) ? [] : [{ ...nowhere, kind: 'fixed', amount, at: justBefore(end) }];
}

function quantityOf(
  rows: readonly Pick<Counted, 'value' | 'quantity'>[],
  isSplit: boolean,
): Pick<Usage, 'quantity' | 'groups'> {
  if (rows.length === 0) return noUsage;
  const groups = new Map<string | null, Decimal>();
  for (const { value, quantity } of rows)
    groups.set(value, add(groups.get(value) ?? zero, decimal(quantity)));
  const quantity = sum(groups.values());
  return isSplit ? { quantity, groups } : { quantity };
}

function keyOfPlace({ matched, interval, tree, organization, groups }: Place): string {
  return JSON.stringify([matched, interval, tree, organization, groups]);
}

/** In the order that the parts of lines are in: what has no value comes last. */
function comparePlaces(a: Place, b: Place): number {
  const of = ({ groups, organization, interval, tree }: Place) => [
    ...groups,
    organization,
    ...[interval, tree].map((n) => (n === null ? null : String(n).padStart(6, '0'))),
  ];
  if (a.matched !== b.matched) return a.matched ? -1 : 1;
  const [mine, other] = [of(a), of(b)];
  for (const [i, x] of mine.entries()) {
    const y = other[i] ?? null;
    if (x !== y) return x === null ? 1 : y === null || x < y ? -1 : 1;
  }
  return 0;
}
