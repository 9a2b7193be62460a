import type { EventConflict } from '@customary/sdk';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { DateFilter, FilterBar, TextFilter } from '../../ui/filters.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Actor, OrDash, Time, TwoLines } from '../../ui/values.tsx';
import { measuresText } from './list-page.tsx';
import { conflictsQuery } from './queries.ts';
import { conflictsRoute } from './routes.ts';
import { eventCrumbs, eventTabs } from './tabs.ts';
import { eventColumn } from './columns.tsx';

const columns: readonly Column<EventConflict>[] = [
  {
    header: 'Came',
    width: '180px',
    narrow: 'line',
    cell: ({ recordedAt }) => <Time value={recordedAt} />,
  },
  eventColumn('Event that stands'),
  {
    header: 'The other says',
    width: 'minmax(180px, 1.6fr)',
    narrow: 'line',
    cell: ({ body }) => (
      <TwoLines
        first={measuresText(body.measures)}
        second={<OrDash>{body.credential ?? body.organization ?? body.subscriber}</OrDash>}
      />
    ),
  },
  {
    header: 'Differs in',
    width: 'minmax(120px, 1fr)',
    narrow: 'line',
    cell: ({ differs }) => <OrDash>{differs.join(', ')}</OrDash>,
  },
  {
    header: 'Sent by',
    width: 'minmax(110px, 0.8fr)',
    narrow: 'hidden',
    cell: ({ actor }) => <Actor value={actor} />,
  },
];

export function ConflictsPage(): ReactNode {
  const search = conflictsRoute.useSearch();
  const filters = { search, path: paths.conflicts };
  return (
    <Page
      title="Conflicts"
      crumbs={eventCrumbs}
      tabs={eventTabs}
      about="Events that came again with the same id and another body. The first stands; the other is kept, and not counted."
    >
      <FilterBar>
        <TextFilter of={filters} name="source" label="Source" width={140} />
        <TextFilter of={filters} name="clientId" label="Your event id" />
        <DateFilter of={filters} name="from" label="From" />
        <DateFilter of={filters} name="to" label="To" />
      </FilterBar>
      <QueryTable
        label="Conflicts"
        query={conflictsQuery(search)}
        columns={columns}
        lines={2}
        rowId={({ source, clientId, recordedAt }) => JSON.stringify([source, clientId, recordedAt])}
        rowPath={({ eventId }) => paths.event(eventId)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.conflicts({ ...search, cursor })}
        empty={
          <Nothing search={search} of="conflict" all={paths.conflicts()}>
            <Empty title="No conflict" curl={{ path: '/v1/conflicts' }}>
              An id names one event for good. Sent again with the same body it changes nothing; with
              another body it is kept here for you to look at.
            </Empty>
          </Nothing>
        }
      />
    </Page>
  );
}
