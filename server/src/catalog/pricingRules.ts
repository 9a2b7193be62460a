import type { Decimal } from '../lib/decimal.ts';
import { perUnitAmount, type PerUnitTerms } from './pricing/perUnit.ts';

/** Each pricing model and its own terms, as stored in `plan_charges`. */
type TermsOf = { perUnit: PerUnitTerms };

type PricingBy<M extends keyof TermsOf> = {
  [K in M]: { readonly model: K; readonly terms: TermsOf[K] };
}[M];

/** How a charge is priced. */
export type Pricing = PricingBy<keyof TermsOf>;

const amounts: { [M in keyof TermsOf]: (terms: TermsOf[M], quantity: Decimal) => Decimal } = {
  perUnit: perUnitAmount,
};

/** What a quantity costs, unrounded: the line that it ends on is rounded once. */
export function amountFor<M extends keyof TermsOf>(
  pricing: PricingBy<M>,
  quantity: Decimal,
): Decimal {
  return amounts[pricing.model](pricing.terms, quantity);
}
