import { add, decimal, type Decimal, multiply } from '../../lib/decimal.ts';
import type { PricedPart } from './part.ts';

export const percentageBases = ['costAndMarkUp', 'markUp'] as const;

export type PercentageTerms = {
  readonly percent: string;
  readonly bills: (typeof percentageBases)[number];
};

const HUNDREDTH = decimal('0.01');

/** A mark-up on cost: the cost itself with so many per cent of it on top, or the mark-up alone. */
export function percentageParts({ percent, bills }: PercentageTerms, cost: Decimal): PricedPart[] {
  const markUp = multiply(multiply(cost, decimal(percent)), HUNDREDTH);
  const amount = bills === 'markUp' ? markUp : add(cost, markUp);
  return [{ quantity: cost, percent, amount }];
}
