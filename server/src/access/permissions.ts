/**
 * A permission is a verb on a resource. Reading is one verb per resource; every other verb stands alone, so that a
 * key can be given exactly what its holder does.
 */
export const permissions = [
  'organizations.read',
  'organizations.create',
  'organizations.update',
  'organizations.delete',
  'subscribers.read',
  'subscribers.create',
  'subscribers.update',
  'subscribers.delete',
  'credentials.read',
  'credentials.create',
  'credentials.update',
  'credentials.delete',
  'credentials.move',
  'credentials.revoke',
  'credentials.reveal',
  'meters.read',
  'meters.create',
  'meters.update',
  'meters.delete',
  'products.read',
  'products.create',
  'products.update',
  'products.delete',
  'plans.read',
  'plans.create',
  'plans.update',
  'plans.delete',
  'subscriptions.read',
  'subscriptions.create',
  'subscriptions.update',
  'subscriptions.delete',
  'events.read',
  'events.ingest',
  'rejects.read',
  'rejects.replay',
  'conflicts.read',
  'ingestSettings.read',
  'ingestSettings.update',
  'unclassified.read',
  'unclassified.claim',
  'usage.read',
  'reattributions.read',
  'reattributions.create',
  'reattributions.apply',
  'merges.read',
  'merges.create',
  'merges.apply',
  'splits.read',
  'splits.create',
  'splits.apply',
  'billingRuns.read',
  'billingRuns.create',
  'billingSchedule.read',
  'billingSchedule.update',
  'invoices.read',
  /** Who owes what by when, without lines and what is beneath them. */
  'invoices.readHeaders',
  'invoices.finalize',
  'invoices.void',
  'invoices.writeOff',
  'invoices.send',
  'creditNotes.read',
  'creditNotes.create',
  'creditNotes.void',
  'creditNotes.allocate',
  'creditNotes.send',
  'payments.read',
  'payments.create',
  'payments.allocate',
  'payments.reverse',
  'refunds.read',
  'refunds.create',
  'messages.read',
  'sendingSettings.read',
  'sendingSettings.update',
  'statements.read',
  'statements.send',
  'shareLinks.read',
  'shareLinks.create',
  'shareLinks.revoke',
  'seller.read',
  'seller.update',
  'checks.read',
  'findings.read',
  'metrics.read',
  'me.read',
  'me.update',
  'people.read',
  'people.invite',
  'people.update',
  'people.deactivate',
  /** To make somebody an owner, and to change or deactivate one. */
  'owners.manage',
  'apiKeys.read',
  'apiKeys.create',
  'apiKeys.rotate',
  'apiKeys.revoke',
  'auditLog.read',
] as const;

export type Permission = (typeof permissions)[number];

export const roles = ['owner', 'admin', 'billing', 'support', 'statements', 'developer'] as const;
export type Role = (typeof roles)[number];

/** Everything that changes nothing and reveals no secret. */
const reading = permissions.filter(
  (permission) => isReading(permission) && !permission.startsWith('apiKeys.'),
);

const resourceOf = (permission: Permission): string => permission.split('.')[0] ?? '';

/** Every verb on these resources. A resource that there is not (yet) adds nothing. */
const allOf = (...resources: string[]): Permission[] =>
  permissions.filter((permission) => resources.includes(resourceOf(permission)));

const readingOf = (...resources: string[]): Permission[] =>
  reading.filter((permission) => resources.includes(resourceOf(permission)));

/** What everybody has who signs in. */
const own: readonly Permission[] = ['me.read', 'me.update'];

/**
 * Named sets of permissions. A person has one of the roles; a key has any of the bundles, and single permissions.
 * `docs/reference/roles.gen.md` shows what it comes to, operation by operation.
 */
export const bundles = {
  /** Everything. */
  owner: permissions,
  /** Everything but to make and unmake owners. */
  admin: permissions.filter((permission) => permission !== 'owners.manage'),
  /** What is sold, billed, paid and sent; sees the customers and their usage. */
  billing: [
    ...own,
    ...reading.filter(
      (permission) => !['people', 'auditLog', 'me'].includes(resourceOf(permission)),
    ),
    ...allOf('meters', 'products', 'plans', 'subscriptions').filter(isNotReading),
    ...allOf('billingRuns', 'billingSchedule', 'invoices', 'invoiceLines').filter(isNotReading),
    ...allOf('payments', 'refunds', 'creditNotes', 'statements', 'shareLinks', 'ledger').filter(
      isNotReading,
    ),
    ...allOf('messages', 'sendingSettings', 'seller', 'taxRates').filter(isNotReading),
    'organizations.update',
  ],
  /** Reads all, traces, claims what nobody owns yet; changes nothing else. */
  support: ['me.update', ...reading, ...allOf('unclassified').filter(isNotReading)],
  /** The statements and the heads of unpaid invoices, nothing beneath. */
  statements: [...own, 'statements.read', 'invoices.readHeaders'],
  /** Keys, credentials and events; sees what they need to be told apart. */
  developer: [
    ...own,
    ...allOf('apiKeys', 'credentials', 'events').filter(
      (permission) => permission !== 'credentials.reveal',
    ),
    ...readingOf('organizations', 'subscribers', 'subscriptions', 'meters', 'products', 'plans'),
    ...allOf('rejects'),
    ...readingOf('usage', 'unclassified', 'conflicts', 'ingestSettings'),
    ...readingOf('checks', 'findings', 'metrics'),
  ],
  /** What a metering client needs. */
  ingest: ['me.read', 'events.ingest'],
  /** Everything that changes nothing and reveals no secret. */
  read: reading,
} as const satisfies Record<Role | 'ingest' | 'read', readonly Permission[]>;

function isReading(permission: Permission): boolean {
  return /\.read(Headers)?$/.test(permission);
}

function isNotReading(permission: Permission): boolean {
  return !isReading(permission);
}

export type Grant = Permission | keyof typeof bundles;

export const grants: readonly Grant[] = [
  ...(Object.keys(bundles) as (keyof typeof bundles)[]),
  ...permissions,
];

/** The permissions that a list of grants (bundles and single permissions) amounts to. */
export function expand(granted: readonly string[]): ReadonlySet<Permission> {
  const held = new Set<Permission>();
  for (const grant of granted) {
    if (grant in bundles)
      for (const permission of bundles[grant as keyof typeof bundles]) held.add(permission);
    else if ((permissions as readonly string[]).includes(grant)) held.add(grant as Permission);
  }
  return held;
}

/** The roles that have a permission, for whoever lacks it. */
export function rolesWith(permission: Permission): Role[] {
  return roles.filter((role) => (bundles[role] as readonly Permission[]).includes(permission));
}
