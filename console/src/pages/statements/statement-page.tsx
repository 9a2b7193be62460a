import type { OpenInvoice, Statement, StatementOfAccount } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { fileName } from '../../lib/download.ts';
import { paths } from '../../lib/paths.ts';
import { today } from '../../lib/times.ts';
import { Action } from '../../ui/action.tsx';
import { DownloadButton } from '../../ui/download-button.tsx';
import { DateFilter, FilterBar, FilterChip } from '../../ui/filters.tsx';
import { Link } from '../../ui/link.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Card, CardGrid, Figure, Page, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Dash, Money, Moneys, sentenceCase, Status, Time } from '../../ui/values.tsx';
import { customerCrumbs } from '../customers/tabs.ts';
import { AgeingDetail } from './ageing.tsx';
import { useUnpaidPath } from './unpaid.ts';
import { statementQuery, statementTerms, type StatementSearch } from './queries.ts';
import { statementRoute } from './routes.ts';

export function StatementPage(): ReactNode {
  const { organizationId } = statementRoute.useParams();
  const search = statementRoute.useSearch();
  const { data: statement } = useSuspenseQuery(statementQuery(organizationId, search));
  const { name } = statement.organization;
  return (
    <Page
      title={`Statement of ${name}`}
      crumbs={[
        ...customerCrumbs,
        { label: 'Statements', path: paths.statements() },
        { label: name, path: paths.organization(organizationId) },
      ]}
      actions={<Downloads statement={statement} search={search} />}
    >
      <StatementFilters organizationId={organizationId} search={search} />
      <StatementBody statement={statement} />
    </Page>
  );
}

function Downloads({
  statement: { organization },
  search,
}: {
  readonly statement: Statement;
  readonly search: StatementSearch;
}): ReactNode {
  const unpaidOf = useUnpaidPath();
  const base = fileName('statement', organization.name, search.asOf ?? today());
  const terms = statementTerms(search);
  return (
    <>
      <Action variant="default" path={unpaidOf(organization.id)} permission="invoices.readHeaders">
        Unpaid Invoices
      </Action>
      <DownloadButton
        label="PDF"
        fileName={`${base}.pdf`}
        read={() => api().statements.pdf(organization.id, terms)}
      />
      <DownloadButton
        label="CSV"
        fileName={`${base}.csv`}
        read={() => api().statements.customerCsv(organization.id, terms)}
      />
    </>
  );
}

function StatementFilters({
  organizationId,
  search,
}: {
  readonly organizationId: string;
  readonly search: StatementSearch;
}): ReactNode {
  const filters = {
    search,
    path: (next: StatementSearch) => paths.statement(organizationId, next),
  };
  return (
    <FilterBar>
      <DateFilter of={filters} name="asOf" label="As of" />
      <DateFilter of={filters} name="from" label="Account from" />
      <DateFilter of={filters} name="to" label="to" />
      <FilterChip of={filters} name="knownAt" label="As known at position">
        {search.knownAt}
      </FilterChip>
    </FilterBar>
  );
}

/** What is owed, since when, on which invoices, and how it came to that. */
export function StatementBody({ statement }: { readonly statement: Statement }): ReactNode {
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
        <OpenInvoices invoices={openInvoices.items} />
      </Section>
      {account !== null && <Account account={account} />}
    </>
  );
}

function OpenInvoices({ invoices }: { readonly invoices: readonly OpenInvoice[] }): ReactNode {
  if (invoices.length === 0) return <Empty title="Nothing is open" />;
  return (
    <Card>
      <PlainTable
        label="Open invoices"
        head={['Number', 'Status', 'Period', 'Issued', 'Due', 'Total#', 'Amount due#']}
        rows={invoices.map((invoice) => ({
          key: invoice.id,
          cells: [
            <Link key="number" path={paths.invoice(invoice.id)}>
              {invoice.number}
            </Link>,
            invoice.daysPastDue > 0 ? (
              <Status key="status" value={`${invoice.daysPastDue} days overdue`} tone="bad" />
            ) : (
              <Status key="status" value={invoice.status} />
            ),
            <Time key="period" value={invoice.periodStart} as="day" />,
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
function Account({ account }: { readonly account: StatementOfAccount }): ReactNode {
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
          head={['Date', 'Entry', 'Invoice', 'Amount#']}
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
                  <Dash key="none" />
                ) : (
                  <Link key="invoice" path={paths.invoice(entry.invoiceId)}>
                    {entry.invoiceNumber ?? 'Draft'}
                  </Link>
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
