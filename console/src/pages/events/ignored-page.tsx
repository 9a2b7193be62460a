import type { IgnoredUsage } from '@customary/sdk';
import type { ReactNode } from 'react';
import { PickerFilter } from '../../forms/picker-filter.tsx';
import { organizationSource } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { FilterBar, FilterChip } from '../../ui/filters.tsx';
import { Link } from '../../ui/link.tsx';
import { OrganizationName, SubscriptionName } from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Id, Money, Quantity, Time, TwoLines } from '../../ui/values.tsx';
import { PeriodDays } from '../invoices/invoice-values.tsx';
import { ignoredUsageQuery } from './queries.ts';
import { ignoredUsageRoute } from './routes.ts';
import { eventCrumbs, eventTabs } from './tabs.ts';

const columns: readonly Column<IgnoredUsage>[] = [
  {
    header: 'Payer',
    width: 'minmax(140px, 1.2fr)',
    narrow: 'title',
    cell: ({ organizationId, charge }) => (
      <TwoLines first={<OrganizationName id={organizationId} plain />} second={charge} />
    ),
  },
  {
    header: 'Service period',
    width: 'minmax(180px, 1fr)',
    narrow: 'line',
    cell: (ignored) => <PeriodDays of={ignored} />,
  },
  {
    header: 'Ignored',
    width: '120px',
    narrow: 'line',
    cell: ({ createdAt }) => <Time value={createdAt} as="relative" />,
  },
  {
    header: 'Events',
    width: '80px',
    align: 'end',
    narrow: 'line',
    cell: ({ eventCount }) => <Quantity value={eventCount} />,
  },
  {
    header: 'Quantity',
    width: '130px',
    align: 'end',
    narrow: 'line',
    cell: ({ quantity }) => <Quantity value={quantity} />,
  },
  {
    header: 'Worth',
    width: '130px',
    align: 'end',
    narrow: 'aside',
    cell: ({ worth }) => <Money value={worth} />,
  },
];

export function IgnoredUsagePage(): ReactNode {
  const search = ignoredUsageRoute.useSearch();
  const filters = { search, path: paths.ignoredUsage };
  return (
    <Page
      title="Ignored usage"
      crumbs={eventCrumbs}
      tabs={eventTabs}
      about="Usage that came too late and, by the late policy, is never billed. Recorded, traced, and shown with what it was worth."
    >
      <FilterBar>
        <PickerFilter
          of={filters}
          name="organizationId"
          label="Payer"
          source={organizationSource}
        />
        <FilterChip of={filters} name="subscriptionId" label="On">
          <SubscriptionName id={search.subscriptionId} />
        </FilterChip>
        <FilterChip of={filters} name="billingRunId" label="Of the run">
          <Id value={search.billingRunId} />
        </FilterChip>
      </FilterBar>
      <QueryTable
        label="Ignored usage"
        query={ignoredUsageQuery(search)}
        columns={columns}
        lines={2}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.ignored(id)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.ignoredUsage({ ...search, cursor })}
        empty={
          <Nothing search={search} of="ignored usage" all={paths.ignoredUsage()}>
            <Empty title="Nothing is ignored" curl={{ path: '/v1/ignored-usage' }}>
              Usage that comes after its invoice is adjusted on the next one, unless the{' '}
              <Link path={paths.settingsBilling()}>late policy</Link> says to ignore it.
            </Empty>
          </Nothing>
        }
      />
    </Page>
  );
}
