import type { Charge, ChargeTerms, Fee, Plan, PlanInterval } from '@customary/sdk';
import { orNull } from '../../forms/choices.ts';

export type FeeRow = {
  readonly key: number;
  readonly name: string;
  readonly amount: string;
  readonly timing: Fee['timing'];
};

/** A charge while it is edited. Tiers are lines of text: `1000 0.02`, the last one without an end: `0.01`. */
export type ChargeRow = {
  readonly key: number;
  readonly meter: string;
  readonly model: Charge['model'];
  readonly price: string;
  readonly size: string;
  readonly tiers: string;
  readonly included: string;
  readonly minimum: string;
  /** As it is, for what this form does not edit: its name and prices by attribute. */
  readonly original: Charge | null;
};

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
  return {
    ...emptyCharge,
    meter: charge.meter,
    model: charge.model,
    included: charge.included ?? '',
    minimum: charge.minimum ?? '',
    original: charge,
    ...(charge.model === 'perUnit' && { price: charge.unitPrice }),
    ...(charge.model === 'percentage' && { price: charge.percent }),
    ...(charge.model === 'package' && { price: charge.packagePrice, size: charge.packageSize }),
    ...('tiers' in charge && {
      tiers: charge.tiers
        .map((tier) => [tier.upTo, 'amount' in tier ? tier.amount : tier.unitPrice])
        .map((parts) => parts.filter((part) => part !== null).join(' '))
        .join('\n'),
    }),
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
  const { meter, original, included, minimum } = row;
  const same = original?.model === row.model && original.meter === meter ? original : null;
  const base = {
    meter,
    ...(same !== null && { name: same.name, byAttribute: same.byAttribute }),
    ...(included.trim() !== '' && { included: included.trim() }),
    ...(minimum.trim() !== '' && { minimum: minimum.trim() }),
  };
  const prices = pricesOf(row);
  return { ...base, ...prices } as ChargeTerms;
}

function pricesOf({ model, price, size, tiers, original }: ChargeRow) {
  switch (model) {
    case 'perUnit':
      return { model, unitPrice: price.trim() };
    case 'package':
      return { model, packageSize: size.trim(), packagePrice: price.trim() };
    case 'percentage': {
      const bills = original?.model === 'percentage' ? original.bills : 'costAndMarkUp';
      return { model, percent: price.trim(), bills };
    }
    case 'flatByTier':
      return { model, tiers: tiersOf(tiers).map(([upTo, amount]) => ({ upTo, amount })) };
    case 'graduated':
    case 'volume':
    default:
      return { model, tiers: tiersOf(tiers).map(([upTo, unitPrice]) => ({ upTo, unitPrice })) };
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
