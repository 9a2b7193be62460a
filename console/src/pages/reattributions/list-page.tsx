import type { Reattribution } from '@customary/sdk';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { ChoiceFilter, FilterBar } from '../../ui/filters.tsx';
import { IconPlus } from '../../ui/icons.ts';
import { OrganizationName } from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Dash, OrDash, Quantity, Status, Time } from '../../ui/values.tsx';
import { reattributionsQuery } from './queries.ts';
import { reattributionsRoute } from './routes.ts';

const columns: readonly Column<Reattribution>[] = [
  {
    header: 'Made',
    width: '180px',
    narrow: 'title',
    cell: ({ createdAt }) => <Time value={createdAt} />,
  },
  {
    header: 'To',
    width: 'minmax(140px, 1.2fr)',
    narrow: 'line',
    cell: ({ owner }) =>
      owner === null ? (
        'whom ownership says now'
      ) : (
        <OrganizationName id={owner.organizationId} plain />
      ),
  },
  {
    header: 'Reason',
    width: 'minmax(140px, 1.4fr)',
    narrow: 'line',
    cell: ({ reason, cause }) => <OrDash>{reason ?? cause?.action}</OrDash>,
  },
  {
    header: 'Status',
    width: '110px',
    narrow: 'aside',
    cell: ({ status }) => <Status value={status} />,
  },
  {
    header: 'Events',
    width: '90px',
    align: 'end',
    narrow: 'line',
    cell: ({ events }) => (events === null ? <Dash /> : <Quantity value={events} />),
  },
  {
    header: 'Moved',
    width: '90px',
    align: 'end',
    narrow: 'line',
    cell: ({ moved }) => (moved === null ? <Dash /> : <Quantity value={moved} />),
  },
];

const statuses = [
  ['pending', 'Pending'],
  ['previewed', 'Previewed'],
  ['applied', 'Applied'],
  ['undone', 'Undone'],
] as const;

export function ReattributionsPage(): ReactNode {
  const search = reattributionsRoute.useSearch();
  const filters = { search, path: paths.reattributions };
  const add = (
    <Action
      leftSection={<IconPlus size={15} />}
      path={paths.reattributionNew()}
      permission="reattributions.create"
    >
      Re-attribute usage
    </Action>
  );
  return (
    <Page
      title="Re-attributions"
      crumbs={[{ label: 'Usage' }]}
      about="Corrections of whose recorded usage is: look at the figures, apply, and undo. Nothing that was issued is edited; the difference is posted to both sides."
      actions={add}
    >
      <FilterBar>
        <ChoiceFilter of={filters} name="status" label="Status" choices={statuses} />
      </FilterBar>
      <QueryTable
        label="Re-attributions"
        query={reattributionsQuery(search)}
        columns={columns}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.reattribution(id)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.reattributions({ ...search, cursor })}
        empty={
          <Nothing search={search} of="re-attribution" all={paths.reattributions()}>
            <Empty
              title="Nothing was re-attributed yet"
              actions={add}
              curl={{
                method: 'POST',
                path: '/v1/reattributions',
                body: {
                  selection: { credentialId: 'crd_…', from: '2026-10-01T00:00:00Z' },
                  owner: { organizationId: 'org_…' },
                  reason: 'It was the other team’s key',
                },
              }}
            >
              Select usage, say whose it is, and see what it would change before it does.
            </Empty>
          </Nothing>
        }
      />
      <Outlet />
    </Page>
  );
}
