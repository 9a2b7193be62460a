import {
  add,
  type Decimal,
  isNegative,
  isZero,
  decimal,
  subtract,
  sum,
  toText,
  zero,
} from '../lib/decimal.ts';
import type { Period } from '../lib/period.ts';
import {
  accountableFor,
  isEmptySet,
  noUsage,
  rateUsage,
  shareOut,
  takenBack,
  type Usage,
} from '../rating/rules.ts';
import { shareOutWorth, worthOf } from '../rating/worth-rules.ts';
import { explainRating, type RatingExplained } from '../rating/explain.ts';
import { type EventSet, missingSets } from './coverage-rules.ts';
import { isDueBefore, isDueIn, type Obligation, obligationKey } from './obligation-rules.ts';
import { feePayer, type PayerSegment } from './payer-rules.ts';

/** What a line, written earlier, says about one obligation. Lines of void invoices are no such thing. */
export type BilledLine = {
  readonly obligation: string;
  readonly pair: string;
  readonly payerId: string;
  readonly planKey: string;
  readonly invoiceNumber: string | null;
  readonly isDraft: boolean;
  /** Of the invoice that it is on. */
  readonly cycle: Period;
  readonly amount: Decimal;
  readonly set: EventSet;
  /** Of its amount, what fills up a minimum. */
  readonly topUp: Decimal;
  /** Its service period, as it was then. */
  readonly period: Period;
  readonly lineId: string;
  /** Null: it is on a credit note. */
  readonly invoiceId: string | null;
};

/** A set of events that has to be measured before amounts are known. */
export type SetAsk = Omit<EventSet, 'sign'> & { readonly key: string };

/** An obligation as one payer will be billed for it: what to measure, and what has been billed so far. */
export type Plan = {
  readonly obligation: Obligation;
  readonly kind: 'fee' | 'usage' | 'adjustment';
  readonly segments: readonly PayerSegment[];
  readonly sets: readonly EventSet[];
  readonly billed: Decimal;
  /** Of what was billed, what fills up a minimum. */
  readonly billedTopUp: Decimal;
  readonly adjusts: readonly string[];
  /** What was billed of its service period and is no longer part of it. */
  readonly cutOff: Period | null;
  readonly corrects: Corrected | null;
};

/** The invoice line that billed an obligation first: what a credit note for it corrects. */
export type Corrected = {
  readonly invoiceId: string;
  readonly number: string;
  readonly lineId: string;
};

export type LineDraft = {
  readonly obligation: Obligation;
  readonly kind: Plan['kind'];
  readonly set: EventSet;
  readonly usage: Usage;
  readonly quantity: Decimal;
  readonly amount: Decimal;
  /** The numbers of the invoices that an adjustment follows. */
  readonly adjusts: readonly string[];
  readonly cutOff: Period | null;
  readonly corrects: Corrected | null;
  /** The rating that the amount comes from: of the whole period, this payer's share, and what was billed of it. */
  readonly rated: {
    quantity: string;
    amount: string;
    share: string;
    billedBefore: string;
    /** Of this line's amount, what fills up a minimum. */
    lineTopUp?: string;
    /** There is no such service period any more. */
    gone?: true;
  } & Partial<RatingExplained>;
};

/**
 * Whether, and how, a payer is billed for an obligation on the invoice of a cycle (design §4.7):
 *
 * - due in the cycle and never billed to the payer: a fee or usage line;
 * - billed to it on issued invoices, or due in an earlier cycle that has been billed: an adjustment by what it comes
 *   to now less what was billed, over the events that no line has yet;
 * - on a draft of another cycle: left alone until that is issued or rebuilt.
 *
 * `lines` are those of the obligation and its neighbours over the same period, whoever they were billed to.
 */
export function planFor(
  obligation: Obligation,
  segments: readonly PayerSegment[],
  lines: readonly BilledLine[],
  {
    payerId,
    cycle,
    position,
    openDrafts,
  }: {
    payerId: string;
    cycle: Period;
    position: number;
    /** The cycles of the payer's drafts, other than those being rebuilt. */
    openDrafts: readonly Period[];
  },
): Plan | null {
  const mine = lines.filter((line) => line.payerId === payerId);
  const key = obligationKey(obligation);
  const billed = mine.filter((line) => line.obligation === key);
  // Its own draft only: the usage of a period is due though the advance fee of it is still on one.
  if (billed.some((line) => line.isDraft)) return null;
  const owed = owedSets(obligation, segments, payerId, position);
  if (billed.length === 0) {
    if (owed.length === 0) return null;
    const isDueNow = isDueIn(obligation, cycle);
    const isLate =
      isDueBefore(obligation, cycle) && !openDrafts.some((draft) => isDueIn(obligation, draft));
    if (!isDueNow && !isLate) return null;
    const first = obligation.item.kind === 'fee' ? 'fee' : 'usage';
    return {
      obligation,
      kind: isDueNow ? first : 'adjustment',
      segments,
      sets: owed,
      billed: zero,
      billedTopUp: zero,
      adjusts: [],
      cutOff: null,
      corrects: null,
    };
  }
  const cutOff = cutOffFrom(obligation, billed);
  if (!isToAdjust(obligation, cutOff, cycle)) return null;
  return {
    obligation,
    kind: 'adjustment',
    segments,
    sets:
      obligation.item.kind === 'fee'
        ? []
        : missingSets(
            owed,
            billed.map((line) => line.set),
          ),
    billed: sum(billed.map((line) => line.amount)),
    billedTopUp: sum(billed.map((line) => line.topUp)),
    adjusts: [...new Set(billed.flatMap((line) => line.invoiceNumber ?? []))],
    cutOff,
    corrects: correctedBy(billed),
  };
}

function correctedBy(billed: readonly BilledLine[]): Corrected | null {
  for (const { invoiceId, invoiceNumber: number, lineId, amount } of billed) {
    const asked = !isNegative(amount) && !isZero(amount);
    if (invoiceId !== null && number !== null && asked) return { invoiceId, number, lineId };
  }
  return null;
}

/** The end of the service period, or all of it, that was billed last and is not part of it any more. */
function cutOffFrom({ period, isGone }: Obligation, billed: readonly BilledLine[]): Period | null {
  const was = billed.at(-1)?.period;
  if (isGone === true) return period;
  return was === undefined || was.end <= period.end ? null : { start: period.end, end: was.end };
}

/** What was billed is adjusted once it is due; where a period was cut, not before the cycle in which it was. */
function isToAdjust(obligation: Obligation, cutOff: Period | null, cycle: Period): boolean {
  if (cutOff !== null) {
    const cutAt = cutOff.start;
    return obligation.isGone === true ? cutAt < cycle.end : cutAt <= cycle.end;
  }
  return isDueIn(obligation, cycle) || isDueBefore(obligation, cycle);
}

/** The events a payer owes for: those of its segments, as recorded up to the position. A fee has one empty set. */
function owedSets(
  obligation: Obligation,
  segments: readonly PayerSegment[],
  payerId: string,
  position: number,
): EventSet[] {
  const { item, period, isGone } = obligation;
  if (isGone === true) return [];
  if (item.kind === 'fee') {
    return feePayer(segments, item.timing) === payerId ? [emptySet(period, position)] : [];
  }
  return segments
    .filter((segment) => segment.payerId === payerId)
    .map(({ from, to }) => ({ from, to, after: 0, upto: position, sign: 1 }));
}

function emptySet(period: Period, position: number): EventSet {
  return { from: period.start, to: period.end, after: position, upto: position, sign: 1 };
}

/** Every set that has to be measured to settle a plan at a position. */
export function asksOf(plan: Plan, position: number): SetAsk[] {
  const { obligation, segments, sets } = plan;
  if (obligation.item.kind === 'fee') return [];
  const { start, end } = obligation.period;
  const whole = [
    { from: start, to: end, after: 0, upto: position },
    ...segments.map(({ from, to }) => ({ from, to, after: 0, upto: position })),
  ];
  const ranges: Omit<SetAsk, 'key'>[] = [
    ...(obligation.isGone === true ? [] : whole),
    ...sets.map(({ from, to, after, upto }) => ({ from, to, after, upto })),
  ];
  return [
    ...new Map(
      ranges.map((range) => [setKey(plan, range), { ...range, key: setKey(plan, range) }]),
    ).values(),
  ];
}

function setKey(plan: Plan, { from, to, after, upto }: Omit<SetAsk, 'key'>): string {
  return [obligationKey(plan.obligation), from, to, after, upto].join(' ');
}

/** The lines that a plan comes to, once its sets are measured. An adjustment that says nothing has none. */
export function settle(
  plan: Plan,
  payerId: string,
  position: number,
  measured: ReadonlyMap<string, Usage>,
): LineDraft[] {
  const { obligation, billed, kind } = plan;
  const { currency } = obligation.plan;
  const usageOf = (range: Omit<SetAsk, 'key'>) => measured.get(setKey(plan, range)) ?? noUsage;
  const rated = rate(plan, payerId, position, usageOf);
  const topUp = subtract(rated.topUpShare, plan.billedTopUp);
  const due = subtract(subtract(rated.share, billed), topUp);
  const sets = plan.sets.length === 0 ? [emptySet(obligation.period, position)] : plan.sets;
  const usages = sets.map((set) => {
    if (obligation.item.kind === 'fee' || set.after === set.upto) return noUsage;
    return set.sign > 0 ? usageOf(set) : takenBack(usageOf(set));
  });
  const indexKey = (i: number) => String(i).padStart(6, '0');
  const amounts = shareOutWorth(
    due,
    usages.map((usage, i) => ({ key: indexKey(i), weight: rated.worthOf(usage) })),
    currency,
  );
  const lines = sets.map((set, i) => {
    const usage = usages[i] ?? noUsage;
    // What fills up a minimum is owed at the end.
    const lineTopUp = i === sets.length - 1 ? topUp : zero;
    const amount = add(amounts.get(indexKey(i)) ?? zero, lineTopUp);
    const quantity = obligation.item.kind === 'fee' ? feeQuantity(amount) : usage.quantity;
    const { share, quantity: whole, amount: total } = rated;
    const figures = {
      quantity: toText(whole),
      amount: toText(total),
      share: toText(share),
      billedBefore: toText(billed),
      ...rated.explained,
      ...(!isZero(lineTopUp) && { lineTopUp: toText(lineTopUp) }),
    };
    return {
      obligation,
      kind,
      set,
      usage,
      quantity,
      amount,
      adjusts: plan.adjusts,
      cutOff: plan.cutOff,
      corrects: plan.corrects,
      rated: figures,
    };
  });
  return kind === 'adjustment'
    ? lines.filter((line) => !isZero(line.amount) || !isEmptySet(line.usage))
    : lines;
}

function feeQuantity(amount: Decimal): Decimal {
  return isNegative(amount) ? decimal('-1') : decimal('1');
}

/**
 * What an obligation comes to in all, and the payer's share (design §4.5): of usage by quantity, price by price; of a
 * fee the whole; what fills up a minimum is the debt of whoever pays at the end, as an arrears fee.
 */
function rate(
  plan: Plan,
  payerId: string,
  position: number,
  usageOf: (range: Omit<SetAsk, 'key'>) => Usage,
) {
  const {
    item,
    period,
    plan: { currency },
    isGone,
  } = plan.obligation;
  if (isGone === true) {
    const worth = (part: Usage) => (item.kind === 'fee' ? zero : worthOf(part, [], item.pricing));
    const nothing = { quantity: zero, amount: zero, share: zero, topUpShare: zero };
    return { ...nothing, worthOf: worth, explained: { gone: true as const } };
  }
  if (item.kind === 'fee') {
    const share = feePayer(plan.segments, item.timing) === payerId ? item.amount : zero;
    const nothing = { topUpShare: zero, worthOf: () => zero, explained: {} };
    return { quantity: decimal('1'), amount: item.amount, share, ...nothing };
  }
  const usageIn = (from: PayerSegment['from'], to: PayerSegment['to']) =>
    usageOf({ from, to, after: 0, upto: position });
  const usage = usageIn(period.start, period.end);
  const rated = rateUsage(item.pricing, usage, currency, item.minimum);
  const parts = plan.segments.map((segment) => ({
    key: segment.payerId,
    usage: usageIn(segment.from, segment.to),
  }));
  const ofUsage = shareOut(rated.usageAmount, accountableFor(rated, parts), currency).get(payerId);
  const ofTopUp = feePayer(plan.segments, 'arrears') === payerId ? rated.topUp : zero;
  const explained = explainRating(rated, item.minimum, usage.unrated);
  return {
    quantity: rated.quantity,
    amount: rated.amount,
    share: add(ofUsage ?? zero, ofTopUp),
    topUpShare: ofTopUp,
    worthOf: (part: Usage) => worthOf(part, rated.groups, item.pricing),
    explained,
  };
}
