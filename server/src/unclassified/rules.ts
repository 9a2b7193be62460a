/** What a group is known by: the identifier that would decide first; `none`: its events carry none. */
export const groupKinds = [
  'credential',
  'subscription',
  'subscriber',
  'organization',
  'none',
] as const;
export type GroupKind = (typeof groupKinds)[number];

export const sorts = ['lastSeen', 'events'] as const;
export type Sort = (typeof sorts)[number];

export function isGroupId(text: string): boolean {
  return /^unc_[0-9a-f]{32}$/.test(text);
}
