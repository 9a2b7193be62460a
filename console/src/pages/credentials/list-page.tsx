import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { FilterBar, FilterChip, FlagFilter, TextFilter } from '../../ui/filters.tsx';
import { IconPlus } from '../../ui/icons.ts';
import { OrganizationName, SubscriberName, SubscriptionName } from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { customerCrumbs, customerTabs } from '../customers/tabs.ts';
import { CredentialsTable } from './credentials-table.tsx';
import type { CredentialsSearch } from './queries.ts';
import { credentialsRoute } from './routes.ts';

export function CredentialsPage(): ReactNode {
  const search = credentialsRoute.useSearch();
  const filters = { search, path: paths.credentials };
  return (
    <Page
      title="Credentials"
      crumbs={customerCrumbs}
      tabs={customerTabs}
      about="What applications identify themselves with in events. To find one by its key, press Ctrl K and paste it."
      actions={
        <Action
          leftSection={<IconPlus size={15} />}
          path={paths.credentialNew()}
          permission="credentials.create"
        >
          New Credential
        </Action>
      }
    >
      <FilterBar>
        <TextFilter of={filters} name="tag" label="Tag" />
        <FilterChip of={filters} name="organizationId" label="Of">
          <OrganizationName id={search.organizationId} />
        </FilterChip>
        <FilterChip of={filters} name="subscriberId" label="Held by">
          <SubscriberName id={search.subscriberId} />
        </FilterChip>
        <FilterChip of={filters} name="subscriptionId" label="On">
          <SubscriptionName id={search.subscriptionId} />
        </FilterChip>
        <FlagFilter of={filters} name="autoCreated" label="Created by usage" />
        <FlagFilter of={filters} name="archived" label="Archived" />
      </FilterBar>
      <CredentialsTable
        search={search}
        cursor={search.cursor}
        pagePath={(cursor) => paths.credentials({ ...search, cursor })}
        empty={<NoCredentials search={search} />}
      />
      <Outlet />
    </Page>
  );
}

function NoCredentials({ search }: { readonly search: CredentialsSearch }): ReactNode {
  if (Object.keys(search).length > 0)
    return (
      <Empty
        title="No credential matches"
        actions={
          <Action variant="default" path={paths.credentials()}>
            Clear the filters
          </Action>
        }
      />
    );
  return (
    <Empty
      title="No credentials yet"
      actions={
        <Action path={paths.credentialNew()} permission="credentials.create">
          New Credential
        </Action>
      }
      curl={{
        method: 'POST',
        path: '/v1/credentials',
        body: {
          name: 'Mobile App Production Key',
          subscriberEmail: 'ada@acme.example',
          organizationId: 'org_…',
          credentialId: 'the-key-that-events-carry',
        },
      }}
    >
      A credential ties a key that events carry to a subscriber, an organization and, if you like, a
      subscription. Usage that names only a subscription makes one by itself.
    </Empty>
  );
}
