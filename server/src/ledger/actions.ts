import type { Action } from '../db/act.ts';
import type { Decimal } from '../lib/decimal.ts';
import { toText } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { insertEntry } from './queries.ts';

/** An invoice was issued: its payer owes its total from the day it was issued. */
export async function postInvoice(
  action: Action,
  invoice: {
    id: string;
    organizationId: string;
    currency: string;
    total: Decimal;
    issuedAt: Instant;
  },
): Promise<void> {
  await insertEntry(action, {
    organization_id: invoice.organizationId,
    currency: invoice.currency,
    kind: 'invoice',
    amount: toText(invoice.total),
    invoice_id: invoice.id,
    effective_at: invoice.issuedAt,
  });
}
