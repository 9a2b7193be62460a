import { sql } from 'kysely';

/** Lines of void invoices whose service period has not been billed to the payer since: rows of news (see findNews). */
const voidLines = sql`
  select l.subscription_id, l.period_start, l.period_end, i.organization_id
    from invoices i
    join ledger_entries e on e.invoice_id = i.id and e.kind = 'void_reversal'
    join journal j on j.id = e.journal_id
    join invoice_lines l on l.invoice_id = i.id
   where i.status = 'void'
     and not exists (
       select from invoice_lines s join invoices o on o.id = s.invoice_id and o.status <> 'void' and o.organization_id = i.organization_id
        where s.subscription_id = l.subscription_id and s.period_start = l.period_start and coalesce(s.charge_id, s.fee_id) = coalesce(l.charge_id, l.fee_id)
          and s.position > j.position)`;

/**
 * Voiding releases what an invoice had billed: its service periods are looked at again, and so are the payer's billed
 * cycles that they touch, in which something has no line now.
 */
export const voidedPeriods = sql`
  select 'period', v.subscription_id, null, v.period_start, v.period_end from (${voidLines}) v
  union
  select 'cycle', v.subscription_id, b.organization_id, b.period_start, b.period_end
    from (${voidLines}) v
    join billing_cycles b on b.organization_id = v.organization_id and b.period_start <= v.period_end and b.period_end >= v.period_start`;
