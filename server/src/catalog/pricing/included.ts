import { compare, type Decimal, smaller, subtract, zero } from '../../lib/decimal.ts';

/**
 * What is left to be priced once the quantity that a period includes is used up. Included units come first; tiers and
 * packages count from the first unit beyond them. A quantity below zero includes nothing and stays as it is.
 */
export function beyondIncluded(quantity: Decimal, included: Decimal): Decimal {
  if (compare(quantity, zero) < 0) return quantity;
  return subtract(quantity, smaller(quantity, included));
}
