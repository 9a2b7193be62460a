import type { AnyDocument } from './model.ts';

/** The words that layouts print themselves. */
export const words = {
  invoice: 'Invoice',
  creditNote: 'Credit note',
  statement: 'Statement',
  draft: 'Draft',
  stampDraft: 'DRAFT',
  stampVoid: 'VOID',
} as const;

/** What the document is, as a reader's window shows it. */
export function titleOf(document: AnyDocument): string {
  const kind = words[document.kind];
  if (document.kind === 'statement')
    return `${kind} for ${document.recipient.name}, ${document.asOf}`;
  return `${kind} ${document.number ?? `(${words.draft.toLowerCase()})`} for ${document.recipient.name}`;
}

/** Across its pages, where it is not to be mistaken for one that counts. */
export function stampOf(status: string): string | null {
  if (status === 'draft') return words.stampDraft;
  return status === 'void' ? words.stampVoid : null;
}
