import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from '../db/connect.ts';
import type { AsKnown } from '../ledger/queries.ts';

/** What was merged joins the statement of its survivor: one customer, and the accounts of all that it answers for. */

/** The merges in force on a day, as they were known at a position. */
export const mergesAsKnown = ({ asOf, knownAt }: AsKnown): RawBuilder<unknown> => sql`(
  select l.organization_id, l.survivor_id
    from organization_aliases l
    join journal made on made.id = l.recorded_by and made.position <= ${knownAt}
    left join journal ended on ended.id = l.superseded_by
   where l.valid @> ${asOf}::timestamptz and (l.superseded_by is null or ended.position is null or ended.position > ${knownAt}))`;

/** Who answered for a customer then. */
export async function standingAsKnown(
  db: Queryable,
  organizationId: string,
  known: AsKnown,
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select survivor_id as id from ${mergesAsKnown(known)} m where organization_id = ${organizationId}`.execute(
    db,
  );
  return rows[0]?.id ?? organizationId;
}

/** Account → the customer that answered for it then: themselves, and what had been merged into them. */
export async function accountsAsKnown(
  db: Queryable,
  customerIds: readonly string[],
  known: AsKnown,
): Promise<Map<string, string>> {
  const { rows } = await sql<{ account: string; customer: string }>`
    select organization_id as account, survivor_id as customer from ${mergesAsKnown(known)} m
     where survivor_id = any(${[...customerIds]}) order by 1`.execute(db);
  return new Map([
    ...customerIds.map((id): [string, string] => [id, id]),
    ...rows.map(({ account, customer }): [string, string] => [account, customer]),
  ]);
}
