import type { Charge, ChargeTerms, Fee, Plan, PlanInterval } from '@customary/sdk';
import { orNull } from '../../forms/choices.ts';

export type FeeRow = {
  readonly key: number;
  readonly name: string;
  readonly amount: string;
  readonly timing: Fee['timing'];
};

/** A price while it is edited. Tiers are lines of text: `1000 0.02`, the last one without an end: `0.01`. */
export type Price = { readonly price: string; readonly size: string; readonly tiers: string };

/** The price where the attribute has a value. */
export type PriceRow = Price & { readonly key: number; readonly value: string };

export type ChargeRow = Price & {
  readonly key: number;
  readonly meter: string;
  readonly model: Charge['model'];
  readonly included: string;
  readonly minimum: string;
  /** Empty: one price, whatever the attributes. */
  readonly attribute: string;
  readonly prices: readonly PriceRow[];
  /** As it is, for what this form does not edit: its name, and what prices by attribute include. */
  readonly original: Charge | null;
};

export function isTiered(model: Charge['model']): boolean {
  return model === 'graduated' || model === 'volume' || model === 'flatByTier';
}

export type PlanValues = {
  productId: string | null;
  name: string;
  externalId: string;
  description: string;
  currency: string;
  unit: PlanInterval['unit'];
  count: string;
  trialDays: string;
  fees: FeeRow[];
  charges: ChargeRow[];
};

export const emptyPlan: PlanValues = {
  productId: null,
  name: '',
  externalId: '',
  description: '',
  currency: 'USD',
  unit: 'month',
  count: '1',
  trialDays: '',
  fees: [],
  charges: [],
};

export const emptyCharge: Omit<ChargeRow, 'key'> = {
  meter: '',
  model: 'perUnit',
  price: '',
  size: '',
  tiers: '',
  included: '',
  minimum: '',
  attribute: '',
  prices: [],
  original: null,
};

export function valuesOf(plan: Plan): PlanValues {
  return {
    productId: plan.productId,
    name: plan.name,
    externalId: plan.externalId ?? '',
    description: plan.description ?? '',
    currency: plan.currency,
    unit: plan.interval.unit,
    count: String(plan.interval.count),
    trialDays: plan.trialDays === 0 ? '' : String(plan.trialDays),
    fees: plan.fees.map(({ name, amount, timing }, key) => ({ key, name, amount, timing })),
    charges: plan.charges.map((charge, key) => ({ key, ...rowOf(charge) })),
  };
}

function rowOf(charge: Charge): Omit<ChargeRow, 'key'> {
  const { byAttribute } = charge;
  return {
    ...emptyCharge,
    ...priceOf(charge),
    meter: charge.meter,
    model: charge.model,
    included: charge.included ?? '',
    minimum: charge.minimum ?? '',
    attribute: byAttribute?.attribute ?? '',
    prices: Object.entries(byAttribute?.prices ?? {}).map(([value, terms], key) => ({
      key,
      value,
      ...priceOf(terms),
    })),
    original: charge,
  };
}

type Terms = {
  readonly unitPrice?: string;
  readonly percent?: string;
  readonly packagePrice?: string;
  readonly packageSize?: string;
  readonly tiers?: readonly { upTo: string | null; unitPrice?: string; amount?: string }[];
};

function priceOf({ unitPrice, percent, packagePrice, packageSize, tiers }: Terms): Price {
  return {
    price: unitPrice ?? percent ?? packagePrice ?? '',
    size: packageSize ?? '',
    tiers: (tiers ?? [])
      .map((tier) => [tier.upTo, tier.amount ?? tier.unitPrice])
      .map((parts) => parts.filter((part) => part != null).join(' '))
      .join('\n'),
  };
}

export function bodyOf(values: PlanValues) {
  return {
    name: values.name.trim(),
    externalId: orNull(values.externalId),
    description: orNull(values.description),
    currency: values.currency,
    interval: { unit: values.unit, count: Number(values.count) },
    trialDays: values.trialDays.trim() === '' ? 0 : Number(values.trialDays),
    fees: values.fees.map(({ name, amount, timing }) => ({
      name: name.trim(),
      amount: amount.trim(),
      timing,
    })),
    charges: values.charges.map(termsOf),
  };
}

function termsOf(row: ChargeRow): ChargeTerms {
  const { meter, model, original, included, minimum } = row;
  const isSame = original?.model === model && original.meter === meter;
  const byAttribute = attributePricesOf(row);
  return {
    meter,
    model,
    ...(isSame && { name: original.name }),
    ...(included.trim() !== '' && { included: included.trim() }),
    ...(minimum.trim() !== '' && { minimum: minimum.trim() }),
    ...pricesOf(model, row, original),
    ...(byAttribute !== null && { byAttribute }),
  } as ChargeTerms;
}

function attributePricesOf({ model, attribute, prices, original }: ChargeRow) {
  if (prices.length === 0) return null;
  const before: Record<string, Terms & { included?: string }> = original?.byAttribute?.prices ?? {};
  const terms = prices.map((row) => {
    const value = row.value.trim();
    const included = before[value]?.included;
    const price = pricesOf(model, row, original);
    return [value, { ...price, ...(included !== undefined && { included }) }] as const;
  });
  return { attribute: attribute.trim(), prices: Object.fromEntries(terms) };
}

function pricesOf(model: Charge['model'], { price, size, tiers }: Price, original: Charge | null) {
  switch (model) {
    case 'perUnit':
      return { unitPrice: price.trim() };
    case 'package':
      return { packageSize: size.trim(), packagePrice: price.trim() };
    case 'percentage': {
      const bills = original?.model === 'percentage' ? original.bills : 'costAndMarkUp';
      return { percent: price.trim(), bills };
    }
    case 'flatByTier':
      return { tiers: tiersOf(tiers).map(([upTo, amount]) => ({ upTo, amount })) };
    case 'graduated':
    case 'volume':
    default:
      return { tiers: tiersOf(tiers).map(([upTo, unitPrice]) => ({ upTo, unitPrice })) };
  }
}

/** `1000 0.02` → up to 1000; `0.01` → without end. */
function tiersOf(text: string): (readonly [upTo: string | null, price: string])[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/[\s:;]+/))
    .filter(([first]) => first !== undefined && first !== '')
    .map(([first = '', second]) => (second === undefined ? [null, first] : [first, second]));
}
