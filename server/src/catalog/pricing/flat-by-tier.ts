import { compare, decimal, type Decimal, zero } from '../../lib/decimal.ts';
import type { PricedPart } from './part.ts';
import { type Bound, spanOf, tierReached } from './tiers.ts';

export type FlatByTierTerms = { readonly tiers: readonly (Bound & { readonly amount: string })[] };

/** One amount, whatever the quantity, by the tier that it reaches. Nothing, and less, reaches none. */
export function flatByTierParts({ tiers }: FlatByTierTerms, quantity: Decimal): PricedPart[] {
  if (compare(quantity, zero) <= 0) return [{ quantity, amount: zero }];
  const index = tierReached(tiers, quantity);
  const amount = decimal(tiers[index]?.amount ?? '0');
  return [{ quantity, tier: spanOf(tiers, index), amount }];
}
