import type { Queryable } from '../db/connect.ts';
import { type BreakdownBy, breakdownOf } from '../lib/breakdown.ts';
import { limits } from '../lib/limits.ts';
import { measureParts } from '../rating/part-queries.ts';
import { namesOf, ownersOf, partsOfInvoices, type PartRow } from './breakdown-queries.ts';
import { askOf, type BrokenLine, inPartOrder, labelOf, partsOfLine } from './breakdown-rules.ts';
import { linesOfInvoice } from './invoice-queries.ts';
import type { InvoiceContent } from './invoice-schema.ts';

/**
 * Breaks lines down: each into rows that sum to it exactly, straight from the events of its set, as known at its
 * position. Names are those of today.
 */
export async function breakDown(
  db: Queryable,
  lines: readonly BrokenLine[],
  by: BreakdownBy,
): Promise<PartRow[]> {
  const asks = lines.flatMap((line) => askOf(line) ?? []);
  const measured = await measureParts(db, asks, by, limits.breakdownRowsMax);
  const owners =
    by === 'organization'
      ? await ownersOf(
          db,
          lines.map((line) => line.subscription_id),
        )
      : new Map<string, string>();
  const broken = lines.map((line) => ({
    id: line.id,
    parts: partsOfLine(line, measured.get(line.id) ?? [], owners.get(line.subscription_id) ?? null),
  }));
  const values = broken.flatMap(({ parts }) => parts.flatMap(({ value }) => value ?? []));
  const names = await namesOf(db, by, values);
  return broken.flatMap(({ id, parts }) =>
    inPartOrder(
      parts.map((part) => ({ ...part, label: labelOf(by, part, names, parts.length === 1) })),
    ).map((part, i): PartRow => ({
      line_id: id,
      ordinal: i + 1,
      kind: part.kind,
      value: part.value,
      label: part.label,
      quantity: part.quantity,
      amount: part.amount,
      event_count: part.eventCount,
      event_quantity: part.eventQuantity,
    })),
  );
}

/** An invoice's lines and their parts: as they were drafted, or by something else, computed now from the same events. */
export async function contentOf(
  db: Queryable,
  invoice: { id: string; breakdown_by: string | null },
  asked?: BreakdownBy,
): Promise<InvoiceContent> {
  const lines = await linesOfInvoice(db, invoice.id);
  const stored = breakdownOf(invoice.breakdown_by ?? 'none');
  const by = asked ?? stored;
  if (by === null) return { lines, parts: [], breakdownBy: null };
  const parts =
    by === stored ? await partsOfInvoices(db, [invoice.id]) : await breakDown(db, lines, by);
  return { lines, parts, breakdownBy: by };
}

/** The parts of a draft's lines, as they are about to be stored; none where its payer does not want any. */
export async function breakDownDraft(
  db: Queryable,
  rows: readonly (Omit<BrokenLine, 'price'> & { readonly price: string })[],
  by: BreakdownBy | null,
): Promise<PartRow[]> {
  if (by === null) return [];
  const lines = rows.map((row) => ({ ...row, price: JSON.parse(row.price) as unknown }));
  return breakDown(db, lines, by);
}
