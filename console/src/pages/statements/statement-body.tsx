import type { OpenInvoice, Statement, StatementOfAccount } from '@customary/sdk';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Link } from '../../ui/link.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Card, CardGrid, Figure, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Money, Moneys, sentenceCase, Status, Time, OrDash } from '../../ui/values.tsx';
import { PeriodDays } from '../invoices/invoice-values.tsx';
import { AgeingDetail } from './ageing.tsx';

/** What is owed, since when, on which invoices, and how it came to that. */
export function StatementBody({
  statement,
  isShared = false,
}: {
  readonly statement: Statement;
  /** By a share link: nothing of it leads anywhere. */
  readonly isShared?: boolean;
}): ReactNode {
  const { outstandingBalance, unappliedCredit, ageing, openInvoices, account } = statement;
  return (
    <>
      <CardGrid min={220}>
        <Figure
          label="Outstanding balance"
          value={<Moneys values={outstandingBalance} />}
          note="due on open invoices"
        />
        <Figure
          label="Unapplied credit"
          value={<Moneys values={unappliedCredit} />}
          note="paid, not yet for any invoice"
        />
        <Figure
          label="Open invoices"
          value={openInvoices.count}
          note={
            <>
              as of <Time value={statement.asOf} />, position {statement.knownAt}
            </>
          }
        />
      </CardGrid>
      {ageing.length > 0 && (
        <Section title="Ageing" about="by days past due, in the customer’s time zone">
          <CardGrid min={420}>
            {ageing.map((each) => (
              <Card key={each.currency}>
                <AgeingDetail ageing={each} />
              </Card>
            ))}
          </CardGrid>
        </Section>
      )}
      <Section title="Open invoices">
        <OpenInvoices invoices={openInvoices.items} isShared={isShared} />
      </Section>
      {account !== null && <Account account={account} isShared={isShared} />}
    </>
  );
}

function InvoiceNumber({
  id,
  number,
  isShared,
}: {
  readonly id: string;
  readonly number: string;
  readonly isShared: boolean;
}): ReactNode {
  return isShared ? number : <Link path={paths.invoice(id)}>{number}</Link>;
}

function OpenInvoices({
  invoices,
  isShared,
}: {
  readonly invoices: readonly OpenInvoice[];
  readonly isShared: boolean;
}): ReactNode {
  if (invoices.length === 0) return <Empty title="Nothing is open" />;
  return (
    <Card>
      <PlainTable
        label="Open invoices"
        head={['Number', 'Status', 'Period', 'Issued', 'Due', 'Total#', 'Amount due#']}
        rows={invoices.map((invoice) => ({
          key: invoice.id,
          cells: [
            <InvoiceNumber key="number" {...invoice} isShared={isShared} />,
            invoice.daysPastDue > 0 ? (
              <Status key="status" value={`${invoice.daysPastDue} days overdue`} tone="bad" />
            ) : (
              <Status key="status" value={invoice.status} />
            ),
            <PeriodDays key="period" of={invoice} />,
            <Time key="issued" value={invoice.issuedAt} as="day" />,
            <Time key="due" value={invoice.dueAt} as="day" />,
            <Money key="total" value={invoice.total} />,
            <Money key="amount" value={invoice.amountDue} />,
          ],
        }))}
      />
    </Card>
  );
}

/** Opening + activity = closing. */
function Account({
  account,
  isShared,
}: {
  readonly account: StatementOfAccount;
  readonly isShared: boolean;
}): ReactNode {
  return (
    <Section
      title="Account"
      about={
        <>
          <Time value={account.from} as="day" /> – <Time value={account.to} as="day" />, opening +
          activity = closing
        </>
      }
    >
      <Card>
        <PlainTable
          label="Account"
          head={['Date', 'Entry', 'Document', 'Amount#']}
          rows={[
            ...account.opening.map((value) => ({
              key: `opening ${value.currency}`,
              cells: ['', 'Opening balance', '', <Money key="amount" value={value} />],
            })),
            ...account.entries.map((entry) => ({
              key: `${entry.position} ${entry.kind} ${entry.invoiceId} ${entry.amount.amount}`,
              cells: [
                <Time key="at" value={entry.effectiveAt} as="day" />,
                sentenceCase(entry.kind),
                entry.invoiceId === null ? (
                  <OrDash key="note">{entry.creditNoteNumber}</OrDash>
                ) : (
                  <InvoiceNumber
                    key="invoice"
                    id={entry.invoiceId}
                    number={entry.invoiceNumber ?? 'Draft'}
                    isShared={isShared}
                  />
                ),
                <Money key="amount" value={entry.amount} />,
              ],
            })),
            ...account.closing.map((value) => ({
              key: `closing ${value.currency}`,
              cells: [
                '',
                <strong key="closing">Closing balance</strong>,
                '',
                <Money key="amount" value={value} />,
              ],
            })),
          ]}
        />
      </Card>
    </Section>
  );
}
