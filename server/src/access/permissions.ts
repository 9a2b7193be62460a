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
  'usage.read',
  'reattributions.read',
  'reattributions.create',
  'reattributions.apply',
  'billingRuns.read',
  'billingRuns.create',
  'billingSchedule.read',
  'billingSchedule.update',
  'invoices.read',
  'invoices.finalize',
  'invoices.send',
  'messages.read',
  'sendingSettings.read',
  'sendingSettings.update',
  'statements.read',
  'seller.read',
  'seller.update',
  'checks.read',
  'apiKeys.read',
  'apiKeys.create',
  'apiKeys.revoke',
  'auditLog.read',
] as const;

export type Permission = (typeof permissions)[number];

export const bundles = {
  /** Everything. */
  admin: permissions,
  /** What a metering client needs. */
  ingest: ['events.ingest'],
  /** Everything that changes nothing and reveals no secret. */
  read: permissions.filter(
    (permission) => permission.endsWith('.read') && !permission.startsWith('apiKeys.'),
  ),
} as const satisfies Record<string, readonly Permission[]>;

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
