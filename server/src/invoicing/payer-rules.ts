import type { FeeTerms } from '../catalog/plan-rules.ts';
import type { Instant } from '../lib/instant.ts';
import type { Period } from '../lib/period.ts';
import type { TimelineRow } from '../lib/timeline.ts';

/** Who owes over `[from, to)`. */
export type PayerSegment = {
  readonly payerId: string;
  readonly from: Instant;
  readonly to: Instant;
};

/**
 * Who owes for an organization's subscriptions, over a period: one hop of `billTo`, and the organization itself where
 * there is none (design §4.4). The segments tile the period; neighbours differ.
 */
export function payerSegments(
  organizationId: string,
  billTo: readonly TimelineRow<string>[],
  period: Period,
): PayerSegment[] {
  const cuts = new Set<Instant>([period.start, period.end]);
  for (const { from, to } of billTo) {
    for (const at of [from, to]) {
      if (at !== null && at > period.start && at < period.end) cuts.add(at);
    }
  }
  const instants = [...cuts].toSorted();
  const segments: PayerSegment[] = [];
  for (const [i, from] of instants.slice(0, -1).entries()) {
    const to = instants[i + 1] as Instant;
    const row = billTo.find(
      (each) => (each.from === null || each.from <= from) && (each.to === null || each.to > from),
    );
    const payerId = row?.value ?? organizationId;
    const last = segments.at(-1);
    if (last?.payerId === payerId) segments[segments.length - 1] = { ...last, to };
    else segments.push({ payerId, from, to });
  }
  return segments;
}

/** Who owes a fee: the payer at its date, which is the period's last instant in arrears and its first otherwise. */
export function feePayer(
  segments: readonly PayerSegment[],
  timing: FeeTerms['timing'],
): string | null {
  return (timing === 'arrears' ? segments.at(-1) : segments[0])?.payerId ?? null;
}
