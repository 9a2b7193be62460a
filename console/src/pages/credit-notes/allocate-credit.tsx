import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { AllocateForm } from '../payments/allocate-form.tsx';
import { creditNoteQuery } from './queries.ts';
import { creditNoteRoute } from './routes.ts';

export function AllocateCredit(): ReactNode {
  const { creditNoteId } = creditNoteRoute.useParams();
  const { data: note } = useSuspenseQuery(creditNoteQuery(creditNoteId));
  return (
    <AllocateForm
      title={`Allocate ${note.number}`}
      parent={paths.creditNote(creditNoteId)}
      permission="creditNotes.allocate"
      left={note.unappliedAmount}
      organizationId={note.organizationId}
      allocate={(body) => api().creditNotes.allocate(creditNoteId, body)}
    />
  );
}
