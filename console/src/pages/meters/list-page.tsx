import type { Meter } from '@customary/sdk';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { FilterBar, FlagFilter, TextFilter } from '../../ui/filters.tsx';
import { IconPlus } from '../../ui/icons.ts';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Dash, OrDash, Tags } from '../../ui/values.tsx';
import { catalogCrumbs, catalogTabs } from '../catalog/tabs.ts';
import { metersQuery } from './queries.ts';
import { metersRoute } from './routes.ts';

const columns: readonly Column<Meter>[] = [
  { header: 'Key', width: 'minmax(150px, 1.4fr)', narrow: 'title', cell: ({ key }) => key },
  {
    header: 'Counts',
    width: 'minmax(140px, 1.2fr)',
    narrow: 'line',
    cell: ({ aggregation, measure }) => `${aggregation} of ${measure ?? 'events'}`,
  },
  {
    header: 'Only where',
    width: 'minmax(120px, 1.2fr)',
    narrow: 'line',
    cell: ({ filter }) => <OrDash>{filterText(filter)}</OrDash>,
  },
  {
    header: 'Kept apart by',
    width: 'minmax(110px, 1fr)',
    narrow: 'line',
    cell: ({ splitBy }) => (splitBy.length === 0 ? <Dash /> : <Tags values={splitBy} />),
  },
  {
    header: 'Version',
    width: '80px',
    align: 'end',
    narrow: 'aside',
    cell: ({ meterVersion }) => meterVersion,
  },
  {
    header: 'Made by',
    width: '110px',
    narrow: 'line',
    cell: ({ autoCreated }) => (autoCreated ? 'its first event' : 'a person'),
  },
];

function filterText(filter: Meter['filter']): string {
  return Object.entries(filter)
    .map(([name, values]) => `${name} = ${[values].flat().join(' or ')}`)
    .join(', ');
}

export function MetersPage(): ReactNode {
  const search = metersRoute.useSearch();
  const filters = { search, path: paths.meters };
  const add = (
    <Action leftSection={<IconPlus size={15} />} path={paths.meterNew()} permission="meters.create">
      New meter
    </Action>
  );
  return (
    <Page
      title="Meters"
      crumbs={catalogCrumbs}
      tabs={catalogTabs}
      about="How measures of events become quantities that plans price."
      actions={add}
    >
      <FilterBar>
        <TextFilter of={filters} name="key" label="Exact key" />
        <TextFilter of={filters} name="measure" label="Measure" />
        <FlagFilter of={filters} name="archived" label="Archived" />
      </FilterBar>
      <QueryTable
        label="Meters"
        query={metersQuery(search)}
        columns={columns}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.meterEdit(id)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.meters({ ...search, cursor })}
        empty={
          <Nothing search={search} of="meter" all={paths.meters()}>
            <Empty
              title="No meters yet"
              actions={add}
              curl={{
                method: 'POST',
                path: '/v1/meters',
                body: { key: 'input_tokens', aggregation: 'sum', measure: 'input_tokens' },
              }}
            >
              A measure that was never seen before gets a meter of its own name by its first event.
            </Empty>
          </Nothing>
        }
      />
      <Outlet />
    </Page>
  );
}
