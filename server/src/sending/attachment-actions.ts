import type { Queryable } from '../db/connect.ts';
import type { Attachment } from './smtp-actions.ts';

/** What goes with a mail about an invoice. The PDF comes from the domain `documents`; without it, nothing does. */
export async function attachmentsOf(_db: Queryable, _invoiceId: string): Promise<Attachment[]> {
  return [];
}
