import type { Instant } from '../lib/instant.ts';
import { applyChange, meet, replaceFrom, type TimelineRow } from '../lib/timeline.ts';

/** An alias as it is stored: whom an organization was merged into, who takes what both price, and which merge said so. */
export type Alias = {
  survivor_id: string;
  choices: Readonly<Record<string, string | null>>;
  /** Its journal row. */
  merged_by: number;
};
export type AliasRow = TimelineRow<Alias>;

/** Who answers for an organization from an instant on, stretch by stretch: whom it is merged into, or itself. */
export function standingFrom(
  organizationId: string,
  aliases: readonly AliasRow[],
  from: Instant | null,
): TimelineRow<string>[] {
  const own: TimelineRow<string>[] = [{ from, to: null, value: organizationId }];
  return aliases.reduce((rows, alias) => {
    const stretch = meet(alias, { from, to: null });
    if (stretch === null) return rows;
    const change = replaceFrom(rows, alias.value.survivor_id, stretch.from, stretch.to);
    return applyChange(rows, change);
  }, own);
}

/**
 * The aliases of an organization once `mergedId` is merged: wherever they led to it, or where it is the one that is
 * merged, they lead to who answers for the survivor. So an alias never leads to another.
 */
export function redirected(
  aliases: readonly AliasRow[],
  mergedId: string,
  standing: readonly TimelineRow<string>[],
  merge: Omit<Alias, 'survivor_id'>,
): AliasRow[] {
  const leading = aliases.filter(({ value }) => value.survivor_id === mergedId);
  return leading.reduce<AliasRow[]>(
    (rows, alias) =>
      standing.reduce<AliasRow[]>((some, { value, ...stretch }) => {
        const both = meet(alias, stretch);
        const choices = { ...alias.value.choices, ...merge.choices };
        const merged = { ...merge, survivor_id: value, choices };
        return both === null ? some : overlaid(some, { ...both, value: merged });
      }, rows),
    [...aliases],
  );
}

export function overlaid(rows: readonly AliasRow[], over: AliasRow): AliasRow[] {
  return applyChange(rows, replaceFrom(rows, over.value, over.from, over.to));
}

/** What has to be superseded and inserted so that rows become these. */
export function changeTo<R extends AliasRow>(
  rows: readonly R[],
  wanted: readonly AliasRow[],
): { superseded: R[]; inserted: AliasRow[] } {
  const key = ({ from, to, value }: AliasRow) =>
    JSON.stringify([
      from,
      to,
      value.survivor_id,
      value.merged_by,
      Object.keys(value.choices)
        .toSorted()
        .map((measure) => [measure, value.choices[measure]]),
    ]);
  const [have, want] = [new Set(rows.map(key)), new Set(wanted.map(key))];
  return {
    superseded: rows.filter((row) => !want.has(key(row))),
    inserted: wanted.filter((row) => !have.has(key(row))),
  };
}
