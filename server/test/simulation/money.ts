import {
  add,
  compare,
  type Decimal,
  decimal,
  isZero,
  multiply,
  roundHalfEven,
  subtract,
  toText,
  zero,
} from '../../src/lib/decimal.ts';
import { payerOf } from './attribution.ts';
import { monthOf, monthStart, type World } from './world.ts';

/** What each payer owes for each subscription and month: price × quantity, and a flat fee. Exact to the cent. */

export const prices: Record<string, { unitPrice: string; fee: string }> = {
  tokens: { unitPrice: '0.0333', fee: '10.00' },
  images: { unitPrice: '0.25', fee: '7.50' },
};

/** `payer subscription month what` → amount. */
export type Amounts = Map<string, Decimal>;

export function owed(world: World, months: number): Amounts {
  const amounts: Amounts = new Map();
  const charge = (organization: string, time: number, rest: string, amount: Decimal) => {
    const key = `${payerOf(world, organization, time)} ${rest}`;
    amounts.set(key, add(amounts.get(key) ?? zero, amount));
  };
  for (const { id, organizationId, measure, start, end } of world.subscriptions.values()) {
    const { fee = '0' } = prices[measure] ?? {};
    for (let month = monthOf(start); month < months && monthStart(month) < end; month += 1)
      charge(organizationId, monthStart(month + 1) - 0.5, `${id} ${month} fee`, decimal(fee));
  }
  for (const { id, time, measure, quantity } of world.events) {
    const found = world.subscriptions.get(world.owners.get(id)?.subscription ?? '');
    const month = monthOf(time);
    if (!found || found.measure !== measure || month >= months) continue;
    const { unitPrice = '0' } = prices[measure] ?? {};
    const amount = multiply(decimal(unitPrice), decimal(String(quantity)));
    charge(found.organizationId, time, `${found.id} ${month} usage`, amount);
  }
  return amounts;
}

/**
 * What is billed adds up, over all payers of a charge, to what it comes to, rounded once; each has its share, but for a
 * cent that cannot be split.
 */
export function misbilled(billed: Amounts, shouldBe: Amounts): string[] {
  const wrong = differences(totals(billed), roundedTotals(shouldBe));
  for (const key of new Set([...billed.keys(), ...shouldBe.keys()])) {
    const gap = subtract(billed.get(key) ?? zero, shouldBe.get(key) ?? zero);
    if (compare(multiply(gap, gap), decimal('0.0001')) >= 0)
      wrong.push(
        `${key}: ${toText(billed.get(key) ?? zero)}, not ${toText(shouldBe.get(key) ?? zero)}`,
      );
  }
  return wrong;
}
function totals(amounts: Amounts): Amounts {
  const sums: Amounts = new Map();
  for (const [key, amount] of amounts) {
    const rest = key.split(' ').slice(1).join(' ');
    sums.set(rest, add(sums.get(rest) ?? zero, amount));
  }
  return sums;
}
const roundedTotals = (amounts: Amounts): Amounts =>
  new Map([...totals(amounts)].map(([key, amount]) => [key, roundHalfEven(amount, 2)]));

/** Where two differ, in words. */
export function differences(is: Amounts, shouldBe: Amounts): string[] {
  return [...new Set([...is.keys(), ...shouldBe.keys()])]
    .filter((key) => compare(is.get(key) ?? zero, shouldBe.get(key) ?? zero) !== 0)
    .map(
      (key) => `${key}: ${toText(is.get(key) ?? zero)}, not ${toText(shouldBe.get(key) ?? zero)}`,
    );
}

/** What each payer owes: issued less paid, credited and taken back. */
export type Books = { balances: Map<string, Decimal>; months: number; creditNotes: Set<string> };

export const openBooks = (): Books => ({ balances: new Map(), months: 0, creditNotes: new Set() });

export function enter({ balances }: Books, payer: string, amount: Decimal): void {
  if (!isZero(amount)) balances.set(payer, add(balances.get(payer) ?? zero, amount));
}
