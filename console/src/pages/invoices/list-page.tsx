import type { InvoiceHeader } from '@customary/sdk';
import type { ReactNode } from 'react';
import { PickerFilter } from '../../forms/picker-filter.tsx';
import { api } from '../../lib/api.ts';
import { organizationSource } from '../../lib/choices.ts';
import { fileName } from '../../lib/download.ts';
import { paths } from '../../lib/paths.ts';
import { today } from '../../lib/times.ts';
import { Action } from '../../ui/action.tsx';
import { DownloadButton } from '../../ui/download-button.tsx';
import {
  ChoiceFilter,
  FilterBar,
  FilterChip,
  FlagFilter,
  MonthFilter,
  TextFilter,
} from '../../ui/filters.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Id, Money, Time } from '../../ui/values.tsx';
import { billingCrumbs, billingTabs } from '../billing/tabs.ts';
import { InvoiceStatus, PeriodDays } from './invoice-values.tsx';
import { invoicesQuery } from './queries.ts';
import { invoicesRoute } from './routes.ts';

const columns: readonly Column<InvoiceHeader>[] = [
  {
    header: 'Number',
    width: '110px',
    narrow: 'title',
    cell: ({ number }) => number ?? 'Draft',
  },
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
    header: 'Period',
    width: '180px',
    narrow: 'line',
    cell: (invoice) => <PeriodDays of={invoice} timeZone={invoice.recipient.timeZone} />,
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
];

const statuses = [
  ['draft', 'Draft'],
  ['open', 'Open'],
  ['partially_paid', 'Partially paid'],
  ['paid', 'Paid'],
  ['void', 'Void'],
  ['uncollectible', 'Uncollectible'],
] as const;

export function InvoicesPage(): ReactNode {
  const search = invoicesRoute.useSearch();
  const filters = { search, path: paths.invoices };
  const { cursor: _cursor, ...terms } = search;
  const base = fileName('invoices', today());
  return (
    <Page
      title="Invoices"
      crumbs={billingCrumbs}
      tabs={billingTabs}
      about="Drafted by billing runs, owed once they are finalized, and never edited after that."
      actions={
        <>
          <DownloadButton
            label="CSV"
            fileName={`${base}.csv`}
            permission="invoices.read"
            read={() => api().invoices.csv(terms)}
          />
          <DownloadButton
            label="Lines"
            fileName={`${base}-lines.csv`}
            permission="invoices.read"
            read={() => api().invoiceLines.csv(terms)}
          />
        </>
      }
    >
      <FilterBar>
        <FlagFilter of={filters} name="unpaid" label="Unpaid" />
        <FlagFilter of={filters} name="overdue" label="Overdue" />
        <ChoiceFilter of={filters} name="status" label="Status" choices={statuses} />
        <PickerFilter
          of={filters}
          name="organizationId"
          label="Customer"
          source={organizationSource}
        />
        <TextFilter of={filters} name="number" label="Number" width={130} />
        <MonthFilter of={filters} name="period" label="Cycles ending in" />
        <FilterChip of={filters} name="billingRunId" label="Of the run">
          <Id value={search.billingRunId} />
        </FilterChip>
      </FilterBar>
      <QueryTable
        label="Invoices"
        query={invoicesQuery(search)}
        columns={columns}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.invoice(id)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.invoices({ ...search, cursor })}
        empty={
          <Nothing search={search} of="invoice" all={paths.invoices()}>
            <NoInvoices />
          </Nothing>
        }
      />
    </Page>
  );
}

function NoInvoices(): ReactNode {
  return (
    <Empty
      title="No invoices yet"
      actions={
        <Action path={paths.billingRunNew()} permission="billingRuns.create">
          Start a billing run
        </Action>
      }
      curl={{ method: 'POST', path: '/v1/billing-runs', body: { period: '2026-10' } }}
    >
      A billing run drafts one invoice for each payer whose billing cycle ended. Drafts may change;
      finalizing one gives it its number.
    </Empty>
  );
}
