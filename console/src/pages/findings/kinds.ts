import type { Finding } from '@customary/sdk';

/** What each kind is called, and what it costs to leave it. */
export const kinds: readonly (readonly [Finding['kind'], string, string])[] = [
  ['sharedDomain', 'Shared mail domains', 'accounts that may be one customer'],
  ['similarName', 'Nearly the same name', 'accounts that may be one customer'],
  ['separateInvoice', 'Invoices of their own', 'customers that are about to get several'],
  ['sameMeterTwice', 'Priced twice', 'usage that names no subscription is not billed'],
  ['organizationMismatch', 'Keys of another organization', 'usage may be billed to the wrong one'],
  ['growingUnclassified', 'Unclassified and growing', 'usage that is billed to nobody'],
  ['unusedCredential', 'Unused keys', 'keys that can leak and that nobody would miss'],
  ['noBillingEmail', 'Nowhere to send bills', 'accounts without a billing e-mail'],
];

export const kindChoices = kinds.map(([kind, label]) => [kind, label] as const);
