import type { Touched } from '../attribution/outcome.ts';
import type { Instant } from '../lib/instant.ts';
import { Problem } from '../lib/problem.ts';
import type { GroupRow } from './queries.ts';
import type { Claimed, ClaimInput } from './schema.ts';

/** What is under way: the group, from when it is bound, and what has been made or touched so far. */
export type Claim = {
  group: GroupRow;
  input: ClaimInput;
  from: Instant | null;
  touched: Touched[];
  created: Claimed['created'];
};

/** What has been named or made for it before its identifier is bound. */
export type Owner = { organizationId: string | null; subscriptionId: string | undefined };

export function ownerNeeded(): Problem {
  return new Problem(
    'unprocessable',
    'Say whose it is: organizationId, or organization to make one.',
    [{ pointer: '/organizationId', code: 'required', detail: 'Name or make an organization.' }],
  );
}
