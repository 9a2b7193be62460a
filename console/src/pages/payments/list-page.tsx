import type { Payment } from '@customary/sdk';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { PickerFilter } from '../../forms/picker-filter.tsx';
import { organizationSource } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { ChoiceFilter, FilterBar, FilterChip, FlagFilter, TextFilter } from '../../ui/filters.tsx';
import { IconPlus } from '../../ui/icons.ts';
import { OrganizationName } from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Id, Money, OrDash, Status, Time } from '../../ui/values.tsx';
import { billingCrumbs, billingTabs } from '../billing/tabs.ts';
import { paymentsQuery } from './queries.ts';
import { paymentsRoute } from './routes.ts';

const columns: readonly Column<Payment>[] = [
  {
    header: 'Received',
    width: '130px',
    narrow: 'line',
    cell: ({ receivedAt }) => <Time value={receivedAt} as="day" />,
  },
  {
    header: 'Customer',
    width: 'minmax(150px, 1.4fr)',
    narrow: 'title',
    cell: ({ organizationId }) => <OrganizationName id={organizationId} plain />,
  },
  {
    header: 'Reference',
    width: 'minmax(120px, 1fr)',
    narrow: 'line',
    cell: ({ reference, method }) => <OrDash>{reference ?? method}</OrDash>,
  },
  {
    header: 'Status',
    width: '110px',
    narrow: 'line',
    cell: ({ status }) => <Status value={status} />,
  },
  {
    header: 'Not applied',
    width: 'minmax(110px, 0.8fr)',
    align: 'end',
    narrow: 'line',
    cell: ({ unappliedAmount }) => <Money value={unappliedAmount} />,
  },
  {
    header: 'Amount',
    width: 'minmax(110px, 0.8fr)',
    align: 'end',
    narrow: 'aside',
    cell: ({ amount }) => <Money value={amount} />,
  },
];

const statuses = [
  ['received', 'Received'],
  ['reversed', 'Reversed'],
] as const;

export function PaymentsPage(): ReactNode {
  const search = paymentsRoute.useSearch();
  const filters = { search, path: paths.payments };
  const add = (
    <Action
      leftSection={<IconPlus size={15} />}
      path={paths.paymentNew({ organizationId: search.organizationId })}
      permission="payments.create"
    >
      Record payment
    </Action>
  );
  return (
    <Page
      title="Payments"
      crumbs={billingCrumbs}
      tabs={billingTabs}
      about="Money that came in. It pays what is due first; what is left is the customer’s credit."
      actions={add}
    >
      <FilterBar>
        <PickerFilter
          of={filters}
          name="organizationId"
          label="Customer"
          source={organizationSource}
        />
        <ChoiceFilter of={filters} name="status" label="Status" choices={statuses} />
        <TextFilter of={filters} name="reference" label="Reference" width={150} />
        <FlagFilter of={filters} name="unapplied" label="Something left" />
        <FilterChip of={filters} name="invoiceId" label="Of the invoice">
          <Id value={search.invoiceId} />
        </FilterChip>
      </FilterBar>
      <QueryTable
        label="Payments"
        query={paymentsQuery(search)}
        columns={columns}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.payment(id)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.payments({ ...search, cursor })}
        empty={
          <Nothing search={search} of="payment" all={paths.payments()}>
            <Empty
              title="No payments yet"
              actions={add}
              curl={{
                method: 'POST',
                path: '/v1/payments',
                body: {
                  organizationId: 'org_…',
                  amount: { amount: '120.00', currency: 'USD' },
                  reference: 'wire 4711',
                },
              }}
            >
              Record what your bank or payment provider received. Without allocations it pays the
              invoice that is due first.
            </Empty>
          </Nothing>
        }
      />
      <Outlet />
    </Page>
  );
}
