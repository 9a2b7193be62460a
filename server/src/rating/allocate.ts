import { decimalPlaces, fromUnits, toUnits } from '../lib/decimal.ts';
import type { Decimal } from '../lib/decimal.ts';

/** Who shares in a total: a stable key, and what its share is in proportion to. */
export type AllocationPart = { readonly key: string; readonly weight: Decimal };

type Share = { readonly key: string; units: bigint; readonly remainder: bigint };

/**
 * Splits a total into parts that sum to it exactly: the one allocator, for payer segments, breakdown rows and groups.
 *
 * - In proportion to the weights. Each part first gets its exact share cut to whole units of 10^-scale; the units left
 *   over go one each to the largest remainders, and among equal ones to the smaller key. The order of `parts` is
 *   without effect, a part of weight zero gets nothing, and each part is within one unit of its exact share.
 * - A negative total is the mirror image of the positive one, key by key, so that a reversal cancels exactly.
 * - Weights may have both signs (a group whose usage was taken back): the proportion holds all the same.
 * - Weights that sum to zero say nothing about who caused the total (a fee on a period without usage), so it is split
 *   equally: to favour one party would need a reason, and there is none.
 *
 * @param scale decimals of the total's unit: a currency's minor units, or as many as the quantity has.
 * @returns one entry per part, in the order of the keys.
 * @throws RangeError when a key comes twice, when the total is finer than its unit (round it first), or when there is
 * something to split and nobody to give it to.
 */
export function allocate(
  total: Decimal,
  parts: readonly AllocationPart[],
  scale: number,
): Map<string, Decimal> {
  const totalUnits = toUnits(total, scale);
  const sorted = parts.toSorted((a, b) => order(a.key, b.key));
  if (sorted.some((part, i) => part.key === sorted[i + 1]?.key))
    throw new RangeError('Two parts have the same key');
  if (sorted.length === 0 && totalUnits !== 0n)
    throw new RangeError('A total is split among no parts');

  const sign = totalUnits < 0n ? -1n : 1n;
  const shares = cut(sign * totalUnits, sorted);
  let left = sign * totalUnits - shares.reduce((given, share) => given + share.units, 0n);
  // Sorting is stable, so equal remainders stay in the order of their keys.
  for (const share of shares.toSorted((a, b) => order(b.remainder, a.remainder))) {
    if (left === 0n) break;
    share.units += 1n;
    left -= 1n;
  }
  return new Map(shares.map((share) => [share.key, fromUnits(sign * share.units, scale)]));
}

/** Each part's exact share cut downwards to whole units, and what was cut off, in a common measure. */
function cut(units: bigint, parts: readonly AllocationPart[]): Share[] {
  const weightScale = parts.reduce((scale, part) => Math.max(scale, decimalPlaces(part.weight)), 0);
  let weights = parts.map((part) => toUnits(part.weight, weightScale));
  let whole = weights.reduce((a, b) => a + b, 0n);
  if (whole === 0n) {
    weights = parts.map(() => 1n);
    whole = BigInt(parts.length);
  }
  if (whole < 0n) {
    weights = weights.map((weight) => -weight);
    whole = -whole;
  }
  return parts.map((part, i) => {
    const product = units * (weights[i] ?? 0n);
    const remainder = ((product % whole) + whole) % whole;
    return { key: part.key, units: (product - remainder) / whole, remainder };
  });
}

function order<T extends string | bigint>(a: T, b: T): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
