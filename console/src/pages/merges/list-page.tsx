import type { Merge } from '@customary/sdk';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { ChoiceFilter, FilterBar, FilterChip } from '../../ui/filters.tsx';
import { OrganizationName } from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { OrDash, Quantity, Status, Time } from '../../ui/values.tsx';
import { customerCrumbs } from '../customers/tabs.ts';
import { mergesQuery } from './queries.ts';
import { mergesRoute } from './routes.ts';

const columns: readonly Column<Merge>[] = [
  {
    header: 'Merged',
    width: 'minmax(140px, 1.2fr)',
    narrow: 'title',
    cell: ({ organizationId }) => <OrganizationName id={organizationId} plain />,
  },
  {
    header: 'Into',
    width: 'minmax(140px, 1.2fr)',
    narrow: 'line',
    cell: ({ intoId }) => <OrganizationName id={intoId} plain />,
  },
  {
    header: 'From',
    width: '130px',
    narrow: 'line',
    cell: ({ from }) => (from === null ? 'since ever' : <Time value={from} as="day" />),
  },
  {
    header: 'Reason',
    width: 'minmax(120px, 1fr)',
    narrow: 'line',
    cell: ({ reason }) => <OrDash>{reason}</OrDash>,
  },
  {
    header: 'Moved',
    width: '90px',
    align: 'end',
    narrow: 'line',
    cell: ({ moved }) => <Quantity value={moved} />,
  },
  {
    header: 'Status',
    width: '110px',
    narrow: 'aside',
    cell: ({ status }) => <Status value={status} />,
  },
];

const statuses = [
  ['previewed', 'Previewed'],
  ['applied', 'Applied'],
  ['undone', 'Undone'],
] as const;

export function MergesPage(): ReactNode {
  const search = mergesRoute.useSearch();
  const filters = { search, path: paths.merges };
  return (
    <Page
      title="Merges"
      crumbs={customerCrumbs}
      about="Two accounts that are one customer. No row is rewritten: old ids keep answering, and a merge can be undone."
    >
      <FilterBar>
        <ChoiceFilter of={filters} name="status" label="Status" choices={statuses} />
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
