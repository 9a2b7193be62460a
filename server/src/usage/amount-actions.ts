import type { Tx } from '../db/connect.ts';
import type { ChargedPeriod, ChargeItem } from '../invoicing/obligation-rules.ts';
import { chargedPeriods } from '../invoicing/period-actions.ts';
import { groupBy as collect } from '../lib/group.ts';
import { epochMs, HOUR_MS, type Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { Problem } from '../lib/problem.ts';
import { countedBy } from '../rating/rules.ts';
import {
  type AmountAsk,
  subscriptionsUsed,
  subscriptionsWithMinimum,
  sumParts,
  valueParts,
} from './amount-queries.ts';
import {
  type Counted,
  type CountedPart,
  isAboutOwners,
  ofCharge,
  portionsOf,
  type Slot,
  slotsOf,
} from './amount-rules.ts';
import { type Amount, placed, grouped, totalAmounts } from './amount-place-actions.ts';
import { hoursFor, type ReadingAsked, readingOf } from './reading-actions.ts';
import { attributesAsked, type UsageFilter } from './rules.ts';
import type { Reading } from './source-queries.ts';
import { cutInSpans, type Spans } from './span-rules.ts';

type Charged = { readonly period: ChargedPeriod; readonly charges: readonly ChargeItem[] };

/**
 * What usage is rated at, by interval, group and currency. Each charge of each service period that the range touches is
 * rated as a whole, as invoices rate it, and shared out to all of its usage; of that, what was asked about is told.
 */
export async function amountsOf(
  tx: Tx,
  asked: ReadingAsked,
  now: Instant,
  position: number,
): Promise<Amount[]> {
  const charged = await chargedBy(tx, asked, now, position);
  if (charged.length === 0) return [];
  const periods = charged.map(({ period }) => period);
  const slots = slotsOf(periods, asked);
  const question = await readingsOf(tx, asked, slots, charged, now);
  const found = await countedIn(tx, asked, question, slots, charged);
  const portions = charged.flatMap(({ period, charges }, i) =>
    charges.map((charge) => ({
      period,
      charge,
      portions: portionsOf(period, charge, measuredIn(found, i, charge)),
    })),
  );
  const told = await placed(tx, asked, question.asked, portions);
  return totalAmounts(await grouped(tx, asked, question.asked, told));
}

// What is rated ----------------------------------------------------------------------------------

/** The service periods that the question touches, with the charges that it is about. */
async function chargedBy(
  tx: Tx,
  asked: ReadingAsked,
  now: Instant,
  position: number,
): Promise<Charged[]> {
  const { filter } = asked;
  const range = { start: asked.from, end: asked.to };
  const used = await subscriptionsUsed(tx, await readingOf(tx, { ...asked, groupBy: [] }, now));
  const owing = isAboutOwners(filter)
    ? await subscriptionsWithMinimum(tx, range, filter.organizationId)
    : [];
  const ids = [...new Set([...used, ...owing])].filter(
    (id) => filter.subscriptionId === undefined || filter.subscriptionId === id,
  );
  const periods = await chargedPeriods(tx, ids, range, position);
  if (periods.length > limits.ratedPeriodsMax)
    throw new Problem(
      'unprocessable',
      `The range touches more than ${limits.ratedPeriodsMax} service periods. Ask for a shorter range, for fewer subscriptions, or for no amounts (\`figures=quantity,cost\`).`,
    );
  return periods.flatMap((period) => {
    if (filter.productId !== undefined && filter.productId !== period.productId) return [];
    const charges = period.charges.filter((charge) => isAskedOf(charge, filter));
    return charges.length === 0 ? [] : [{ period, charges }];
  });
}

function isAskedOf(
  { meterKey, meterId, definition }: ChargeItem,
  { meter, measure }: UsageFilter,
): boolean {
  return (
    (meter === undefined || meter === meterKey || meter === meterId) &&
    (measure === undefined || measure === definition.measure)
  );
}

// Measuring --------------------------------------------------------------------------------------

type Question = {
  /** All usage of the service periods, whoever asks. */
  readonly whole: Reading;
  /** What is asked about, over the same spans. */
  readonly asked: Reading;
};

async function readingsOf(
  tx: Tx,
  asked: ReadingAsked,
  slots: readonly Slot[],
  charged: readonly Charged[],
  now: Instant,
): Promise<Question> {
  const { filter, spans: ofRange } = await readingOf(tx, { ...asked, groupBy: [] }, now);
  const isFollowed = filter.rollUp === true || filter.answering === true;
  const starts = slots.map(({ from }) => from).toSorted();
  const ends = slots.map(({ to }) => to).toSorted();
  const spans = cutInSpans({
    from: starts[0] as Instant,
    to: ends.at(-1) as Instant,
    intervals: (asked.intervals ?? []).filter(({ start }) => start > asked.from),
    // The tree at the start of the range is the first that is looked at.
    ...(filter.rollUp === true && filter.tree === 'current'
      ? { treeAt: now }
      : { tree: isFollowed ? [...ofRange.treeAt] : [] }),
    further: [...starts, ...ends],
  });
  const looksAt = [
    ...attributesAsked(asked.groupBy, filter),
    ...charged.flatMap(({ charges }) => charges.flatMap(attributesOf)),
  ];
  const { unfolded: told, archivedBefore } = await hoursFor(tx, spans.from, looksAt);
  const unfolded = isRagged(spans) ? null : told;
  const subscriptionIds = [...new Set(charged.map(({ period }) => period.subscriptionId))];
  const { subscriptionId: _, productId: __, ...rest } = filter;
  return {
    whole: { spans, unfolded, archivedBefore, filter: { subscriptionIds } },
    asked: { spans, unfolded, archivedBefore, filter: rest },
  };
}

function attributesOf({ definition, pricing }: ChargeItem): string[] {
  const { byAttribute } = pricing.terms;
  const split = byAttribute === undefined ? [] : [byAttribute.attribute];
  return [...Object.keys(definition.filter), ...split];
}

const RAGGED_PART = 100;

/** So many hours are divided that it is quicker to read events straight. */
function isRagged({ from, to, ragged }: Spans): boolean {
  return ragged.length * RAGGED_PART * HOUR_MS > epochMs(to) - epochMs(from);
}

const chargeKey = (period: number, charge: string) => `${period} ${charge}`;

async function countedIn(
  tx: Tx,
  { groupBy }: ReadingAsked,
  { whole, asked }: Question,
  slots: readonly Slot[],
  charged: readonly Charged[],
) {
  const plans = new Map<string, number>();
  const charges: AmountAsk['charges'][number][] = [];
  const planOf = charged.map(({ period: { plan }, charges: some }) => {
    const key = `${plan.planId} ${plan.planVersion}`;
    const known = plans.get(key);
    if (known !== undefined) return known;
    plans.set(key, plans.size);
    for (const { id, definition, pricing } of some) {
      const counted = countedBy(definition, pricing, plan.currency);
      charges.push({ plan: plans.size - 1, charge: id, counted });
    }
    return plans.size - 1;
  });
  const spanAt = spanFinder(whole.spans);
  const spanned = slots.map(({ period, segment, within, from, to }) => ({
    period,
    segment,
    within,
    plan: planOf[period] ?? 0,
    subscriptionId: charged[period]?.period.subscriptionId ?? '',
    first: spanAt(from),
    last: spanAt(to) - 1,
  }));
  const isIgnoring = charged.map(({ period }) => period.ignoring.length > 0);
  const parts: CountedPart[] = [];
  const valued = {
    parts: [] as CountedPart[],
    segments: [] as Counted[],
    periods: [] as Counted[],
  };
  for (const ignores of [false, true]) {
    const ask = {
      reading: whole,
      asked,
      groupBy: groupBy.filter((grouping) => !ofCharge.includes(grouping)),
      slots: spanned.filter(({ period }) => isIgnoring[period] === ignores),
      ignoring: ignores
        ? charged.flatMap(({ period: { subscriptionId, period, ignoring } }) =>
            ignoring.length === 0 ? [] : [{ subscriptionId, period, sets: ignoring }],
          )
        : [],
    };
    if (ask.slots.length === 0) continue;
    const isAdditive = ({ counted: { aggregation } }: AmountAsk['charges'][number]) =>
      aggregation === 'sum' || aggregation === 'count';
    parts.push(...(await sumParts(tx, { ...ask, charges: charges.filter(isAdditive) })));
    const values = await valueParts(tx, {
      ...ask,
      charges: charges.filter((each) => !isAdditive(each)),
    });
    for (const key of ['parts', 'segments', 'periods'] as const)
      valued[key].push(...(values[key] as CountedPart[]));
  }
  const rows = [...parts, ...valued.parts];
  if (rows.length > limits.usageRowsMax)
    throw new Problem(
      'unprocessable',
      `Amounts are made of more than ${limits.usageRowsMax} parts. Ask for a shorter range, longer intervals, less to tell apart, or no amounts (\`figures=quantity,cost\`).`,
    );
  const byCharge = <T extends Counted>(some: readonly T[]) =>
    collect(some, (row) => chargeKey(row.period, row.charge));
  return {
    parts: byCharge(rows),
    segments: byCharge<Counted>([...parts, ...valued.segments]),
    wholes: byCharge<Counted>([...parts, ...valued.periods]),
  };
}

function measuredIn(
  found: Awaited<ReturnType<typeof countedIn>>,
  period: number,
  { id }: ChargeItem,
) {
  const key = chargeKey(period, id);
  return {
    parts: found.parts.get(key) ?? [],
    segments: found.segments.get(key) ?? [],
    whole: found.wholes.get(key) ?? [],
  };
}

/** The number of the span that begins at, or holds, an instant. */
function spanFinder({ cuts, to }: Spans): (at: Instant) => number {
  const numbers = new Map(cuts.map((at, i) => [at, i + 1]));
  return (at) => (at === to ? cuts.length + 1 : (numbers.get(at) ?? 0));
}
