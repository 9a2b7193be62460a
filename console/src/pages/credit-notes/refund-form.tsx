import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { RefundForm } from '../payments/refund-fields.tsx';
import { creditNoteQuery } from './queries.ts';
import { creditNoteRoute } from './routes.ts';

export function RefundCreditNote(): ReactNode {
  const { creditNoteId } = creditNoteRoute.useParams();
  const { data: note } = useSuspenseQuery(creditNoteQuery(creditNoteId));
  return (
    <RefundForm
      of={note.number}
      parent={paths.creditNote(creditNoteId)}
      left={note.unappliedAmount}
      organizationId={note.organizationId}
      source={{ creditNoteId }}
    />
  );
}
