import type { PricedGroup } from '../catalog/pricing-rules.ts';
import type { PricedPart } from '../catalog/pricing/part.ts';
import { type Decimal, isZero, toText } from '../lib/decimal.ts';
import type { Rated, Unrated } from './rules.ts';

/** A rating in plain text, as documents keep it and the API shows it. Amounts here are exact, not rounded. */
export type RatingExplained = {
  /** By the price that applied; they sum to what the usage costs before it is rounded. */
  breakdown: GroupExplained[];
  /** Set where the charge has a minimum: that of this very period, and what usage lacked of it. */
  minimum?: string;
  topUp?: string;
  /** Set where a percentage could not be taken of some events. */
  unrated?: UnratedExplained[];
};
export type GroupExplained = {
  /** Of the attribute that prices differ by; null: all usage that has no price of its own. */
  value: string | null;
  quantity: string;
  included?: string;
  amount: string;
  parts: PartExplained[];
};
type PartExplained = {
  quantity: string;
  unitPrice?: string;
  tier?: { from: string; upTo: string | null };
  packages?: string;
  percent?: string;
  amount: string;
};
type UnratedExplained = {
  reason: Unrated['reason'];
  currency: string | null;
  eventCount: number;
  cost: string | null;
};

export function explainRating(
  rated: Pick<Rated, 'groups' | 'topUp'>,
  minimum: Decimal | null,
  unrated: readonly Unrated[] = [],
): RatingExplained {
  return {
    breakdown: rated.groups.map(explainGroup),
    ...(minimum !== null && { minimum: toText(minimum), topUp: toText(rated.topUp) }),
    ...(unrated.length > 0 && { unrated: unrated.map(explainUnrated) }),
  };
}

function explainGroup({ value, quantity, included, amount, parts }: PricedGroup): GroupExplained {
  return {
    value,
    quantity: toText(quantity),
    ...(included !== null && { included: toText(included) }),
    amount: toText(amount),
    parts: parts.filter((part) => !isZero(part.quantity) || !isZero(part.amount)).map(explainPart),
  };
}

function explainPart({ quantity, unitPrice, tier, packages, percent, amount }: PricedPart) {
  return {
    quantity: toText(quantity),
    ...(unitPrice !== undefined && { unitPrice }),
    ...(tier && { tier: { from: tier.from, upTo: tier.upTo } }),
    ...(packages && { packages: toText(packages) }),
    ...(percent !== undefined && { percent }),
    amount: toText(amount),
  };
}

function explainUnrated({ reason, currency, eventCount, cost }: Unrated): UnratedExplained {
  return { reason, currency, eventCount, cost: cost && toText(cost) };
}
