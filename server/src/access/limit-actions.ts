import { createHash } from 'node:crypto';
import type { Deployment } from '../db/deployment.ts';
import { epochMs } from '../lib/instant.ts';
import { Problem } from '../lib/problem.ts';
import { countAttempt, forgetAttempts, type Limit } from './sign-in-queries.ts';

const MINUTE_MS = 60_000;

/** What one address may try, whoever it says it is: more than an office behind one address needs. */
const BY_ADDRESS: Limit = { max: 60, windowMs: 5 * MINUTE_MS };
/** What may be tried for one account from one address, and from everywhere together. */
const BY_ACCOUNT_AND_ADDRESS: Limit = { max: 10, windowMs: 15 * MINUTE_MS };
const BY_ACCOUNT: Limit = { max: 100, windowMs: 15 * MINUTE_MS };

export type Attempt = { what: string; ip: string; account?: string | undefined };

/**
 * Lets an attempt go on or refuses it with 429, by counts in the database. An account is counted whether or not there is
 * one of that name, so that the answer tells nothing.
 */
export async function limitAttempts(deployment: Deployment, attempt: Attempt): Promise<void> {
  const now = deployment.clock();
  const { db } = deployment.database;
  for (const [key, limit] of keysOf(attempt)) {
    const until = await countAttempt(db, key, limit, now);
    if (until === null) continue;
    const seconds = Math.max(1, Math.ceil((epochMs(until) - epochMs(now)) / 1000));
    const minutes = Math.ceil(seconds / 60);
    throw new Problem(
      'too_many_requests',
      `Too many attempts. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
      [],
      { retryAfterSeconds: seconds },
    );
  }
}

/** After a success, what was tried for the account before counts no more. */
export async function attemptSucceeded(deployment: Deployment, attempt: Attempt): Promise<void> {
  const keys = keysOf(attempt).slice(1);
  if (keys.length > 0)
    await forgetAttempts(
      deployment.database.db,
      keys.map(([key]) => key),
    );
}

/** Hashed, for whoever types a password into the wrong field. */
function keysOf({ what, ip, account }: Attempt): [string, Limit][] {
  const keys: [string, Limit][] = [[`${what} from ${ip}`, BY_ADDRESS]];
  if (account === undefined) return keys;
  const name = createHash('sha256').update(account.toLowerCase()).digest('base64url');
  keys.push([`${what} of ${name} from ${ip}`, BY_ACCOUNT_AND_ADDRESS]);
  keys.push([`${what} of ${name}`, BY_ACCOUNT]);
  return keys;
}
