import type { Invoice, Payment } from '@customary/sdk';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Link } from '../../ui/link.tsx';
import { Trouble } from '../../ui/notice.tsx';
import { Card, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Money, OrDash, sentenceCase, Status, Time } from '../../ui/values.tsx';
import { invoiceCreditsQuery, invoiceMessagesQuery, invoicePaymentsQuery } from './queries.ts';

/** What became of an invoice: what paid it, what corrected it, and what was mailed of it. */
export function Related({ invoice }: { readonly invoice: Invoice }): ReactNode {
  const payments = useQuery(invoicePaymentsQuery(invoice.id));
  const credits = useQuery(invoiceCreditsQuery(invoice.id));
  const messages = useQuery(invoiceMessagesQuery(invoice.id));
  if (invoice.status === 'draft') return null;
  return (
    <>
      <List title="Payments" result={payments}>
        {(items) => (
          <PlainTable
            label="Payments"
            head={['Received', 'Method', 'Reference', 'Status', 'Payment#', 'Of it, for this#']}
            rows={items.map((payment) => ({
              key: payment.id,
              cells: [
                <Link key="at" path={paths.payment(payment.id)}>
                  <Time value={payment.receivedAt} as="day" />
                </Link>,
                <OrDash key="method">{payment.method}</OrDash>,
                <OrDash key="reference">{payment.reference}</OrDash>,
                <Status key="status" value={payment.status} />,
                <Money key="amount" value={payment.amount} />,
                <Money key="part" value={partFor(payment, invoice.id)} />,
              ],
            }))}
          />
        )}
      </List>
      <List title="Credit notes" result={credits}>
        {(items) => (
          <PlainTable
            label="Credit notes"
            head={['Number', 'Issued', 'Reason', 'Status', 'Total#']}
            rows={items.map((note) => ({
              key: note.id,
              cells: [
                <Link key="number" path={paths.creditNote(note.id)}>
                  {note.number}
                </Link>,
                <Time key="at" value={note.issuedAt} as="day" />,
                note.reason,
                <Status key="status" value={note.status} />,
                <Money key="total" value={note.total} />,
              ],
            }))}
          />
        )}
      </List>
      <List title="Sent" result={messages}>
        {(items) => (
          <PlainTable
            label="Messages"
            head={['Asked for', 'What', 'To', 'Status', 'Detail']}
            rows={items.map((message) => ({
              key: message.id,
              cells: [
                <Time key="at" value={message.createdAt} />,
                `${sentenceCase(message.kind)}${message.automatic ? ', automatic' : ''}`,
                <OrDash key="to">{message.to}</OrDash>,
                <Status key="status" value={message.status} />,
                <OrDash key="reason">{message.reason}</OrDash>,
              ],
            }))}
          />
        )}
      </List>
    </>
  );
}

export function partFor({ allocations }: Pick<Payment, 'allocations'>, invoiceId: string) {
  return allocations.find((each) => each.invoiceId === invoiceId)?.amount ?? null;
}

/** A section that is there only where there is something in it. */
function List<Item>({
  title,
  result,
  children,
}: {
  readonly title: string;
  readonly result: UseQueryResult<{ items: Item[] }>;
  readonly children: (items: readonly Item[]) => ReactNode;
}): ReactNode {
  if (result.isError)
    return (
      <Section title={title}>
        <Trouble error={result.error} />
      </Section>
    );
  const items = result.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Section title={title}>
      <Card>{children(items)}</Card>
    </Section>
  );
}
