import type { Invoice, Message } from '@customary/sdk';
import { useState, type ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { fileName, save } from '../../lib/download.ts';
import { moneyText } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { useWrite } from '../../lib/write.ts';
import { Action } from '../../ui/action.tsx';
import { ActionMenu } from '../../ui/action-menu.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { DownloadButton } from '../../ui/download-button.tsx';
import { toast } from '../../ui/toast.tsx';
import { sentenceCase } from '../../ui/values.tsx';
import { isOwed } from './invoice-values.tsx';

/** What can be done with an invoice, by what it is. */
export function InvoiceActions({ invoice }: { readonly invoice: Invoice }): ReactNode {
  const [isFinalizing, setFinalizing] = useState(false);
  const isDraft = invoice.status === 'draft';
  const base = fileName('invoice', invoice.number ?? invoice.id);
  return (
    <>
      {isDraft ? (
        <Action permission="invoices.finalize" onClick={() => setFinalizing(true)}>
          Finalize
        </Action>
      ) : (
        <Action
          path={paths.invoicePay(invoice.id)}
          permission="payments.create"
          disabledReason={owedReason(invoice)}
        >
          Record payment
        </Action>
      )}
      <DownloadButton
        label="PDF"
        fileName={`${base}.pdf`}
        permission="invoices.read"
        read={() => api().invoices.pdf(invoice.id)}
      />
      <DownloadButton
        label="CSV"
        fileName={`${base}.csv`}
        permission="invoices.read"
        read={() => api().invoices.linesCsv(invoice.id)}
      />
      <More invoice={invoice} base={base} />
      {isFinalizing && <Finalize invoice={invoice} onClose={() => setFinalizing(false)} />}
    </>
  );
}

function owedReason(invoice: Invoice): string | null {
  return isOwed(invoice) ? null : `Nothing is owed on it: it is ${words(invoice.status)}.`;
}

function issuedReason(invoice: Invoice): string | null {
  if (invoice.status === 'draft') return 'It is a draft: finalize it first.';
  return invoice.status === 'void' ? 'It is void.' : null;
}

/** As the API sees it: what was paid or credited stands on it. */
function voidReason(invoice: Invoice): string | null {
  if (invoice.status === 'uncollectible') return 'It is written off: a credit note corrects it.';
  const { amountPaid, amountCredited } = invoice;
  const isTouched = [amountPaid, amountCredited].some(({ amount }) => /[1-9]/.test(amount));
  if (isTouched) return 'Something was paid or credited on it: reverse that, or credit it.';
  return issuedReason(invoice);
}

const words = (status: string) => sentenceCase(status).toLowerCase();

function More({ invoice, base }: { readonly invoice: Invoice; readonly base: string }): ReactNode {
  const said = ({ kind, status, to }: Message) =>
    toast(`${sentenceCase(kind)} to ${to ?? 'nobody'}: ${words(status)}`);
  const failed = (error: Error) => toast(error.message);
  const send = useWrite(() => api().invoices.send(invoice.id), said);
  const remind = useWrite(() => api().invoices.remind(invoice.id), said);
  const breakdown = async () =>
    save(
      await api().invoices.linesCsv(invoice.id, { rows: 'breakdown' }),
      `${base}-breakdown.csv`,
      'text/csv',
    );
  const summary = async () =>
    save(await api().invoices.summaryPdf(invoice.id), `${base}-summary.pdf`, 'application/pdf');
  return (
    <ActionMenu
      label="More actions"
      actions={[
        {
          label: 'Send by e-mail',
          permission: 'invoices.send',
          disabledReason: issuedReason(invoice),
          onClick: () => send.mutate(undefined, { onError: failed }),
        },
        {
          label: 'Send a reminder',
          permission: 'invoices.send',
          disabledReason: owedReason(invoice),
          onClick: () => remind.mutate(undefined, { onError: failed }),
        },
        {
          label: 'Credit note',
          path: paths.invoiceCredit(invoice.id),
          permission: 'creditNotes.create',
          disabledReason: issuedReason(invoice),
        },
        {
          label: 'Summary PDF, without lines',
          permission: 'invoices.readHeaders',
          disabledReason: issuedReason(invoice),
          onClick: () => void summary().catch(failed),
        },
        {
          label: 'Breakdown as CSV',
          permission: 'invoices.read',
          onClick: () => void breakdown().catch(failed),
        },
        {
          label: 'Write off as uncollectible',
          path: paths.invoiceWriteOff(invoice.id),
          permission: 'invoices.writeOff',
          disabledReason: owedReason(invoice),
          isDanger: true,
        },
        {
          label: 'Void',
          path: paths.invoiceVoid(invoice.id),
          permission: 'invoices.void',
          disabledReason: voidReason(invoice),
          isDanger: true,
        },
      ]}
    />
  );
}

function Finalize({
  invoice,
  onClose,
}: {
  readonly invoice: Invoice;
  readonly onClose: () => void;
}): ReactNode {
  const finalize = useWrite(
    () => api().invoices.finalize(invoice.id),
    ({ number }) => {
      toast(`Invoice ${number} was issued`);
      onClose();
    },
  );
  return (
    <Confirm
      title={`Finalize the invoice for ${invoice.recipient.name}?`}
      confirmLabel="Finalize"
      isBusy={finalize.isPending}
      error={finalize.error}
      onConfirm={() => finalize.mutate(undefined)}
      onClose={onClose}
    >
      It gets its number, and {moneyText(invoice.total)} is owed. What is issued is never edited:
      corrections are credit notes, or void it and bill again.
    </Confirm>
  );
}
