import { decimal, type Decimal, multiply } from '../../lib/decimal.ts';
import type { PricedPart } from './part.ts';

export type PerUnitTerms = { readonly unitPrice: string };

/** Every unit costs the same: unit price × quantity. Exact, not rounded, of either sign. */
export function perUnitAmount(terms: PerUnitTerms, quantity: Decimal): Decimal {
  return multiply(decimal(terms.unitPrice), quantity);
}

export function perUnitParts(terms: PerUnitTerms, quantity: Decimal): PricedPart[] {
  const { unitPrice } = terms;
  return [{ quantity, unitPrice, amount: perUnitAmount(terms, quantity) }];
}
