import { sql } from 'kysely';
import type { Queryable, Tx } from '../db/connect.ts';
import type { Instant } from '../lib/instant.ts';
import type { Role } from './permissions.ts';

export type PersonRow = Awaited<ReturnType<typeof findPerson>> & object;

/** A person, with the invitation that is open. */
function people(db: Queryable) {
  return db
    .selectFrom('people as p')
    .leftJoin('one_time_links as i', (join) =>
      join
        .onRef('i.person_id', '=', 'p.id')
        .on('i.purpose', '=', 'invitation')
        .on('i.closed_at', 'is', null),
    )
    .select([
      'p.id',
      'p.name',
      'p.email',
      'p.role',
      'p.two_factor_enabled',
      'p.joined_at',
      'p.deactivated_at',
      'p.last_signed_in_at',
      'p.created_at',
      'p.updated_at',
      'p.version',
      'i.expires_at as invitation_expires_at',
      'i.mail_status as invitation_mail_status',
      'i.mail_detail as invitation_mail_detail',
    ]);
}

export async function findPerson(db: Queryable, id: string) {
  return people(db).where('p.id', '=', id).executeTakeFirst();
}

/** The same, and nobody else changes the row until the transaction ends. */
export async function lockPerson(tx: Tx, id: string) {
  return people(tx).where('p.id', '=', id).forUpdate('p').executeTakeFirst();
}

export async function findPersonByEmail(db: Queryable, email: string) {
  return people(db).where('p.email', '=', email.toLowerCase()).executeTakeFirst();
}

export type PersonStatus = 'invited' | 'active' | 'deactivated';

export type PeopleFilter = {
  role?: Role | undefined;
  status?: PersonStatus | undefined;
  search?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

export async function listPeople(db: Queryable, filter: PeopleFilter) {
  const { role, status, search, cursor } = filter;
  return people(db)
    .$if(role !== undefined, (q) => q.where('p.role', '=', role ?? ''))
    .$if(status === 'deactivated', (q) => q.where('p.deactivated_at', 'is not', null))
    .$if(status === 'invited' || status === 'active', (q) =>
      q
        .where('p.deactivated_at', 'is', null)
        .where('p.joined_at', status === 'active' ? 'is not' : 'is', null),
    )
    .$if(search !== undefined, (q) =>
      q.where(
        sql<boolean>`strpos(lower(p.name || ' ' || p.email), ${(search ?? '').toLowerCase()}) > 0`,
      ),
    )
    .$if(cursor !== undefined, (q) => q.where('p.id', '<', cursor ?? ''))
    .orderBy('p.id', 'desc')
    .limit(filter.limit + 1)
    .execute();
}

export async function updatePerson(
  tx: Tx,
  id: string,
  change: {
    name?: string;
    role?: Role;
    deactivated_at?: Instant | null;
    two_factor_enabled?: boolean;
    last_signed_in_at?: Instant;
  },
  now: Instant,
): Promise<void> {
  const isSignIn = change.last_signed_in_at !== undefined;
  await tx
    .updateTable('people')
    .set({ ...change, ...(!isSignIn && { updated_at: now }) })
    .where('id', '=', id)
    .execute();
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

/** What an actor is called: a person, or an API key. */
export async function nameOfActor(db: Queryable, id: string): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`
    select name from people where id = ${id} union all select name from api_keys where id = ${id}`.execute(
    db,
  );
  return rows[0]?.name ?? null;
}

export async function deleteTwoFactor(tx: Tx, personId: string): Promise<void> {
  await tx.deleteFrom('person_two_factors').where('person_id', '=', personId).execute();
}

/** Where and since when a person is signed in; the latest first. */
export async function sessionsOf(db: Queryable, personId: string, now: Instant) {
  return db
    .selectFrom('person_sessions')
    .select(['id', 'ip_address', 'user_agent', 'created_at', 'updated_at', 'expires_at'])
    .where('person_id', '=', personId)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .limit(SESSIONS_MAX)
    .execute();
}

const SESSIONS_MAX = 200;

export type SessionRow = Awaited<ReturnType<typeof sessionsOf>>[number];

/** Ends one session of a person; false where he has none of this id. */
export async function deleteSession(tx: Tx, personId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('person_sessions')
    .where('person_id', '=', personId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

const EXPIRED_AT_ONCE_MAX = 1000;

/** Sessions and half-done sign-ins that nobody can use any more. */
export async function deleteExpired(tx: Tx, now: Instant): Promise<void> {
  for (const table of ['person_sessions', 'sign_in_challenges'] as const) {
    const expired = tx
      .selectFrom(table)
      .select('id')
      .where('expires_at', '<', now)
      .orderBy('expires_at')
      .limit(EXPIRED_AT_ONCE_MAX)
      .forUpdate()
      .skipLocked();
    await tx.deleteFrom(table).where('id', 'in', expired).execute();
  }
}
