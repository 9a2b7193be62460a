import { Problem } from '../lib/problem.ts';
import { bundles, type Permission, type Role } from './permissions.ts';
import type { Principal } from './principal.ts';

/**
 * Nobody gives away, or takes control of, more than he has: else the permission to invite, or to let somebody choose a
 * new password, would be every permission.
 */
export function refuseBeyond(principal: Principal, role: Role, pointer: string): void {
  const missing = (bundles[role] as readonly Permission[]).filter(
    (permission) => !principal.permissions.has(permission),
  );
  if (missing.length === 0) return;
  const isOwner = missing.includes('owners.manage') && role === 'owner';
  throw new Problem(
    'forbidden',
    isOwner
      ? 'Only an owner makes, changes or deactivates owners.'
      : `The role ${role} may do more than "${principal.name}": ${missing.join(', ')}.`,
    pointer === ''
      ? []
      : [{ pointer, code: 'not_held', detail: 'Choose a role with what you have yourself.' }],
  );
}
