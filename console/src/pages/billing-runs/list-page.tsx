import type { BillingRun } from '@customary/sdk';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { ChoiceFilter, FilterBar, MonthFilter } from '../../ui/filters.tsx';
import { IconPlayerPlay } from '../../ui/icons.ts';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Quantity, Status, Time } from '../../ui/values.tsx';
import { billingCrumbs, billingTabs } from '../billing/tabs.ts';
import { billingRunsQuery } from './queries.ts';
import { billingRunsRoute } from './routes.ts';

const columns: readonly Column<BillingRun>[] = [
  {
    header: 'Period',
    width: 'minmax(110px, 1.2fr)',
    narrow: 'title',
    cell: ({ period }) => period,
  },
  {
    header: 'Status',
    width: '120px',
    narrow: 'aside',
    cell: ({ status }) => <Status value={status} />,
  },
  {
    header: 'Started',
    width: '180px',
    narrow: 'line',
    cell: ({ createdAt }) => <Time value={createdAt} />,
  },
  {
    header: 'Payers',
    width: '90px',
    align: 'end',
    narrow: 'line',
    cell: ({ organizationsTotal }) => <Quantity value={organizationsTotal} />,
  },
  {
    header: 'Invoices',
    width: '90px',
    align: 'end',
    narrow: 'line',
    cell: ({ invoicesDrafted }) => <Quantity value={invoicesDrafted} />,
  },
  {
    header: 'Lines',
    width: '90px',
    align: 'end',
    narrow: 'line',
    cell: ({ linesDrafted }) => <Quantity value={linesDrafted} />,
  },
];

const statuses = [
  ['queued', 'Queued'],
  ['running', 'Running'],
  ['succeeded', 'Succeeded'],
  ['failed', 'Failed'],
] as const;

export function BillingRunsPage(): ReactNode {
  const search = billingRunsRoute.useSearch();
  const filters = { search, path: paths.billingRuns };
  const start = (
    <Action
      leftSection={<IconPlayerPlay size={15} />}
      path={paths.billingRunNew()}
      permission="billingRuns.create"
    >
      Start a run
    </Action>
  );
  return (
    <Page
      title="Billing runs"
      crumbs={billingCrumbs}
      tabs={billingTabs}
      about="Each drafts the invoices of the billing cycles that ended, once: a repeated run drafts only what is missing."
      actions={start}
    >
      <FilterBar>
        <ChoiceFilter of={filters} name="status" label="Status" choices={statuses} />
        <MonthFilter of={filters} name="period" label="Month" />
      </FilterBar>
      <QueryTable
        label="Billing runs"
        query={billingRunsQuery(search)}
        columns={columns}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.billingRun(id)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.billingRuns({ ...search, cursor })}
        empty={
          <Nothing search={search} of="billing run" all={paths.billingRuns()}>
            <Empty
              title="No billing run yet"
              actions={start}
              curl={{ method: 'POST', path: '/v1/billing-runs', body: { period: '2026-10' } }}
            >
              A run rates what was used in the cycles that ended, and drafts an invoice for each
              payer. Settings can start them on a schedule.
            </Empty>
          </Nothing>
        }
      />
      <Outlet />
    </Page>
  );
}
