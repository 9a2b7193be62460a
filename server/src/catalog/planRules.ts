import { decimal, decimalPlaces, toText } from '../lib/decimal.ts';
import { minorUnits } from '../lib/money.ts';
import type { Pricing } from './pricingRules.ts';

export const intervalUnits = ['day', 'week', 'month', 'quarter', 'year'] as const;
export const feeTimings = ['advance', 'arrears'] as const;

/** How long a service period is. */
export type Interval = { readonly unit: (typeof intervalUnits)[number]; readonly count: number };

export type FeeTerms = {
  readonly name: string;
  readonly amount: string;
  readonly timing: (typeof feeTimings)[number];
};

export type ChargeTerms = {
  readonly name: string;
  readonly meterId: string;
  readonly meterVersion: number;
} & Pricing;

/** Everything that a plan version pins. */
export type PlanTerms = {
  readonly currency: string;
  readonly interval: Interval;
  readonly fees: readonly FeeTerms[];
  readonly charges: readonly ChargeTerms[];
};

export const defaultTerms: PlanTerms = {
  currency: 'USD',
  interval: { unit: 'month', count: 1 },
  fees: [],
  charges: [],
};

/** The index of the first fee that is finer than the currency's minor unit, or -1. */
export function indexOfTooFine(fees: readonly FeeTerms[], currency: string): number {
  const scale = minorUnits(currency);
  return fees.findIndex((fee) => decimalPlaces(decimal(fee.amount)) > scale);
}

/** The index of the first charge whose meter an earlier one has already (it would bill the usage twice), or -1. */
export function indexOfDuplicateMeter(charges: readonly { readonly meterId: string }[]): number {
  const seen = new Set<string>();
  return charges.findIndex(({ meterId }) => seen.size === seen.add(meterId).size);
}

/** True when two versions would bill the same: no new version is worth making. */
export function pricesTheSame(a: PlanTerms, b: PlanTerms): boolean {
  return canonical(a) === canonical(b);
}

function canonical({ currency, interval, fees, charges }: PlanTerms): string {
  return JSON.stringify([
    currency,
    [interval.unit, interval.count],
    fees.map((fee) => [fee.name, toText(decimal(fee.amount)), fee.timing]),
    charges.map((charge) => [
      charge.name,
      charge.meterId,
      charge.meterVersion,
      charge.model,
      inKeyOrder(charge.terms),
    ]),
  ]);
}

/** A value as JSON with the keys of objects sorted: jsonb does not keep the order they were sent in. */
function inKeyOrder(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
