import { sql } from 'kysely';
import type { Action } from '../db/act.ts';
import { hashBody } from '../lib/secrets.ts';
import { plusMs } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { Problem } from '../lib/problem.ts';

export type Answer = {
  status: number;
  body: unknown;
  /** What a repeat is answered, when `body` holds a secret that is shown once. */
  repeatBody?: unknown;
};

export type Keyed = { operation: string; key: string; request: string };

/**
 * Runs `work` once for each key: a repeat gets the first answer, read from where the action's own transaction kept
 * it. A failed action keeps nothing, so it can be tried again under the same key.
 */
export async function once(
  action: Action,
  keyed: Keyed,
  work: () => Promise<Answer>,
): Promise<Answer & { repeated: boolean }> {
  const { tx, actor } = action;
  const bodyHash = hashBody(keyed.request);
  const lockName = JSON.stringify([actor, keyed.operation, keyed.key]);
  const { rows } = await sql<{
    locked: boolean;
  }>`select pg_try_advisory_xact_lock(hashtextextended(${lockName}, 1)) as locked`.execute(tx);
  if (rows[0]?.locked !== true) {
    throw new Problem(
      'idempotency_in_progress',
      'A request with this Idempotency-Key is still running. Ask again for its answer.',
    );
  }
  const kept = await tx
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('principal_id', '=', actor)
    .where('operation', '=', keyed.operation)
    .where('key', '=', keyed.key)
    .executeTakeFirst();
  if (kept !== undefined && kept.expires_at > action.now) {
    if (!kept.body_hash.equals(bodyHash)) {
      throw new Problem(
        'idempotency_mismatch',
        'This Idempotency-Key was used with another body. Use a new key for a new request.',
      );
    }
    return {
      status: kept.status,
      body: kept.response === null ? null : JSON.parse(kept.response),
      repeated: true,
    };
  }
  const answer = await work();
  await keep(action, keyed, bodyHash, answer);
  return { ...answer, repeated: false };
}

async function keep(action: Action, keyed: Keyed, bodyHash: Buffer, answer: Answer): Promise<void> {
  await action.tx
    .deleteFrom('idempotency_keys')
    .where('principal_id', '=', action.actor)
    .where('operation', '=', keyed.operation)
    .where('key', '=', keyed.key)
    .execute();
  await action.tx
    .insertInto('idempotency_keys')
    .values({
      principal_id: action.actor,
      operation: keyed.operation,
      key: keyed.key,
      body_hash: bodyHash,
      status: answer.status,
      response: JSON.stringify(answer.repeatBody ?? answer.body ?? null),
      expires_at: plusMs(action.now, limits.idempotencyTtlMs),
    })
    .execute();
}
