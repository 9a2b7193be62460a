import { decimal, type Decimal, multiply } from '../../lib/decimal.ts';

export type PerUnitTerms = { readonly unitPrice: string };

/** Every unit costs the same: unit price × quantity. Exact, not rounded, of either sign. */
export function perUnitAmount(terms: PerUnitTerms, quantity: Decimal): Decimal {
  return multiply(decimal(terms.unitPrice), quantity);
}
