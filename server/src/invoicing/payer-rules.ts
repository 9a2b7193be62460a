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

/** The dated steps to whoever pays: whom each organization was merged into, and whom each bills to. */
export type PayerLinks = {
  readonly mergedInto: ReadonlyMap<string, readonly TimelineRow<string>[]>;
  readonly billTo: ReadonlyMap<string, readonly TimelineRow<string>[]>;
};

/**
 * Who pays for an organization, at all times: of whoever answers for it the payer, if it has one, or whoever answers
 * for that. Without merges that is one hop of `billTo`.
 */
export function payerTimeline(organizationId: string, all: PayerLinks): TimelineRow<string>[] {
  const links = near(organizationId, all);
  const rows = [...links.mergedInto.values(), ...links.billTo.values()].flat();
  const cuts = new Set(rows.flatMap(({ from, to }) => [from, to]).filter((at) => at !== null));
  const instants = [null, ...[...cuts].toSorted()];
  return instants.map((from, i) => ({
    from,
    to: instants[i + 1] ?? null,
    value: payerSince(organizationId, links, from),
  }));
}

/** Of all links those that an organization's payers may follow from. */
function near(id: string, { mergedInto, billTo }: PayerLinks): PayerLinks {
  const ids = new Set([id]);
  for (const each of ids)
    for (const row of [...(mergedInto.get(each) ?? []), ...(billTo.get(each) ?? [])])
      ids.add(row.value);
  const only = (map: PayerLinks['billTo']) =>
    new Map([...ids].flatMap((each) => (map.has(each) ? [[each, map.get(each) ?? []]] : [])));
  return { mergedInto: only(mergedInto), billTo: only(billTo) };
}

/** It ends even where a merge has put a payer below itself. */
function payerSince(organizationId: string, links: PayerLinks, from: Instant | null): string {
  const linked = (map: PayerLinks['billTo'], id: string) =>
    (map.get(id) ?? []).find((row) =>
      from === null
        ? row.from === null
        : (row.from === null || row.from <= from) && (row.to === null || row.to > from),
    )?.value;
  const standing = (id: string) => linked(links.mergedInto, id) ?? id;
  const seen = new Set<string>();
  let current = standing(organizationId);
  while (!seen.has(current)) {
    seen.add(current);
    const payer = linked(links.billTo, current);
    if (payer !== undefined) current = standing(payer);
  }
  return current;
}

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
