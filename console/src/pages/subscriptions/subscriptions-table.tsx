import type { Subscription } from '@customary/sdk';
import type { ReactNode } from 'react';
import { paths, type Path } from '../../lib/paths.ts';
import { OrganizationName, PlanName } from '../../ui/names.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Dash, Status, Time, TwoLines } from '../../ui/values.tsx';
import { subscriptionsQuery, type SubscriptionsSearch } from './queries.ts';

const columns: readonly Column<Subscription>[] = [
  {
    header: 'Subscription',
    width: 'minmax(150px, 1.5fr)',
    narrow: 'title',
    cell: (subscription) => (
      <TwoLines
        first={subscriptionName(subscription)}
        second={subscription.externalId ?? 'no external id'}
      />
    ),
  },
  {
    header: 'Organization',
    width: 'minmax(130px, 1.2fr)',
    narrow: 'line',
    cell: ({ organizationId }) => <OrganizationName id={organizationId} plain />,
  },
  {
    header: 'Plan',
    width: 'minmax(110px, 1fr)',
    narrow: 'line',
    cell: ({ planId, planVersion }) => (
      <TwoLines first={<PlanName id={planId} plain />} second={`version ${planVersion}`} />
    ),
  },
  {
    header: 'Status',
    width: '110px',
    narrow: 'aside',
    cell: ({ status }) => <Status value={status} />,
  },
  {
    header: 'Since',
    width: '110px',
    narrow: 'line',
    cell: ({ startAt }) => <Time value={startAt} as="day" />,
  },
  {
    header: 'Period ends',
    width: '110px',
    narrow: 'line',
    cell: ({ currentPeriod }) =>
      currentPeriod === null ? <Dash /> : <Time value={currentPeriod.end} as="day" />,
  },
];

export function subscriptionName({ name, externalId, id }: Subscription): string {
  return name ?? externalId ?? id;
}

export function SubscriptionsTable({
  search,
  cursor,
  pagePath,
  empty,
}: {
  readonly search: SubscriptionsSearch;
  readonly cursor: string | undefined;
  readonly pagePath: (cursor: string | undefined) => Path;
  readonly empty: ReactNode;
}): ReactNode {
  return (
    <QueryTable
      label="Subscriptions"
      query={subscriptionsQuery(search)}
      columns={columns}
      lines={2}
      rowId={({ id }) => id}
      rowPath={({ id }) => paths.subscription(id)}
      cursor={cursor}
      pagePath={pagePath}
      empty={empty}
    />
  );
}
