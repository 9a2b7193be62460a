import {
  add,
  type Decimal,
  isNegative,
  isZero,
  decimal,
  subtract,
  toText,
  zero,
} from '../lib/decimal.ts';
import type { Period } from '../lib/period.ts';
import type { IgnoredSet } from '../rating/rules.ts';
import {
  accountableFor,
  isEmptySet,
  lessened,
  noUsage,
  rateUsage,
  shareOut,
  takenBack,
  type Usage,
} from '../rating/rules.ts';
import { shareOutWorth, worthOf } from '../rating/worth-rules.ts';
import { explainRating, type RatingExplained } from '../rating/explain.ts';
import type { EventSet } from './coverage-rules.ts';
import { type Corrected, emptySet, type Plan } from './due-rules.ts';
import { type Obligation, obligationKey } from './obligation-rules.ts';
import { feePayer, type PayerSegment } from './payer-rules.ts';

/** A set of events that has to be measured before amounts are known. */
export type SetAsk = Omit<EventSet, 'sign'> & {
  readonly key: string;
  readonly ignoring: readonly IgnoredSet[];
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
  /** Late usage of its service period that it does not count. */
  readonly ignoring: readonly IgnoredSet[];
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

/** Every set that has to be measured to settle a plan at a position. */
export function asksOf(plan: Plan, position: number): SetAsk[] {
  const { obligation, segments, sets } = plan;
  if (obligation.item.kind === 'fee') return [];
  const { start, end } = obligation.period;
  const { ignoring } = plan;
  const whole = [
    { from: start, to: end, after: 0, upto: position },
    ...segments.map(({ from, to }) => ({ from, to, after: 0, upto: position })),
  ];
  const ranges: Omit<SetAsk, 'key'>[] = [
    ...(obligation.isGone === true ? [] : whole).map((range) => ({ ...range, ignoring })),
    ...sets.map(({ from, to, after, upto }) => ({ from, to, after, upto, ignoring })),
    ...beforeIgnoring(plan).flatMap((some) => whole.map((range) => ({ ...range, ignoring: some }))),
  ];
  return [
    ...new Map(
      ranges.map((range) => [setKey(plan, range), { ...range, key: setKey(plan, range) }]),
    ).values(),
  ];
}

/** What was ignored before each of the sets that are ignored now. */
function beforeIgnoring({ ignoring, ignoredNow }: Plan): (readonly IgnoredSet[])[] {
  const known = ignoring.length - ignoredNow;
  return Array.from({ length: ignoredNow }, (_, i) => ignoring.slice(0, known + i));
}

/** What is ignored are the first so many of one list. */
function setKey(plan: Plan, { from, to, after, upto, ignoring }: Omit<SetAsk, 'key'>): string {
  return [obligationKey(plan.obligation), from, to, after, upto, ignoring.length].join(' ');
}

type Range = Omit<SetAsk, 'key' | 'ignoring'>;

/** The lines that a plan comes to, once its sets are measured. An adjustment that says nothing has none. */
export function settle(
  plan: Plan,
  payerId: string,
  position: number,
  measured: ReadonlyMap<string, Usage>,
): LineDraft[] {
  const { obligation, billed, kind } = plan;
  const { currency } = obligation.plan;
  const usageOf = (set: Range) =>
    measured.get(setKey(plan, { ...set, ignoring: plan.ignoring })) ?? noUsage;
  const rated = rate(plan, payerId, position, usageOf);
  const topUp = subtract(rated.topUpShare, plan.billedTopUp);
  const due = subtract(subtract(rated.share, billed), topUp);
  const sets = plan.sets.length === 0 ? [emptySet(obligation.period, position)] : plan.sets;
  const usages = sets.map((set) => {
    if (obligation.item.kind === 'fee' || set.after === set.upto) return noUsage;
    return set.sign > 0 ? usageOf(set) : takenBack(usageOf(set));
  });
  const known = plan.ignoring.slice(0, plan.ignoring.length - plan.ignoredNow);
  const now = ignoredBy(plan, payerId, position, measured).map(({ set }) => set);
  const ignoring = [...known, ...now];
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
      ignoring,
      rated: figures,
    };
  });
  return kind === 'adjustment'
    ? lines.filter((line) => !isZero(line.amount) || !isEmptySet(line.usage))
    : lines;
}

/** Late usage that is ignored from now on, and what it would have added to what the payer owes. */
export type IgnoredUsage = {
  readonly obligation: Obligation;
  readonly set: IgnoredSet;
  readonly usage: Usage;
  readonly quantity: Decimal;
  readonly worth: Decimal;
};

/** What a plan ignores that was not ignored before, once its sets are measured; nothing of what holds no event. */
export function ignoredBy(
  plan: Plan,
  payerId: string,
  position: number,
  measured: ReadonlyMap<string, Usage>,
): IgnoredUsage[] {
  const { obligation, ignoring, ignoredNow } = plan;
  const { start, end } = obligation.period;
  const ratedIgnoring = (some: readonly IgnoredSet[]) => {
    const usageOf = (set: Range) =>
      measured.get(setKey(plan, { ...set, ignoring: some })) ?? noUsage;
    const whole = usageOf({ from: start, to: end, after: 0, upto: position });
    return { ...rate(plan, payerId, position, usageOf), whole };
  };
  const known = ignoring.length - ignoredNow;
  return ignoring.slice(known).flatMap((set, i) => {
    const before = ratedIgnoring(ignoring.slice(0, known + i));
    const after = ratedIgnoring(ignoring.slice(0, known + i + 1));
    const usage = lessened(before.whole, after.whole);
    if (isEmptySet(usage)) return [];
    const worth = subtract(before.share, after.share);
    return [{ obligation, set, usage, quantity: usage.quantity, worth }];
  });
}

function feeQuantity(amount: Decimal): Decimal {
  return isNegative(amount) ? decimal('-1') : decimal('1');
}

/**
 * What an obligation comes to in all, and the payer's share (design §4.5): of usage by quantity, price by price; of a
 * fee the whole; what fills up a minimum is the debt of whoever pays at the end, as an arrears fee.
 */
function rate(plan: Plan, payerId: string, position: number, usageOf: (set: Range) => Usage) {
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
