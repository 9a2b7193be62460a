import { add, decimal, type Decimal, subtract, sum, zero } from '../lib/decimal.ts';
import { flatByTierParts, type FlatByTierTerms } from './pricing/flat-by-tier.ts';
import { graduatedParts, type GraduatedTerms } from './pricing/graduated.ts';
import { beyondIncluded } from './pricing/included.ts';
import { packageParts, type PackageTerms } from './pricing/package.ts';
import type { PricedPart } from './pricing/part.ts';
import { percentageParts, type PercentageTerms } from './pricing/percentage.ts';
import { perUnitParts, type PerUnitTerms } from './pricing/per-unit.ts';
import { volumeParts, type VolumeTerms } from './pricing/volume.ts';

/** Each pricing model and what is its own in the terms of a price. */
type OwnTerms = {
  perUnit: PerUnitTerms;
  graduated: GraduatedTerms;
  volume: VolumeTerms;
  package: PackageTerms;
  flatByTier: FlatByTierTerms;
  percentage: PercentageTerms;
};
export type Model = keyof OwnTerms;
export const models = [
  'perUnit',
  'graduated',
  'volume',
  'package',
  'flatByTier',
  'percentage',
] as const satisfies readonly Model[];

/** A price by one model; `included` is what a period has of it for nothing. */
export type PriceOf<M extends Model> = OwnTerms[M] & { readonly included?: string };

/** The terms of a charge, as stored in `plan_charges`: a price, and what is around it. */
export type TermsOf<M extends Model> = PriceOf<M> & {
  /** Prices of usage that has these values of the attribute, in place of the charge's own, which is for all other. */
  readonly byAttribute?: {
    readonly attribute: string;
    readonly prices: Readonly<Record<string, PriceOf<M>>>;
  };
  /** What the charge comes to at least, in a whole period. */
  readonly minimum?: string;
};

type PricingBy<M extends Model> = {
  [K in M]: { readonly model: K; readonly terms: TermsOf<K> };
}[M];

/** How a charge is priced. */
export type Pricing = PricingBy<Model>;

/** Model and terms that belong together, taken from whatever has them: rows, snapshots of prices. */
export function pricingOf({ model, terms }: { model: Model; terms: Pricing['terms'] }): Pricing {
  return { model, terms } as Pricing;
}

const partsBy: { [M in Model]: (terms: OwnTerms[M], quantity: Decimal) => PricedPart[] } = {
  perUnit: perUnitParts,
  graduated: graduatedParts,
  volume: volumeParts,
  package: packageParts,
  flatByTier: flatByTierParts,
  percentage: percentageParts,
};

/** Quantities kept apart because they are priced apart: by the value of an attribute; null is all the rest. */
export type Quantities = ReadonlyMap<string | null, Decimal>;

/** What one of these quantities costs, exactly, and why. */
export type PricedGroup = {
  readonly value: string | null;
  readonly quantity: Decimal;
  /** How much of it was included, where the price includes any. */
  readonly included: Decimal | null;
  readonly parts: readonly PricedPart[];
  readonly amount: Decimal;
};

/** The attribute whose values have prices of their own, and those values; null where one price is for all. */
export function splitOf({ terms }: Pricing): { attribute: string; values: string[] } | null {
  const { byAttribute } = terms;
  if (byAttribute === undefined) return null;
  return { attribute: byAttribute.attribute, values: Object.keys(byAttribute.prices).toSorted() };
}

/** What quantities cost, each by its price; where there are none, what nothing costs. In order of their values. */
export function priceGroups<M extends Model>(
  pricing: PricingBy<M>,
  quantities: Quantities,
): PricedGroup[] {
  const groups = quantities.size === 0 ? new Map([[null, zero]]) : quantities;
  return [...groups]
    .toSorted(([a], [b]) => order(a, b))
    .map(([value, quantity]) => priceGroup(pricing, value, quantity));
}

function priceGroup<M extends Model>(
  { model, terms }: PricingBy<M>,
  value: string | null,
  quantity: Decimal,
): PricedGroup {
  const price = priceFor<M>(terms, value);
  const priced =
    price.included === undefined ? quantity : beyondIncluded(quantity, decimal(price.included));
  const parts = partsBy[model](price, priced);
  return {
    value,
    quantity,
    included: price.included === undefined ? null : subtract(quantity, priced),
    parts,
    amount: sum(parts.map((part) => part.amount)),
  };
}

function priceFor<M extends Model>(terms: TermsOf<M>, value: string | null): PriceOf<M> {
  const prices = terms.byAttribute?.prices;
  if (value === null || prices === undefined || !Object.hasOwn(prices, value)) return terms;
  return prices[value] ?? terms;
}

/** The rest comes last. */
function order(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

/** What a quantity costs at the charge's own price, unrounded: the line that it ends on is rounded once. */
export function amountFor<M extends Model>(pricing: PricingBy<M>, quantity: Decimal): Decimal {
  return priceGroups(pricing, new Map([[null, quantity]])).reduce(
    (total, group) => add(total, group.amount),
    zero,
  );
}
