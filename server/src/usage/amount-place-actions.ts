import type { Tx } from '../db/connect.ts';
import type { ChargedPeriod, ChargeItem } from '../invoicing/obligation-rules.ts';
import { add, type Decimal } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { ancestorsIn, placeKey, standingsIn } from './amount-queries.ts';
import { type amountKinds, isAboutOwners, ofCharge, type Portion } from './amount-rules.ts';
import type { ReadingAsked } from './reading-actions.ts';
import type { Reading } from './source-queries.ts';

export type Amount = {
  readonly interval: number;
  readonly values: readonly (string | null)[];
  readonly kind: (typeof amountKinds)[number];
  readonly currency: string;
  readonly amount: Decimal;
};

type Rated = { period: ChargedPeriod; charge: ChargeItem; portions: Portion[] };
type Told = Omit<Rated, 'portions'> & { readonly portion: Portion };

/** The portions that were asked about; those that are fixed are with whoever has the subscription when they are owed. */
export async function placed(
  tx: Tx,
  { from, to, groupBy, filter, intervals }: ReadingAsked,
  asked: Reading,
  rated: readonly Rated[],
): Promise<Told[]> {
  const all = rated.flatMap(({ portions, ...of }) =>
    portions.map((portion) => ({ ...of, portion })),
  );
  const fixed = isAboutOwners(filter)
    ? all.filter(({ portion: { at } }) => at !== null && from <= at && at < to)
    : [];
  const isCurrent = filter.rollUp === true && filter.tree === 'current';
  const treeAt = (at: Instant) =>
    isCurrent
      ? 0
      : Math.max(
          asked.spans.treeAt.findLastIndex((moment) => moment <= at),
          0,
        );
  const owners = fixed.map(({ period: { organizationId }, portion: { at } }) => ({
    organizationId,
    at: at as Instant,
    tree: treeAt(at as Instant),
  }));
  const standings = await standingsIn(tx, asked, owners);
  const own = fixed.flatMap(({ portion, ...of }, i): Told[] => {
    const owner = standings[i];
    if (owner?.matched !== true) return [];
    const at = portion.at as Instant;
    const place = {
      matched: true,
      interval:
        intervals === undefined ? null : intervals.findLastIndex(({ start }) => start <= at),
      tree: owners[i]?.tree ?? 0,
      organization: owner.id,
      groups: groupBy
        .filter((grouping) => !ofCharge.includes(grouping))
        .map((grouping) => (grouping === 'organization' ? owner.id : null)),
    };
    return [{ ...of, portion: { ...portion, ...place } }];
  });
  return [...all.filter(({ portion: { matched } }) => matched), ...own];
}

/** By what was asked to tell apart: organizations with what lies below them, and each tag, where that is so. */
export async function grouped(
  tx: Tx,
  { groupBy, filter, ownRows }: ReadingAsked,
  asked: Reading,
  told: readonly Told[],
): Promise<Amount[]> {
  const rolls = filter.rollUp === true && ownRows !== true && groupBy.includes('organization');
  const pairs = new Map<string, { tree: number; organization: string }>();
  for (const {
    portion: { tree, organization },
  } of rolls ? told : [])
    if (tree !== null && organization !== null)
      pairs.set(placeKey(tree, organization), { tree, organization });
  const ancestors = await ancestorsIn(tx, asked, [...pairs.values()]);
  return told.flatMap(({ period, charge, portion }) => {
    let at = 0;
    const values = groupBy.map((grouping): readonly (string | null)[] => {
      if (grouping === 'subscription') return [period.subscriptionId];
      if (grouping === 'product') return [period.productId];
      if (grouping === 'meter') return [charge.meterKey];
      if (grouping === 'measure') return [charge.definition.measure ?? ''];
      const value = portion.groups[at] ?? null;
      at += 1;
      if (grouping === 'organization' && rolls)
        return ancestors.get(placeKey(portion.tree ?? 0, portion.organization ?? '')) ?? [];
      return grouping === 'tag' && value !== null ? (JSON.parse(value) as string[]) : [value];
    });
    const { kind, amount } = portion;
    const { currency } = period.plan;
    return combinations(values).map((list) => ({
      interval: portion.interval ?? 0,
      values: list,
      kind,
      currency,
      amount,
    }));
  });
}

function combinations(values: readonly (readonly (string | null)[])[]): (string | null)[][] {
  return values.reduce<(string | null)[][]>(
    (lists, some) => lists.flatMap((list) => some.map((value) => [...list, value])),
    [[]],
  );
}

export function totalAmounts(amounts: readonly Amount[]): Amount[] {
  const totals = new Map<string, Amount>();
  for (const one of amounts) {
    const key = JSON.stringify([one.values, one.kind, one.currency, one.interval]);
    const total = totals.get(key);
    totals.set(
      key,
      total === undefined ? one : { ...total, amount: add(total.amount, one.amount) },
    );
  }
  return [...totals]
    .toSorted(([a, x], [b, y]) => x.interval - y.interval || (a < b ? -1 : 1))
    .map(([, total]) => total);
}
