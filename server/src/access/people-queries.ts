import { sql } from 'kysely';
import type { Queryable, Tx } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import type { Role } from './permissions.ts';

export type PersonRow = Awaited<ReturnType<typeof findPerson>> & object;

const columns = [
  'id',
  'name',
  'email',
  'role',
  'two_factor_enabled',
  'joined_at',
  'deactivated_at',
  'created_at',
  'updated_at',
  'version',
] as const;

export async function findPerson(db: Queryable, id: string) {
  return db.selectFrom('people').select(columns).where('id', '=', id).executeTakeFirst();
}

/** The same, and nobody else changes the row until the transaction ends. */
export async function lockPerson(tx: Tx, id: string) {
  return tx
    .selectFrom('people')
    .select(columns)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function findPersonByEmail(db: Queryable, email: string) {
  return db
    .selectFrom('people')
    .select(columns)
    .where('email', '=', email.toLowerCase())
    .executeTakeFirst();
}

export async function insertPerson(
  tx: Tx,
  person: { id: string; name: string; email: string; role: Role; joinedAt: Instant | null },
  now: Instant,
): Promise<void> {
  const { id, name, email, role, joinedAt } = person;
  await tx
    .insertInto('people')
    .values({
      id,
      name,
      email: email.toLowerCase(),
      email_verified: true,
      role,
      joined_at: joinedAt,
      created_at: now,
      updated_at: now,
    })
    .execute();
}

/** Owners who can sign in. Callers hold `lockOwners` where it matters that the answer stays true. */
export async function countOwners(db: Queryable): Promise<number> {
  const { count } = await db
    .selectFrom('people')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('role', '=', 'owner')
    .where('joined_at', 'is not', null)
    .where('deactivated_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Whoever makes or unmakes an owner waits for whoever else does; the triggers take the same lock. */
export async function lockOwners(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('customary.owners', 0))`.execute(tx);
}

export async function markJoined(
  tx: Tx,
  id: string,
  change: { name: string; at: Instant },
): Promise<void> {
  await tx
    .updateTable('people')
    .set({ name: change.name, joined_at: change.at, updated_at: change.at })
    .where('id', '=', id)
    .execute();
}

/** Sets the password of a person, whether or not there was one. */
export async function setPassword(
  tx: Tx,
  signIn: { id: string; personId: string; hash: string },
  now: Instant,
): Promise<void> {
  await tx
    .insertInto('person_sign_ins')
    .values({
      id: signIn.id,
      person_id: signIn.personId,
      provider_id: 'credential',
      account_id: signIn.personId,
      password: signIn.hash,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['provider_id', 'account_id'])
        .doUpdateSet({ password: signIn.hash, updated_at: now }),
    )
    .execute();
}

export async function deleteSessions(
  tx: Tx,
  personId: string,
  except: string | null = null,
): Promise<void> {
  await tx
    .deleteFrom('person_sessions')
    .where('person_id', '=', personId)
    .$if(except !== null, (q) => q.where('id', '<>', except))
    .execute();
}
