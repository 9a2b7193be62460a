import { z } from 'zod';
import { decimalText, idOf, instant, money as moneyShape, pageQuery } from '../http/shapes.ts';
import { decimal } from '../lib/decimal.ts';
import { money } from '../lib/money.ts';
import type { IgnoredRow } from './ignored-queries.ts';
import { plain } from './invoice-schema.ts';

export const ignoredParams = z.strictObject({ id: idOf('ign') });

export const ignoredList = z.strictObject({
  ...pageQuery,
  organizationId: idOf('org').optional().describe('The payer.'),
  subscriptionId: idOf('sub').optional(),
  billingRunId: idOf('run').optional(),
});

export const ignoredUsage = z
  .object({
    id: z.string(),
    organizationId: z.string().describe('The payer, who was not billed for it.'),
    subscriptionId: z.string(),
    subscriptionName: z.string().nullable(),
    chargeId: z.string(),
    charge: z.string(),
    planId: z.string(),
    planVersion: z.int(),
    billingRunId: z.string().describe('The run that ignored it.'),
    periodStart: instant.describe('The service period that it belongs to.'),
    periodEnd: instant,
    occurredFrom: instant.describe('Its events occurred in [occurredFrom, occurredTo) …'),
    occurredTo: instant,
    positionAfter: z.int().describe('… and were recorded in (positionAfter, position].'),
    position: z.int(),
    eventCount: z.int(),
    eventQuantity: decimalText,
    eventHash: decimalText,
    quantity: decimalText.describe('What it would have added to the quantity of the period.'),
    worth: moneyShape.describe('What it would have added to the bill of the payer, without tax.'),
    createdAt: instant,
  })
  .meta({ id: 'IgnoredUsage' });

export function ignoredToApi(row: IgnoredRow): z.output<typeof ignoredUsage> {
  return {
    id: row.id,
    organizationId: row.organization_id,
    subscriptionId: row.subscription_id,
    subscriptionName: row.subscription_name,
    chargeId: row.charge_id,
    charge: row.charge,
    planId: row.plan_id,
    planVersion: row.plan_version,
    billingRunId: row.billing_run_id,
    periodStart: row.period_start,
    periodEnd: row.period_end,
    occurredFrom: row.occurred_from,
    occurredTo: row.occurred_to,
    positionAfter: row.position_after,
    position: row.position,
    eventCount: row.event_count,
    eventQuantity: plain(row.event_quantity),
    eventHash: plain(row.event_hash),
    quantity: plain(row.quantity),
    worth: money(decimal(row.worth), row.currency),
    createdAt: row.created_at,
  };
}
