import type { IssuedInvoiceHeader } from '@customary/sdk';
import type { ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { fileName } from '../../lib/download.ts';
import { paths } from '../../lib/paths.ts';
import { DownloadButton } from '../../ui/download-button.tsx';
import { FilterBar, FilterChip, FlagFilter, TextFilter } from '../../ui/filters.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Money, shortId, Time } from '../../ui/values.tsx';
import { InvoiceStatus } from './invoice-values.tsx';
import { invoiceHeadersQuery } from './queries.ts';
import { invoiceHeadersRoute } from './routes.ts';

const columns: readonly Column<IssuedInvoiceHeader>[] = [
  { header: 'Number', width: '110px', narrow: 'title', cell: ({ number }) => number },
  {
    header: 'Customer',
    width: 'minmax(120px, 1.6fr)',
    narrow: 'line',
    cell: ({ recipient }) => recipient.name,
  },
  {
    header: 'Status',
    width: '110px',
    narrow: 'line',
    cell: (invoice) => <InvoiceStatus invoice={invoice} />,
  },
  {
    header: 'Due',
    width: '95px',
    narrow: 'line',
    cell: ({ dueAt }) => <Time value={dueAt} as="day" />,
  },
  {
    header: 'Total',
    width: 'minmax(95px, 0.8fr)',
    align: 'end',
    narrow: 'hidden',
    cell: ({ total }) => <Money value={total} />,
  },
  {
    header: 'Amount due',
    width: 'minmax(95px, 0.8fr)',
    align: 'end',
    narrow: 'aside',
    cell: ({ amountDue }) => <Money value={amountDue} />,
  },
  {
    header: 'Document',
    width: '110px',
    narrow: 'line',
    cell: ({ id, number }) => (
      <DownloadButton
        label="PDF"
        fileName={`${fileName('invoice', number)}.pdf`}
        permission="invoices.readHeaders"
        read={() => api().invoices.summaryPdf(id)}
      />
    ),
  },
];

/** What is owed, invoice by invoice, and nothing beneath: no lines, no subscriptions, no usage. */
export function InvoiceHeadersPage(): ReactNode {
  const search = invoiceHeadersRoute.useSearch();
  const filters = { search, path: paths.invoiceHeaders };
  return (
    <Page
      title="Issued invoices"
      crumbs={[{ label: 'Customers' }, { label: 'Statements', path: paths.statements() }]}
      about="Numbers, dates and amounts. What each was computed from takes a role that may read invoices."
    >
      <FilterBar>
        <FlagFilter of={filters} name="unpaid" label="Unpaid" />
        <FlagFilter of={filters} name="overdue" label="Overdue" />
        <TextFilter of={filters} name="number" label="Number" width={130} />
        <FilterChip of={filters} name="organizationId" label="Customer">
          {shortId(search.organizationId ?? '')}
        </FilterChip>
      </FilterBar>
      <QueryTable
        label="Issued invoices"
        query={invoiceHeadersQuery(search)}
        columns={columns}
        rowId={({ id }) => id}
        cursor={search.cursor}
        pagePath={(cursor) => paths.invoiceHeaders({ ...search, cursor })}
        empty={
          <Nothing search={search} of="invoice" all={paths.invoiceHeaders()}>
            <Empty title="No invoice was issued yet" />
          </Nothing>
        }
      />
    </Page>
  );
}
