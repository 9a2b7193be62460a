import type { Statement } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { fileName } from '../../lib/download.ts';
import { paths } from '../../lib/paths.ts';
import { today } from '../../lib/times.ts';
import { Action } from '../../ui/action.tsx';
import { DownloadButton } from '../../ui/download-button.tsx';
import { DateFilter, FilterBar, FilterChip } from '../../ui/filters.tsx';
import { Page } from '../../ui/page.tsx';
import { customerCrumbs } from '../customers/tabs.ts';
import { StatementBody } from './statement-body.tsx';
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
      <Outlet />
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
      <Action
        variant="default"
        path={paths.statementShare(organization.id)}
        permission="shareLinks.create"
      >
        Share
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
