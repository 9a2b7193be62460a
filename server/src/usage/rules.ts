import type { Instant } from '../lib/instant.ts';

export const groupings = [
  'organization',
  'subscriber',
  'credential',
  'subscription',
  'product',
  'meter',
  'measure',
  'tag',
  'source',
] as const;

/** What usage can be grouped by: whom it is attributed to, what it is, or what an attribute or a metadata key says. */
export type Grouping = (typeof groupings)[number] | `attribute:${string}` | `metadata:${string}`;

export function attributeOf(grouping: Grouping): string | null {
  return grouping.startsWith('attribute:') ? grouping.slice('attribute:'.length) : null;
}

export function metadataKeyOf(grouping: Grouping): string | null {
  return grouping.startsWith('metadata:') ? grouping.slice('metadata:'.length) : null;
}

const plainKeys: readonly Grouping[] = ['meter', 'measure', 'tag', 'source'];

/** The name of a group's key on the wire: `organizationId`, `source`, `metadata:team`, or the attribute's own name. */
export function groupKey(grouping: Grouping): string {
  if (metadataKeyOf(grouping) !== null) return grouping;
  return attributeOf(grouping) ?? (plainKeys.includes(grouping) ? grouping : `${grouping}Id`);
}

/** The values of a group by their names. */
export type Group = Record<string, string | null>;

export function groupOf(groupBy: readonly Grouping[], values: readonly (string | null)[]): Group {
  return Object.fromEntries(groupBy.map((grouping, i) => [groupKey(grouping), values[i] ?? null]));
}

export const intervals = ['hour', 'day', 'week', 'month'] as const;
export const trees = ['occurred', 'current'] as const;

/** Which usage: by when it occurred, by whose it is, and by what it says. */
export type UsageFilter = {
  readonly organizationId?: string | undefined;
  /** Organizations count with what lay below them. */
  readonly rollUp?: boolean | undefined;
  /** By the tree when usage occurred, or by the present one. */
  readonly tree?: (typeof trees)[number] | undefined;
  readonly subscriberId?: string | undefined;
  readonly credentialId?: string | undefined;
  readonly subscriptionId?: string | undefined;
  /** Attributed to this very one, whoever answers for it; not on the wire. */
  readonly attributedTo?: string | undefined;
  /** With whatever it answers for; not on the wire. */
  readonly answering?: boolean | undefined;
  /** Of any of these; not on the wire. */
  readonly subscriptionIds?: readonly string[] | undefined;
  readonly productId?: string | undefined;
  readonly measure?: string | undefined;
  readonly meter?: string | undefined;
  readonly source?: string | undefined;
  readonly tag?: string | undefined;
  readonly attributes?: readonly NamedValue[] | undefined;
  readonly metadata?: readonly NamedValue[] | undefined;
};

export const figures = ['quantity', 'cost', 'amount'] as const;
export const rankings = ['quantity', 'events', 'cost', 'amount'] as const;
export type Ranking = (typeof rankings)[number];

export type UsageQuestion = {
  readonly from: Instant;
  readonly to: Instant;
  readonly groupBy: readonly Grouping[];
  readonly filter: UsageFilter;
  readonly interval?: (typeof intervals)[number] | undefined;
  readonly timeZone: string;
  readonly figures: readonly (typeof figures)[number][];
  /** Only so many groups, by what they rank by. */
  readonly top?: number | undefined;
  readonly by?: Ranking | undefined;
};

/** A value that something of that name must have; null: it must have none. */
export type NamedValue = { readonly name: string; readonly value: string | null };

/** Whose usage is asked about is not one organization: it depends on the time. */
export function hasScope({ organizationId, rollUp, answering }: UsageFilter): boolean {
  return organizationId !== undefined && (rollUp === true || answering === true);
}

/** The attributes that a question looks at. */
export function attributesAsked(groupBy: readonly Grouping[], filter: UsageFilter): string[] {
  const grouped = groupBy.flatMap((grouping) => attributeOf(grouping) ?? []);
  return [...new Set([...grouped, ...(filter.attributes ?? []).map(({ name }) => name)])];
}

/** An event has one cost, however many measures and meters count it. */
export function groupingsOfCost(groupBy: readonly Grouping[]): Grouping[] {
  return groupBy.filter((grouping) => grouping !== 'meter' && grouping !== 'measure');
}

/** Whether usage may be in several groups at once. */
export function overlaps(groupBy: readonly Grouping[], filter: UsageFilter): boolean {
  return groupBy.includes('tag') || (filter.rollUp === true && groupBy.includes('organization'));
}
