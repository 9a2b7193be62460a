import { decimal, type Decimal, multiply } from '../../lib/decimal.ts';
import type { PricedPart } from './part.ts';
import { type Bound, spanOf, tierReached } from './tiers.ts';

export type VolumeTerms = { readonly tiers: readonly (Bound & { readonly unitPrice: string })[] };

/**
 * All units at the price of the tier that the whole quantity reaches. One unit more may therefore cost less than none:
 * that is what a volume discount is.
 */
export function volumeParts({ tiers }: VolumeTerms, quantity: Decimal): PricedPart[] {
  const index = tierReached(tiers, quantity);
  const unitPrice = tiers[index]?.unitPrice ?? '0';
  const amount = multiply(decimal(unitPrice), quantity);
  return [{ quantity, unitPrice, tier: spanOf(tiers, index), amount }];
}
