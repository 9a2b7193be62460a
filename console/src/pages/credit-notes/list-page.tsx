import type { CreditNoteHeader } from '@customary/sdk';
import type { ReactNode } from 'react';
import { PickerFilter } from '../../forms/picker-filter.tsx';
import { organizationSource } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { ChoiceFilter, FilterBar, FilterChip, FlagFilter, TextFilter } from '../../ui/filters.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Id, Money, OrDash, Status, Time } from '../../ui/values.tsx';
import { billingCrumbs, billingTabs } from '../billing/tabs.ts';
import { creditNotesQuery } from './queries.ts';
import { creditNotesRoute } from './routes.ts';

const columns: readonly Column<CreditNoteHeader>[] = [
  { header: 'Number', width: '110px', narrow: 'title', cell: ({ number }) => number },
  {
    header: 'Customer',
    width: 'minmax(120px, 1.4fr)',
    narrow: 'line',
    cell: ({ recipient }) => recipient.name,
  },
  {
    header: 'Of invoice',
    width: '110px',
    narrow: 'line',
    cell: ({ invoiceNumber }) => <OrDash>{invoiceNumber}</OrDash>,
  },
  {
    header: 'Status',
    width: '100px',
    narrow: 'line',
    cell: ({ status }) => <Status value={status} />,
  },
  {
    header: 'Issued',
    width: '110px',
    narrow: 'line',
    cell: ({ issuedAt }) => <Time value={issuedAt} as="day" />,
  },
  {
    header: 'Not applied',
    width: 'minmax(95px, 0.8fr)',
    align: 'end',
    narrow: 'hidden',
    cell: ({ unappliedAmount }) => <Money value={unappliedAmount} />,
  },
  {
    header: 'Total',
    width: 'minmax(95px, 0.8fr)',
    align: 'end',
    narrow: 'aside',
    cell: ({ total }) => <Money value={total} />,
  },
];

const statuses = [
  ['issued', 'Issued'],
  ['void', 'Void'],
] as const;

export function CreditNotesPage(): ReactNode {
  const search = creditNotesRoute.useSearch();
  const filters = { search, path: paths.creditNotes };
  return (
    <Page
      title="Credit notes"
      crumbs={billingCrumbs}
      tabs={billingTabs}
      about="What corrects an issued invoice: it stays as it is, and the credit note takes back."
    >
      <FilterBar>
        <PickerFilter
          of={filters}
          name="organizationId"
          label="Customer"
          source={organizationSource}
        />
        <ChoiceFilter of={filters} name="status" label="Status" choices={statuses} />
        <TextFilter of={filters} name="number" label="Number" width={130} />
        <FlagFilter of={filters} name="unapplied" label="Something left" />
        <FilterChip of={filters} name="invoiceId" label="Of the invoice">
          <Id value={search.invoiceId} />
        </FilterChip>
      </FilterBar>
      <QueryTable
        label="Credit notes"
        query={creditNotesQuery(search)}
        columns={columns}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.creditNote(id)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.creditNotes({ ...search, cursor })}
        empty={
          <Nothing search={search} of="credit note" all={paths.creditNotes()}>
            <Empty
              title="No credit notes yet"
              actions={
                <Action variant="default" path={paths.invoices({ unpaid: true })}>
                  To the unpaid invoices
                </Action>
              }
              curl={{
                method: 'POST',
                path: '/v1/credit-notes',
                body: { invoiceId: 'inv_…', reason: 'Agreed on the phone' },
              }}
            >
              Open the invoice that was too high and choose Credit note. Billing runs issue them,
              too, where a correction exceeds the next invoice.
            </Empty>
          </Nothing>
        }
      />
    </Page>
  );
}
