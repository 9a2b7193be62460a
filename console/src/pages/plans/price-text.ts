import type { Charge, PlanInterval } from '@customary/sdk';
import { quantity } from '../../lib/numbers.ts';

/** `monthly`, `every 2 weeks` */
export function intervalText({ unit, count }: PlanInterval): string {
  if (count !== 1) return `every ${count} ${unit}s`;
  return { day: 'daily', week: 'weekly', month: 'monthly', quarter: 'quarterly', year: 'yearly' }[
    unit
  ];
}

export const models = {
  perUnit: 'Per unit',
  graduated: 'Graduated tiers',
  volume: 'Volume tiers',
  package: 'Packages',
  flatByTier: 'Flat by tier',
  percentage: 'Percentage of cost',
} as const satisfies Record<Charge['model'], string>;

/** What a charge takes, in words. */
export function priceText(charge: Charge, currency: string): string {
  switch (charge.model) {
    case 'perUnit':
      return `${quantity(charge.unitPrice)} ${currency} each`;
    case 'package':
      return `${quantity(charge.packagePrice)} ${currency} for each ${quantity(charge.packageSize)}`;
    case 'percentage':
      return `${charge.percent} % ${charge.bills === 'markUp' ? 'of the cost' : 'on top of the cost'}`;
    case 'flatByTier':
      return charge.tiers
        .map(({ upTo, amount }) => `${tierText(upTo)}: ${quantity(amount)} ${currency}`)
        .join('; ');
    case 'graduated':
    case 'volume':
      return charge.tiers
        .map(({ upTo, unitPrice }) => `${tierText(upTo)}: ${quantity(unitPrice)} ${currency} each`)
        .join('; ');
    default:
      return '';
  }
}

function tierText(upTo: string | null): string {
  return upTo === null ? 'above' : `up to ${quantity(upTo)}`;
}
