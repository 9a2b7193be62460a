import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { FilterBar, FilterChip, FlagFilter, TextFilter } from '../../ui/filters.tsx';
import { IconPlus } from '../../ui/icons.ts';
import { OrganizationName } from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { customerCrumbs, customerTabs } from '../customers/tabs.ts';
import type { SubscribersSearch } from './queries.ts';
import { subscribersRoute } from './routes.ts';
import { SubscribersTable } from './subscribers-table.tsx';

export function SubscribersPage(): ReactNode {
  const search = subscribersRoute.useSearch();
  const filters = { search, path: paths.subscribers };
  return (
    <Page
      title="Subscribers"
      crumbs={customerCrumbs}
      tabs={customerTabs}
      about="People and service accounts that generate usage, known by their e-mail."
      actions={
        <Action
          leftSection={<IconPlus size={15} />}
          path={paths.subscriberNew()}
          permission="subscribers.create"
        >
          Add Subscriber
        </Action>
      }
    >
      <FilterBar>
        <TextFilter of={filters} name="email" label="E-mail" width={220} />
        <TextFilter of={filters} name="subscriberId" label="Subscriber ID" />
        <FilterChip of={filters} name="organizationId" label="Of">
          <OrganizationName id={search.organizationId} />
        </FilterChip>
        <FlagFilter of={filters} name="archived" label="Archived" />
      </FilterBar>
      <SubscribersTable
        search={search}
        cursor={search.cursor}
        pagePath={(cursor) => paths.subscribers({ ...search, cursor })}
        empty={<NoSubscribers search={search} />}
      />
      <Outlet />
    </Page>
  );
}

function NoSubscribers({ search }: { readonly search: SubscribersSearch }): ReactNode {
  if (Object.keys(search).length > 0)
    return (
      <Empty
        title="No subscriber matches"
        actions={
          <Action variant="default" path={paths.subscribers()}>
            Clear the filters
          </Action>
        }
      >
        An e-mail is compared as a whole, without case.
      </Empty>
    );
  return (
    <Empty
      title="No subscribers yet"
      actions={
        <Action path={paths.subscriberNew()} permission="subscribers.create">
          Add Subscriber
        </Action>
      }
      curl={{
        method: 'POST',
        path: '/v1/subscribers',
        body: { email: 'ada@acme.example', organizationIds: ['org_…'] },
      }}
    >
      A subscriber is who uses your product for a customer. Usage that names only an e-mail finds
      its customer through them.
    </Empty>
  );
}
