import { type Decimal, isNegative, isZero, sum, zero } from '../lib/decimal.ts';
import type { Period } from '../lib/period.ts';
import type { IgnoredSet } from '../rating/rules.ts';
import { type EventSet, missingSets } from './coverage-rules.ts';
import { ignoredIn, newlyIgnored } from './ignore-rules.ts';
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
  /** The position of its document. */
  readonly knownAt: number;
  /** It is of a charge, not of a fee. */
  readonly isUsage: boolean;
  /** Of its amount, what fills up a minimum. */
  readonly topUp: Decimal;
  /** Its service period, as it was then. */
  readonly period: Period;
  readonly lineId: string;
  /** Null: it is on a credit note. */
  readonly invoiceId: string | null;
};

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
  /** Late usage in its service period that does not count: ignored before, and, last, that which is now. */
  readonly ignoring: readonly IgnoredSet[];
  /** How many of them are ignored now. */
  readonly ignoredNow: number;
};

/** The invoice line that billed an obligation first: what a credit note for it corrects. */
export type Corrected = {
  readonly invoiceId: string;
  readonly number: string;
  readonly lineId: string;
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
    subscriptionLines,
    ignored,
  }: {
    payerId: string;
    cycle: Period;
    position: number;
    /** The cycles of the payer's drafts, other than those being rebuilt. */
    openDrafts: readonly Period[];
    /** All lines of its subscription. */
    subscriptionLines: readonly BilledLine[];
    /** Late usage of it that is ignored already. */
    ignored: readonly IgnoredSet[];
  },
): Plan | null {
  const mine = lines.filter((line) => line.payerId === payerId);
  const key = obligationKey(obligation);
  const billed = mine.filter((line) => line.obligation === key);
  // Its own draft only: the usage of a period is due though the advance fee of it is still on one.
  if (billed.some((line) => line.isDraft)) return null;
  const owed = owedSets(obligation, segments, payerId, position);
  const known = ignoredIn(ignored, obligation.period);
  const isToIgnore =
    obligation.subscription.late === 'ignore' &&
    obligation.item.kind === 'charge' &&
    obligation.isGone !== true;
  const now = isToIgnore
    ? newlyIgnored(
        segments.filter((segment) => segment.payerId === payerId),
        {
          lines: subscriptionLines,
          lookedAtUpTo: obligation.lookedAtUpTo ?? null,
          position,
          known,
        },
      )
    : [];
  const ignoring = { ignoring: [...known, ...now], ignoredNow: now.length };
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
      ...ignoring,
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
    ...ignoring,
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

/** A set without events: of a fee. */
export function emptySet(period: Period, position: number): EventSet {
  return { from: period.start, to: period.end, after: position, upto: position, sign: 1 };
}
