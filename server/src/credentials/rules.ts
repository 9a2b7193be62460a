import type { Instant } from '../lib/instant.ts';
import {
  applyChange,
  meet,
  replaceFrom,
  type TimelineChange,
  type TimelineRow,
} from '../lib/timeline.ts';

export const credentialIdCharsMax = 512;
/** What the column takes; a character may be up to four bytes. */
const credentialIdBytesMax = 1024;

/** Whether a text can be a credential ID: stored and compared byte by byte, so it must survive being stored. */
export function isCredentialId(text: string): boolean {
  return (
    text.length > 0 &&
    text.length <= credentialIdCharsMax &&
    Buffer.byteLength(text, 'utf8') <= credentialIdBytesMax &&
    !/[\0\p{Surrogate}]/u.test(text)
  );
}

const shownEachEndMax = 4;
const shownCharsMin = 8;

/**
 * The only form in which a credential ID is shown: it may be a live key. Of long ones the first and the last four
 * characters, never more than a third of all; of short ones nothing. What is no letter, digit or sign becomes `·`.
 */
export function maskCredentialId(value: string): string {
  const chars = Array.from(value, (char) => (/[\p{L}\p{N}\p{P}\p{S}]/u.test(char) ? char : '·'));
  const shown = chars.length < shownCharsMin ? 0 : Math.floor(chars.length / 3);
  const head = Math.min(shownEachEndMax, Math.ceil(shown / 2));
  const tail = Math.min(shownEachEndMax, Math.floor(shown / 2));
  return [...chars.slice(0, head), '…', ...chars.slice(chars.length - tail)].join('');
}

export function autoCreatedName(masked: string): string {
  return `Auto-created ${masked}`;
}

export type Binding = {
  subscriber_id: string;
  organization_id: string;
  subscription_id: string | null;
};

/** The part of a binding that a verb names; the rest stays what the timeline says. */
export type BindingChange = Partial<Binding>;

export function sameBinding(a: Binding, b: Binding): boolean {
  return (
    a.subscriber_id === b.subscriber_id &&
    a.organization_id === b.organization_id &&
    a.subscription_id === b.subscription_id
  );
}

/**
 * Whatever is bound, at or after `from`, to the organization that a move from then on led to is bound as it was before
 * (`were`: the rows that the move had replaced), or else to the organization that it came from.
 */
export function unmovedBindings<R extends TimelineRow<Binding>>(
  rows: readonly R[],
  were: readonly TimelineRow<Binding>[],
  moved: { intoId: string; organizationId: string; from: Instant | null },
): TimelineChange<R> {
  const { intoId, organizationId } = moved;
  const superseded = rowsFrom(rows, moved.from).filter(
    ({ value }) => value.organization_id === intoId,
  );
  const inserted = superseded.flatMap((row) => {
    const { value } = row;
    const { from, to } = meet(row, { from: moved.from, to: null }) ?? row;
    const before = from === row.from ? [] : [{ from: row.from, to: from, value }];
    const back = { ...value, organization_id: organizationId, subscription_id: null };
    return were.reduce<TimelineRow<Binding>[]>(
      (some, was) => {
        const both = meet(was, { from, to });
        return both === null
          ? some
          : applyChange(some, replaceFrom(some, was.value, both.from, both.to));
      },
      [...before, { from, to, value: back }],
    );
  });
  return { superseded, inserted };
}

/** The rows that say something at or after `from`. */
export function rowsFrom<R extends TimelineRow<unknown>>(
  rows: readonly R[],
  from: Instant | null,
): R[] {
  return rows.filter((row) => from === null || row.to === null || row.to > from);
}

/**
 * From `from` on (null: since ever), `change` applies to whatever is bound: a field that it leaves alone keeps its own
 * later changes, and gaps stay gaps.
 */
export function changeBindings<R extends TimelineRow<Binding>>(
  rows: readonly R[],
  from: Instant | null,
  change: (value: Binding) => Binding,
): TimelineChange<R> {
  const superseded: R[] = [];
  const inserted: TimelineRow<Binding>[] = [];
  for (const row of rowsFrom(rows, from)) {
    const value = change(row.value);
    if (sameBinding(value, row.value)) continue;
    superseded.push(row);
    const cut = from !== null && (row.from === null || row.from < from);
    if (cut) inserted.push({ from: row.from, to: from, value: row.value });
    inserted.push({ from: cut ? from : row.from, to: row.to, value });
  }
  return { superseded, inserted };
}

/** When the last of the rows ends; null if one goes on, or there is none. */
export function endOf(rows: readonly TimelineRow<unknown>[]): Instant | null {
  const ends = rows.map((row) => row.to);
  if (ends.includes(null)) return null;
  return (ends as Instant[]).toSorted().at(-1) ?? null;
}

/** Each ID of a credential is a timeline of its own: several may name it at once. */
export function rangesByKey<R extends TimelineRow<{ value_key: number }>>(
  rows: readonly R[],
): Map<number, R[]> {
  const byKey = new Map<number, R[]>();
  for (const row of rows)
    byKey.set(row.value.value_key, [...(byKey.get(row.value.value_key) ?? []), row]);
  return byKey;
}

/** Whose a credential ID is over a range. */
export type Naming = TimelineRow<string>;

/**
 * From when a credential ID can name a further credential: `from` if given; else since ever, or since its predecessor
 * ended. Or whose it is already.
 */
export function nextNaming(
  namings: readonly Naming[],
  from: Instant | undefined,
  now: Instant,
): { from: Instant | null } | { takenBy: string } {
  const taken = rowsFrom(namings, from ?? now)[0];
  if (taken !== undefined) return { takenBy: taken.value };
  if (from !== undefined) return { from };
  const ends = namings.map((naming) => naming.to).filter((to): to is Instant => to !== null);
  return { from: ends.toSorted().at(-1) ?? null };
}
