import { limits } from './limits.ts';

/** What lines can be broken down by, besides `attribute:<name>`; `tag`: the tags of a credential, taken together. */
export const breakdownKinds = ['organization', 'subscriber', 'credential', 'tag'] as const;
export type BreakdownKind = (typeof breakdownKinds)[number];
export type BreakdownBy = BreakdownKind | `attribute:${string}`;

const ATTRIBUTE = 'attribute:';
const attributeName = new RegExp(`^[^\\0]{1,${limits.nameCharsMax}}$`, 's');

export function isBreakdownBy(text: string): text is BreakdownBy {
  return (
    (breakdownKinds as readonly string[]).includes(text) ||
    (text.startsWith(ATTRIBUTE) && attributeName.test(text.slice(ATTRIBUTE.length)))
  );
}

/** The attribute that is broken down by, or null. */
export function breakdownAttribute(by: BreakdownBy): string | null {
  return by.startsWith(ATTRIBUTE) ? by.slice(ATTRIBUTE.length) : null;
}

/** A setting as stored: `none`, or what is broken down by; null for `none`, and for what this version does not know. */
export function breakdownOf(setting: string): BreakdownBy | null {
  return isBreakdownBy(setting) ? setting : null;
}
