import type { StatementSummary } from '@customary/sdk';
import type { ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { fileName } from '../../lib/download.ts';
import { paths } from '../../lib/paths.ts';
import { today } from '../../lib/times.ts';
import { Action } from '../../ui/action.tsx';
import { DownloadButton } from '../../ui/download-button.tsx';
import { DateFilter, FilterBar, FlagFilter } from '../../ui/filters.tsx';
import { Link } from '../../ui/link.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Moneys, Quantity } from '../../ui/values.tsx';
import { customerCrumbs, customerTabs } from '../customers/tabs.ts';
import { AgeingBars } from './ageing.tsx';
import { asOfInstant, statementsQuery, type StatementsSearch } from './queries.ts';
import { useUnpaidPath } from './unpaid.ts';
import { statementsRoute } from './routes.ts';

const columns: readonly Column<StatementSummary>[] = [
  {
    header: 'Customer',
    width: 'minmax(180px, 2fr)',
    narrow: 'title',
    cell: ({ organization }) => organization.name,
  },
  {
    header: 'Outstanding Balance',
    width: 'minmax(150px, 1fr)',
    align: 'end',
    narrow: 'aside',
    cell: ({ outstandingBalance }) => <Moneys values={outstandingBalance} />,
  },
  {
    header: 'Open Invoices',
    width: '110px',
    align: 'end',
    narrow: 'line',
    cell: ({ openInvoices }) => <Quantity value={openInvoices.count} />,
  },
  {
    header: 'Ageing',
    width: 'minmax(110px, 0.8fr)',
    narrow: 'line',
    cell: ({ ageing }) => <AgeingBars ageing={ageing} />,
  },
  {
    header: 'Unpaid Invoices',
    width: '130px',
    narrow: 'line',
    cell: ({ organization }) => <UnpaidLink {...organization} />,
  },
];

function UnpaidLink({ id, name }: { readonly id: string; readonly name: string }): ReactNode {
  const unpaidOf = useUnpaidPath();
  return (
    <Link
      path={unpaidOf(id)}
      style={{ position: 'relative', zIndex: 1 }}
      aria-label={`Unpaid Invoices of ${name}`}
    >
      Unpaid Invoices
    </Link>
  );
}

export function StatementsPage(): ReactNode {
  const search = statementsRoute.useSearch();
  const filters = { search, path: paths.statements };
  return (
    <Page
      title="Statements"
      crumbs={customerCrumbs}
      tabs={customerTabs}
      about="What every customer owes. Each invoice is counted once, under its payer."
      actions={
        <DownloadButton
          label="CSV"
          fileName={fileName('statements', search.asOf ?? today()) + '.csv'}
          permission="statements.read"
          read={() => api().statements.csv({ asOf: asOfInstant(search.asOf), owing: search.owing })}
        />
      }
    >
      <FilterBar>
        <DateFilter of={filters} name="asOf" label="As of" />
        <FlagFilter of={filters} name="owing" label="Only who owes" />
      </FilterBar>
      <QueryTable
        label="Statements"
        query={statementsQuery(search)}
        columns={columns}
        rowId={({ organization }) => organization.id}
        rowPath={({ organization }) => paths.statement(organization.id, { asOf: search.asOf })}
        cursor={search.cursor}
        pagePath={(cursor) => paths.statements({ ...search, cursor })}
        empty={<NoStatements search={search} />}
      />
    </Page>
  );
}

function NoStatements({ search }: { readonly search: StatementsSearch }): ReactNode {
  if (search.owing === true)
    return (
      <Empty
        title="Nobody owes anything"
        actions={
          <Action variant="default" path={paths.statements()}>
            Show every customer
          </Action>
        }
      >
        Drafts are not owed yet: an invoice counts once it is finalized.
      </Empty>
    );
  return (
    <Empty
      title="No customers yet"
      actions={
        <Action path={paths.organizationNew()} permission="organizations.create">
          New Org
        </Action>
      }
      curl={{ path: '/v1/statements?owing=true' }}
    >
      Every customer has a statement, owing or not.
    </Empty>
  );
}
