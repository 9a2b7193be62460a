import { countPackages, decimal, type Decimal, multiply } from '../../lib/decimal.ts';
import type { PricedPart } from './part.ts';

export type PackageTerms = { readonly packageSize: string; readonly packagePrice: string };

/** So much for each package of units, a begun one counting as a whole. Nothing, and less, takes no package. */
export function packageParts(terms: PackageTerms, quantity: Decimal): PricedPart[] {
  const packages = countPackages(quantity, decimal(terms.packageSize));
  const amount = multiply(decimal(terms.packagePrice), packages);
  return [{ quantity, packages, unitPrice: terms.packagePrice, amount }];
}
