import type { Merge } from '@customary/sdk';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { ChoiceFilter, FilterBar, FilterChip } from '../../ui/filters.tsx';
import { OrganizationName } from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable } from '../../ui/query-table.tsx';
import { customerCrumbs } from '../customers/tabs.ts';
import { mergesQuery } from './queries.ts';
import { repairColumns, repairStatuses, repairTabs } from './repair.tsx';
import { mergesRoute } from './routes.ts';

const columns = repairColumns<Merge>('Merged', ({ intoId }) => (
  <OrganizationName id={intoId} plain />
));

export function MergesPage(): ReactNode {
  const search = mergesRoute.useSearch();
  const filters = { search, path: paths.merges };
  return (
    <Page
      title="Merges"
      crumbs={customerCrumbs}
      tabs={repairTabs}
      about="Two accounts that are one customer. No row is rewritten: old ids keep answering, and a merge can be undone."
    >
      <FilterBar>
        <ChoiceFilter of={filters} name="status" label="Status" choices={repairStatuses} />
        <FilterChip of={filters} name="organizationId" label="Of">
          <OrganizationName id={search.organizationId} />
        </FilterChip>
      </FilterBar>
      <QueryTable
        label="Merges"
        query={mergesQuery(search)}
        columns={columns}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.merge(id)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.merges({ ...search, cursor })}
        empty={
          <Nothing search={search} of="merge" all={paths.merges()}>
            <Empty
              title="Nothing was merged yet"
              curl={{
                method: 'POST',
                path: '/v1/merges',
                body: { organizationId: 'org_…', intoId: 'org_…', reason: 'The same company' },
              }}
            >
              Open an organization and choose Merge into another.
            </Empty>
          </Nothing>
        }
      />
    </Page>
  );
}
