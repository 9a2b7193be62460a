import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { PickerFilter } from '../../forms/picker-filter.tsx';
import { organizationSource, planSource } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { ChoiceFilter, FilterBar, FlagFilter, TextFilter } from '../../ui/filters.tsx';
import { IconPlus } from '../../ui/icons.ts';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { subscriptionsRoute } from './routes.ts';
import { SubscriptionsTable } from './subscriptions-table.tsx';

const statuses = [
  ['pending', 'Pending'],
  ['trialing', 'Trialing'],
  ['active', 'Active'],
  ['paused', 'Paused'],
  ['ended', 'Ended'],
] as const;

export function SubscriptionsPage(): ReactNode {
  const search = subscriptionsRoute.useSearch();
  const filters = { search, path: paths.subscriptions };
  const { organizationId, planId } = search;
  const add = (
    <Action
      leftSection={<IconPlus size={15} />}
      path={paths.subscriptionNew({
        ...(organizationId !== undefined && { organizationId }),
        ...(planId !== undefined && { planId }),
      })}
      permission="subscriptions.create"
    >
      New subscription
    </Action>
  );
  return (
    <Page
      title="Subscriptions"
      crumbs={[{ label: 'Configuration' }]}
      about="Who agreed to which plan, from when. Usage finds its subscription by its key, or by the organization it is of."
      actions={add}
    >
      <FilterBar>
        <ChoiceFilter of={filters} name="status" label="Status" choices={statuses} />
        <PickerFilter
          of={filters}
          name="organizationId"
          label="Organization"
          source={organizationSource}
        />
        <PickerFilter of={filters} name="planId" label="Plan" source={planSource} width={160} />
        <TextFilter of={filters} name="externalId" label="External ID" width={150} />
        <FlagFilter of={filters} name="archived" label="Withdrawn" />
      </FilterBar>
      <SubscriptionsTable
        search={search}
        cursor={search.cursor}
        pagePath={(cursor) => paths.subscriptions({ ...search, cursor })}
        empty={
          <Nothing search={search} of="subscription" all={paths.subscriptions()}>
            <Empty
              title="No subscriptions yet"
              actions={add}
              curl={{
                method: 'POST',
                path: '/v1/subscriptions',
                body: { organizationId: 'org_…', planId: 'pln_…', startAt: '2026-10-01T00:00:00Z' },
              }}
            >
              A subscription says what an organization pays: without one its usage is counted, and
              not billed.
            </Empty>
          </Nothing>
        }
      />
      <Outlet />
    </Page>
  );
}
