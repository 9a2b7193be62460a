export const groupings = [
  'organization',
  'subscriber',
  'credential',
  'subscription',
  'source',
] as const;

/** What usage can be grouped by: whom it is attributed to, its source, or an attribute of its events. */
export type Grouping = (typeof groupings)[number] | `attribute:${string}`;

export function attributeOf(grouping: Grouping): string | null {
  return grouping.startsWith('attribute:') ? grouping.slice('attribute:'.length) : null;
}

/** The name of a group's key on the wire: `organizationId`, `source`, or the attribute's own name. */
export function groupKey(grouping: Grouping): string {
  return attributeOf(grouping) ?? (grouping === 'source' ? 'source' : `${grouping}Id`);
}
