import { DAY_MS, type Instant, plusMs } from '../lib/instant.ts';
import { localDate } from './line-rules.ts';

export const invoiceStatuses = [
  'draft',
  'open',
  'partially_paid',
  'paid',
  'void',
  'uncollectible',
] as const;
/** Issued, and something of it is still owed. */
export const openStatuses = ['open', 'partially_paid'] as const;

const NUMBER_DIGITS = 6;

/** `INV-000042`. */
export function invoiceNumber(prefix: string, number: number): string {
  return prefix + String(number).padStart(NUMBER_DIGITS, '0');
}

/** Unpaid, and the day it was due is over, by the calendar of the payer. */
export function isOverdue(
  row: { status: string; due_at: Instant | null; payer_time_zone: string },
  now: Instant,
): boolean {
  if (row.due_at === null || !(openStatuses as readonly string[]).includes(row.status))
    return false;
  const dayOf = (at: Instant) => localDate(at, row.payer_time_zone);
  return dayOf(now) > dayOf(row.due_at);
}

export function dueAt(issuedAt: Instant, paymentTermsDays: number): Instant {
  return plusMs(issuedAt, paymentTermsDays * DAY_MS);
}

/** Whom the document is made out to, as it was when it was issued. */
export function recipientOf(payer: {
  name: string;
  time_zone: string;
  billing: unknown;
}): Record<string, unknown> {
  return { name: payer.name, timeZone: payer.time_zone, ...(payer.billing as object) };
}
