import { type Instant, plusMs } from '../lib/instant.ts';

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
const DAY_MS = 24 * 60 * 60 * 1000;

/** `INV-000042`. */
export function invoiceNumber(prefix: string, number: number): string {
  return prefix + String(number).padStart(NUMBER_DIGITS, '0');
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
