import type { CreditNote } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { fileName } from '../../lib/download.ts';
import { isZero } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { useWrite } from '../../lib/write.ts';
import { Action } from '../../ui/action.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { DownloadButton } from '../../ui/download-button.tsx';
import { Link } from '../../ui/link.tsx';
import { OrganizationName } from '../../ui/names.tsx';
import { Card, CardGrid, Facts, Figure, Page, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { toast } from '../../ui/toast.tsx';
import { Id, Money, OrDash, Quantity, sentenceCase, Status, Time } from '../../ui/values.tsx';
import { billingCrumbs } from '../billing/tabs.ts';
import { PeriodDays } from '../invoices/invoice-values.tsx';
import { Allocations } from '../payments/allocations.tsx';
import { creditNoteQuery } from './queries.ts';
import { creditNoteRoute } from './routes.ts';

export function CreditNotePage(): ReactNode {
  const { creditNoteId } = creditNoteRoute.useParams();
  const { data: note } = useSuspenseQuery(creditNoteQuery(creditNoteId));
  const nothingLeft = isZero(note.unappliedAmount.amount) ? 'Nothing of it is left.' : null;
  const [isVoiding, setVoiding] = useState(false);
  return (
    <Page
      title={note.number}
      aside={
        <>
          <Status value={note.status} />
          <Id value={note.id} />
        </>
      }
      crumbs={[...billingCrumbs, { label: 'Credit notes', path: paths.creditNotes() }]}
      about={note.reason}
      actions={
        <>
          <Action
            variant="default"
            path={paths.creditNoteAllocate(note.id)}
            permission="creditNotes.allocate"
            disabledReason={nothingLeft}
          >
            Allocate
          </Action>
          <Action
            variant="default"
            path={paths.creditNoteRefund(note.id)}
            permission="refunds.create"
            disabledReason={nothingLeft}
          >
            Refund
          </Action>
          <DownloadButton
            label="PDF"
            fileName={`${fileName('credit-note', note.number)}.pdf`}
            read={() => api().creditNotes.pdf(note.id)}
          />
          <Action
            variant="default"
            permission="creditNotes.void"
            disabledReason={note.status === 'void' ? 'It is void already.' : null}
            onClick={() => setVoiding(true)}
          >
            Void
          </Action>
        </>
      }
    >
      <CardGrid min={150}>
        <Figure label="Total" value={<Money value={note.total} />} />
        <Figure label="Not applied" value={<Money value={note.unappliedAmount} />} />
        <Figure label="Refunded" value={<Money value={note.refundedAmount} />} />
      </CardGrid>
      <Lines note={note} />
      <Allocations
        allocations={note.allocations}
        permission="creditNotes.allocate"
        fixedId={note.invoiceId}
        takeBack={(invoiceId) => api().creditNotes.deallocate(note.id, { invoiceId })}
      />
      <div style={{ marginTop: 28 }}>
        <Card>
          <Facts
            of={[
              ['Payer', <OrganizationName key="payer" id={note.organizationId} />],
              [
                'Corrects',
                <OrDash key="invoice">
                  {note.invoiceId !== null && (
                    <Link path={paths.invoice(note.invoiceId)}>{note.invoiceNumber}</Link>
                  )}
                </OrDash>,
              ],
              ['Issued', <Time key="issued" value={note.issuedAt} />],
              ['Counts from', <Time key="effective" value={note.effectiveAt} as="day" />],
            ]}
          />
        </Card>
      </div>
      <Outlet />
      {isVoiding && <VoidNote note={note} onClose={() => setVoiding(false)} />}
    </Page>
  );
}

function Lines({ note }: { readonly note: CreditNote }): ReactNode {
  return (
    <Section title="Lines">
      <Card>
        <PlainTable
          label="Lines"
          head={['Line', 'Kind', 'Service period', 'Quantity#', 'Amount#']}
          rows={[
            ...note.lines.map((line) => ({
              key: line.id,
              cells: [
                line.description,
                sentenceCase(line.kind),
                <PeriodDays key="period" of={line} timeZone={note.recipient.timeZone} />,
                <Quantity key="quantity" value={line.quantity} />,
                <Money key="amount" value={line.amount} />,
              ],
            })),
            ...note.taxes.map((tax) => ({
              key: `tax ${tax.name} ${tax.percent}`,
              cells: [
                tax.percent === null
                  ? `No tax: ${tax.exemptReason}`
                  : `${tax.name} ${tax.percent} %`,
                '',
                '',
                '',
                <Money key="amount" value={tax.amount} />,
              ],
            })),
          ]}
        />
      </Card>
    </Section>
  );
}

function VoidNote({
  note,
  onClose,
}: {
  readonly note: CreditNote;
  readonly onClose: () => void;
}): ReactNode {
  const voiding = useWrite(
    () => api().creditNotes.void(note.id, {}),
    () => {
      toast(`${note.number} is void`);
      onClose();
    },
  );
  return (
    <Confirm
      title={`Void ${note.number}?`}
      confirmLabel="Void"
      isDanger
      isBusy={voiding.isPending}
      error={voiding.error}
      onConfirm={() => voiding.mutate(undefined)}
      onClose={onClose}
    >
      What it credited is owed again. Its number stays taken.
    </Confirm>
  );
}
