import { decimal, decimalPlaces, toText } from '../lib/decimal.ts';
import { minorUnits } from '../lib/money.ts';
import type { MeterDefinition } from './meter-rules.ts';
import type { FlatByTierTerms } from './pricing/flat-by-tier.ts';
import type { Pricing } from './pricing-rules.ts';

export const intervalUnits = ['day', 'week', 'month', 'quarter', 'year'] as const;
/** Each service period in advance or in arrears, or once, when the subscription starts. */
export const feeTimings = ['advance', 'arrears', 'setUp'] as const;

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
  /** Days from the start of a subscription that are free of recurring fees and charges. */
  readonly trialDays: number;
  readonly fees: readonly FeeTerms[];
  readonly charges: readonly ChargeTerms[];
};

export const defaultTerms: PlanTerms = {
  currency: 'USD',
  interval: { unit: 'month', count: 1 },
  trialDays: 0,
  fees: [],
  charges: [],
};

/** The index of the first fee that is finer than the currency's minor unit, or -1. */
export function indexOfTooFine(fees: readonly FeeTerms[], currency: string): number {
  const scale = minorUnits(currency);
  return fees.findIndex((fee) => decimalPlaces(decimal(fee.amount)) > scale);
}

/** Where, in its charges, a plan has the first flat amount that is finer than the minor unit; null for nowhere. */
export function tooFineCharge(charges: readonly Pricing[], currency: string): string | null {
  const scale = minorUnits(currency);
  const isTooFine = (amount: string) => decimalPlaces(decimal(amount)) > scale;
  for (const [index, charge] of charges.entries()) {
    const found = flatAmounts(charge).find(([, amount]) => isTooFine(amount));
    if (found !== undefined) return `/charges/${index}${found[0]}`;
  }
  return null;
}

/** Amounts that are billed as they are written, each by its pointer within the charge. */
function flatAmounts(charge: Pricing): [pointer: string, amount: string][] {
  const { minimum, byAttribute } = charge.terms;
  const found: [string, string][] = minimum === undefined ? [] : [['/minimum', minimum]];
  if (charge.model !== 'flatByTier') return found;
  const amountsOf = (tiers: FlatByTierTerms['tiers'], at: string) =>
    tiers.map(({ amount }, i): [string, string] => [`${at}/tiers/${i}/amount`, amount]);
  const own = charge.terms as FlatByTierTerms & { byAttribute?: typeof byAttribute };
  const prices = Object.entries(own.byAttribute?.prices ?? {}) as [string, FlatByTierTerms][];
  return [
    ...found,
    ...amountsOf(own.tiers, ''),
    ...prices.flatMap(([value, { tiers }]) =>
      amountsOf(tiers, `/byAttribute/prices/${pointerPart(value)}`),
    ),
  ];
}

const pointerPart = (text: string) => text.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * The index of the first percentage charge whose meter may count an event that an earlier one counts too, or -1: the
 * cost that the event carries would be billed twice. Filters that want other values of one attribute never meet.
 */
export function indexOfSharedCost(
  charges: readonly { readonly model: string; readonly filter: MeterDefinition['filter'] }[],
): number {
  const onCost = charges.map((charge) => (charge.model === 'percentage' ? charge.filter : null));
  return onCost.findIndex(
    (filter, index) =>
      filter !== null &&
      onCost.slice(0, index).some((earlier) => earlier !== null && canMeet(filter, earlier)),
  );
}

function canMeet(a: MeterDefinition['filter'], b: MeterDefinition['filter']): boolean {
  return Object.entries(a).every(([attribute, wanted]) => {
    const other = b[attribute];
    return other === undefined || [wanted].flat().some((value) => [other].flat().includes(value));
  });
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

function canonical({ currency, interval, trialDays, fees, charges }: PlanTerms): string {
  return JSON.stringify([
    currency,
    [interval.unit, interval.count],
    trialDays,
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
