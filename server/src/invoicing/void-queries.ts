import { type RawBuilder, sql } from 'kysely';
import { billedLines } from './billed-queries.ts';

/** Whether the subscription in this column is one of those asked about. */
export type IsAmong = (column: string) => RawBuilder<unknown>;

/** When documents that bill something were voided. */
const voided = sql`
  select e.invoice_id as document_id, j.position from ledger_entries e join journal j on j.id = e.journal_id where e.kind = 'void_reversal'
  union
  select e.credit_note_id, j.position from ledger_entries e join journal j on j.id = e.journal_id where e.kind = 'credit_note' and e.amount > 0`;

/** What void documents billed and has not been billed to the payer, or looked at, since: rows of news (see findNews). */
const voidLines = (isAmong: IsAmong) => sql`
  select l.subscription_id, l.period_start, l.period_end, l.organization_id
    from (${voided}) v
    join ${billedLines} l on l.document_id = v.document_id and l.status = 'void'
   where ${isAmong('l.subscription_id')} and not exists (
       select from ${billedLines} s
        where ${isAmong('s.subscription_id')} and s.status not in ('draft', 'void') and s.organization_id = l.organization_id and s.subscription_id = l.subscription_id and s.period_start = l.period_start
          and coalesce(s.charge_id, s.fee_id) = coalesce(l.charge_id, l.fee_id) and s.known_at > v.position)
     and not exists (
       select from settled_periods s
        where s.organization_id = l.organization_id and s.subscription_id = l.subscription_id and s.period_start = l.period_start and s.position > v.position)`;

/**
 * Voiding releases what a document had billed: its service periods are looked at again, and so are the payer's billed
 * cycles that they touch, in which something has no line now. As if it had not been issued, nothing was late for it.
 */
export const voidedPeriods = (isAmong: IsAmong) => sql`
  select 'period', v.subscription_id, null, v.period_start, v.period_end, null from (${voidLines(isAmong)}) v
  union
  select 'cycle', v.subscription_id, b.organization_id, b.period_start, b.period_end, ${Number.MAX_SAFE_INTEGER}::bigint
    from (${voidLines(isAmong)}) v
    join billing_cycles b on b.organization_id = v.organization_id and b.period_start <= v.period_end and b.period_end >= v.period_start`;
