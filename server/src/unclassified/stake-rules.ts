import type { MeterDefinition } from '../catalog/meter-rules.ts';
import {
  LIST_CURRENCY,
  listedMeasures,
  type ListedTokens,
  listPriceOf,
} from '../catalog/list-prices.ts';
import { usageGiven } from '../catalog/simulation-rules.ts';
import { add, compare, decimal, type Decimal, sum, toText, zero } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { type Money, money, roundToMinor } from '../lib/money.ts';
import type { RatedCharge, RatedPlan } from '../invoicing/obligation-rules.ts';
import { rateUsage } from '../rating/rules.ts';

/** What a group measured of one measure, by provider and model. */
export type Measured = {
  measure: string;
  provider: string;
  model: string;
  quantity: string;
  uncosted: string;
};
export type Carried = { currency: string; amount: string };

/** What the usage of a group would come to. */
export type Stake = { basis: 'plan' | 'cost' | 'none'; amount: Money | null };

/**
 * What the charges of a plan come to for the whole group as if it were one period: an estimate, for what only single
 * events tell (largest values, distinct values, attributes other than provider and model) is left out.
 */
export function stakeOnPlan(
  plan: RatedPlan,
  measured: readonly Measured[],
  carried: readonly Carried[],
  events: number,
): Stake {
  const amounts = plan.charges.map((charge) => {
    const given = givenTo(charge, measured, carried, plan.currency, events);
    const usage = usageGiven(given, charge.definition, charge.pricing);
    return rateUsage(charge.pricing, usage, plan.currency, null).amount;
  });
  return { basis: 'plan', amount: money(sum(amounts), plan.currency) };
}

function givenTo(
  charge: RatedCharge,
  measured: readonly Measured[],
  carried: readonly Carried[],
  currency: string,
  events: number,
) {
  const { aggregation, measure, filter } = charge.definition;
  if (charge.pricing.model === 'percentage') {
    return carried
      .filter((cost) => cost.currency === currency)
      .map((cost) => ({ quantity: decimal(cost.amount), attributes: {} }));
  }
  if (aggregation === 'count') return [{ quantity: decimal(String(events)), attributes: {} }];
  if (aggregation !== 'sum') return [];
  return measured
    .filter((each) => each.measure === measure && passes(filter, each))
    .map(({ quantity, provider, model }) => ({
      quantity: decimal(quantity),
      attributes: { provider, model },
    }));
}

/** Of the filter, what is about provider and model. */
function passes(filter: MeterDefinition['filter'], { provider, model }: Measured): boolean {
  const known: Record<string, string> = { provider, model };
  return Object.entries(filter).every(([attribute, wanted]) => {
    const value = known[attribute];
    return (
      value === undefined || (Array.isArray(wanted) ? wanted.includes(value) : wanted === value)
    );
  });
}

/** What it cost: what its events carry, and the list price of those that carry nothing; the largest where currencies differ. */
export function stakeAtCost(
  measured: readonly Measured[],
  carried: readonly Carried[],
  day: Instant,
): Stake {
  const costs = new Map<string, Decimal>();
  for (const { currency, amount } of carried) costs.set(currency, decimal(amount));
  const listed = listPriced(measured, day);
  if (listed !== null) costs.set(LIST_CURRENCY, add(costs.get(LIST_CURRENCY) ?? zero, listed));
  const [most] = [...costs].toSorted(([, a], [, b]) => compare(b, a));
  if (most === undefined) return { basis: 'none', amount: null };
  const [currency, amount] = most;
  return { basis: 'cost', amount: money(roundToMinor(amount, currency), currency) };
}

function listPriced(measured: readonly Measured[], day: Instant): Decimal | null {
  const models = new Map<string, Measured[]>();
  for (const each of measured) {
    if (each.model === '') continue;
    const key = JSON.stringify([each.provider, each.model]);
    models.set(key, [...(models.get(key) ?? []), each]);
  }
  const prices = [...models.values()].flatMap((rows) => {
    const [{ provider, model }] = rows as [Measured, ...Measured[]];
    const tokens = Object.fromEntries(
      listedMeasures.map((name) => [
        name,
        sum(rows.filter((row) => row.measure === name).map((row) => decimal(row.uncosted))),
      ]),
    ) as ListedTokens;
    const ask = { provider: provider === '' ? null : provider, model, day, longInput: null };
    const price = listPriceOf(ask, tokens);
    return price === null ? [] : [price];
  });
  return prices.length === 0 ? null : sum(prices);
}

/** Whether a plan prices anything that was measured. */
export function pricesAny(plan: RatedPlan, measured: readonly Measured[]): boolean {
  const measures = new Set(measured.map((each) => each.measure));
  return plan.charges.some(
    ({ definition }) => definition.measure === null || measures.has(definition.measure),
  );
}

/** The same by measure alone, in their order. */
export function totals(measured: readonly Measured[]): { measure: string; quantity: string }[] {
  const sums = new Map<string, Decimal>();
  for (const { measure, quantity } of measured)
    sums.set(measure, add(sums.get(measure) ?? zero, decimal(quantity)));
  return [...sums].map(([measure, quantity]) => ({ measure, quantity: toText(quantity) }));
}
