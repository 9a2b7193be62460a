import type { CreditNoteHeader } from '@customary/sdk';
import { api } from '../../lib/api.ts';
import { listQuery, oneQuery } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { creditNotes } from '../../lib/searches.ts';

export type CreditNotesSearch = Search<typeof creditNotes>;

export const creditNotesQuery = listQuery<CreditNotesSearch, CreditNoteHeader>(
  'credit-notes',
  (query, reading) => api().creditNotes.list(query, reading),
);

export const creditNoteQuery = oneQuery('credit-notes', (id, reading) =>
  api().creditNotes.get(id, reading),
);
