export const aggregations = ['sum', 'count', 'max', 'unique'] as const;

/** What a meter counts. `measure` is null only where a `count` counts every event that passes the filter. */
export type MeterDefinition = {
  readonly aggregation: (typeof aggregations)[number];
  readonly measure: string | null;
  /** Attribute → the value it must have, or the values of which it must have one. */
  readonly filter: Readonly<Record<string, string | string[]>>;
  /** Attributes by whose values the quantity is kept apart. */
  readonly splitBy: readonly string[];
};

/** True when two definitions count the same, however they are written: `"a"` is `["a"]`, and order says nothing. */
export function countsTheSame(a: MeterDefinition, b: MeterDefinition): boolean {
  return canonical(a) === canonical(b);
}

function canonical({ aggregation, measure, filter, splitBy }: MeterDefinition): string {
  const conditions = Object.entries(filter)
    .map(([attribute, wanted]) => [attribute, [...new Set([wanted].flat())].toSorted()] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([aggregation, measure, conditions, [...new Set(splitBy)].toSorted()]);
}
