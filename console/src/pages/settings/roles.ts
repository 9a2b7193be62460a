import type { Person } from '@customary/sdk';

/** What each role is for, in the words of the documentation. */
export const roles = {
  owner: 'Owner: everything',
  admin: 'Admin: everything but to make owners',
  billing: 'Billing: catalog, invoices, payments',
  support: 'Support: reads all, traces, claims',
  statements: 'Statements: what customers owe',
  developer: 'Developer: keys, events, documentation',
} as const satisfies Record<Person['role'], string>;

export const roleChoices = Object.entries(roles).map(([value, label]) => ({ value, label }));
