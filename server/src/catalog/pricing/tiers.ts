import { compare, decimal, type Decimal } from '../../lib/decimal.ts';

/** The last unit that a tier holds, counted from the first of the period; null: the tier has no end. */
export type Bound = { readonly upTo: string | null };

/** What is wrong with bounds, and at which tier; null where they ascend from above zero to one open end. */
export function faultOfTiers(tiers: readonly Bound[]): { index: number; detail: string } | null {
  for (const [index, { upTo }] of tiers.entries()) {
    const isLast = index === tiers.length - 1;
    if (isLast && upTo !== null) return { index, detail: 'The last tier is open: null' };
    if (isLast) break;
    if (upTo === null) return { index, detail: 'Only the last tier is open' };
    const from = lowerBound(tiers, index);
    if (compare(decimal(upTo), decimal(from)) <= 0)
      return { index, detail: `It begins above ${from} and must end above that` };
  }
  return null;
}

/** Where a tier begins: what it holds is above this. */
export function lowerBound(tiers: readonly Bound[], index: number): string {
  return tiers[index - 1]?.upTo ?? '0';
}

/** The tier that a quantity ends in: a bound itself is in the tier that it closes, zero and less in the first. */
export function tierReached(tiers: readonly Bound[], quantity: Decimal): number {
  return tiers.findIndex(({ upTo }) => upTo === null || compare(quantity, decimal(upTo)) <= 0);
}

/** The tier as a priced part names it. */
export function spanOf(tiers: readonly Bound[], index: number) {
  return { from: lowerBound(tiers, index), upTo: tiers[index]?.upTo ?? null };
}
