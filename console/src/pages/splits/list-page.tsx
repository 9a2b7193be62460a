import type { Split } from '@customary/sdk';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { ChoiceFilter, FilterBar, FilterChip } from '../../ui/filters.tsx';
import { OrganizationName } from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable } from '../../ui/query-table.tsx';
import { customerCrumbs } from '../customers/tabs.ts';
import { repairColumns, repairStatuses, repairTabs } from '../merges/repair.tsx';
import { splitsQuery } from './queries.ts';
import { splitsRoute } from './routes.ts';

const columns = repairColumns<Split>('Split', ({ isNew, intoId, status }) =>
  isNew && status === 'previewed' ? 'a new one' : <OrganizationName id={intoId} plain />,
);

export function SplitsPage(): ReactNode {
  const search = splitsRoute.useSearch();
  const filters = { search, path: paths.splits };
  return (
    <Page
      title="Splits"
      crumbs={customerCrumbs}
      tabs={repairTabs}
      about="One account that is two customers. Keys and people go to the other with their usage; issued documents stay, and a split can be undone."
    >
      <FilterBar>
        <ChoiceFilter of={filters} name="status" label="Status" choices={repairStatuses} />
        <FilterChip of={filters} name="organizationId" label="Of">
          <OrganizationName id={search.organizationId} />
        </FilterChip>
      </FilterBar>
      <QueryTable
        label="Splits"
        query={splitsQuery(search)}
        columns={columns}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.split(id)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.splits({ ...search, cursor })}
        empty={
          <Nothing search={search} of="split" all={paths.splits()}>
            <Empty
              title="Nothing was split yet"
              curl={{
                method: 'POST',
                path: '/v1/splits',
                body: {
                  organizationId: 'org_…',
                  credentialIds: ['crd_…'],
                  organization: { name: 'Globex Labs' },
                },
              }}
            >
              Open an organization and choose Split off a part.
            </Empty>
          </Nothing>
        }
      />
    </Page>
  );
}
