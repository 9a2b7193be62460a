import type { Event } from '@customary/sdk';
import type { ReactNode } from 'react';
import { quantity } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { FilterBar, FilterChip, TextFilter } from '../../ui/filters.tsx';
import {
  CredentialName,
  OrganizationName,
  SubscriberName,
  SubscriptionName,
} from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Status, TwoLines } from '../../ui/values.tsx';
import { eventsQuery, type EventsSearch } from './queries.ts';
import { eventsRoute } from './routes.ts';
import { eventCrumbs, eventTabs } from './tabs.ts';
import { eventColumn, occurredColumn } from './columns.tsx';

const columns: readonly Column<Event>[] = [
  occurredColumn,
  eventColumn(),
  {
    header: 'Belongs to',
    width: 'minmax(150px, 1.2fr)',
    narrow: 'line',
    cell: ({ attribution }) => (
      <TwoLines
        first={<OrganizationName id={attribution.organizationId} plain />}
        second={
          attribution.credentialId === null ? (
            attribution.rule
          ) : (
            <CredentialName id={attribution.credentialId} plain />
          )
        }
      />
    ),
  },
  {
    header: 'Measures',
    width: 'minmax(160px, 1.3fr)',
    narrow: 'line',
    cell: ({ measures }) => <span className="tabular">{measuresText(measures)}</span>,
  },
  {
    header: 'Billed',
    width: '150px',
    narrow: 'hidden',
    cell: ({ attribution }) =>
      attribution.unbilledReason === null ? (
        <Status value="Billed" tone="good" />
      ) : (
        <Status value={attribution.unbilledReason} tone="warn" />
      ),
  },
];

export function measuresText(measures: Record<string, string>): string {
  return Object.entries(measures)
    .map(([name, value]) => `${quantity(value)} ${name.replaceAll('_', ' ')}`)
    .join(' · ');
}

export function EventsPage(): ReactNode {
  const search = eventsRoute.useSearch();
  const filters = { search, path: paths.events };
  return (
    <Page
      title="Events"
      crumbs={eventCrumbs}
      tabs={eventTabs}
      about="Usage as it was recorded, the latest first. Each opens the chain from the event to the statement."
    >
      <FilterBar>
        <TextFilter of={filters} name="source" label="Source" width={140} />
        <TextFilter of={filters} name="clientId" label="Your event id" />
        <TextFilter of={filters} name="reason" label="Reason code" />
        <FilterChip of={filters} name="organizationId" label="Of">
          <OrganizationName id={search.organizationId} />
        </FilterChip>
        <FilterChip of={filters} name="subscriberId" label="By">
          <SubscriberName id={search.subscriberId} />
        </FilterChip>
        <FilterChip of={filters} name="credentialId" label="With">
          <CredentialName id={search.credentialId} />
        </FilterChip>
        <FilterChip of={filters} name="subscriptionId" label="On">
          <SubscriptionName id={search.subscriptionId} />
        </FilterChip>
      </FilterBar>
      <QueryTable
        label="Events"
        query={eventsQuery(search)}
        columns={columns}
        lines={2}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.event(id)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.events({ ...search, cursor })}
        empty={<NoEvents search={search} />}
      />
    </Page>
  );
}

function NoEvents({ search }: { readonly search: EventsSearch }): ReactNode {
  if (Object.keys(search).length > 0)
    return (
      <Empty
        title="No event matches"
        actions={
          <Action variant="default" path={paths.events()}>
            Clear the filters
          </Action>
        }
      />
    );
  return (
    <Empty
      title="No usage yet"
      curl={{
        method: 'POST',
        path: '/v1/events',
        body: { id: 'req-1', credential: 'the-key-that-was-used', measures: { input_tokens: 812 } },
      }}
    >
      Send what was used and the key that used it. It is attributed as it is stored.
    </Empty>
  );
}
