import { sql } from 'kysely';

/**
 * All that bills a fee or charge over a service period, as one table: the lines of invoices, drafts and void ones among
 * them, and the adjustments of credit notes, whose amounts are turned around. `known_at`: the position of the document.
 */
export const billedLines = sql`(
  select l.id, l.kind, l.subscription_id, l.plan_id, l.plan_version, l.fee_id, l.charge_id, l.period_start, l.period_end,
         l.payer_from, l.payer_to, l.position_after, l.position, l.event_sign, l.event_count, l.event_quantity, l.event_hash, l.amount, l.price,
         i.id as invoice_id, i.id as document_id, i.organization_id, i.number, i.status, i.position as known_at,
         i.period_start as cycle_start, i.period_end as cycle_end
    from invoice_lines l join invoices i on i.id = l.invoice_id
  union all
  select l.id, l.kind, l.subscription_id, l.plan_id, l.plan_version, l.fee_id, l.charge_id, l.period_start, l.period_end,
         l.payer_from, l.payer_to, l.position_after, l.position, l.event_sign, l.event_count, l.event_quantity, l.event_hash, -l.amount, l.price,
         null, n.id, n.organization_id, n.number, n.status, n.position, l.period_start, l.period_end
    from credit_note_lines l join credit_notes n on n.id = l.credit_note_id
   where l.kind = 'adjustment'
)`;
