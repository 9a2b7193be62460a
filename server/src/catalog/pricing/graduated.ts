import { compare, decimal, type Decimal, multiply, smaller, subtract } from '../../lib/decimal.ts';
import type { PricedPart } from './part.ts';
import { type Bound, lowerBound, spanOf } from './tiers.ts';

export type GraduatedTerms = {
  readonly tiers: readonly (Bound & { readonly unitPrice: string })[];
};

/**
 * Each unit at the price of the tier that it is in: the first thousand at one price, those after it at the next.
 * What is taken back below zero is worth the first tier's price.
 */
export function graduatedParts({ tiers }: GraduatedTerms, quantity: Decimal): PricedPart[] {
  return tiers.flatMap(({ upTo, unitPrice }, index) => {
    const from = decimal(lowerBound(tiers, index));
    if (index > 0 && compare(quantity, from) <= 0) return [];
    const end = upTo === null ? quantity : smaller(quantity, decimal(upTo));
    const held = subtract(end, from);
    const amount = multiply(decimal(unitPrice), held);
    return [{ quantity: held, unitPrice, tier: spanOf(tiers, index), amount }];
  });
}
