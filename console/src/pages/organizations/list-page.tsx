import type { Organization } from '@customary/sdk';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { FilterBar, FilterChip, FlagFilter, TextFilter } from '../../ui/filters.tsx';
import { IconListTree, IconPlus } from '../../ui/icons.ts';
import { OrganizationName } from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Copyable, Id, OrDash } from '../../ui/values.tsx';
import { customerCrumbs, customerTabs } from '../customers/tabs.ts';
import { organizationsQuery, type OrganizationsSearch } from './queries.ts';
import { organizationsRoute } from './routes.ts';

const columns: readonly Column<Organization>[] = [
  {
    header: 'Name',
    width: 'minmax(180px, 2fr)',
    narrow: 'title',
    cell: ({ name }) => name,
  },
  {
    header: 'ID',
    width: 'minmax(130px, 1fr)',
    narrow: 'aside',
    cell: ({ id }) => <Id value={id} />,
  },
  {
    header: 'Parent ID',
    width: 'minmax(130px, 1fr)',
    narrow: 'line',
    cell: ({ parentId }) => <Id value={parentId} />,
  },
  {
    header: 'External ID',
    width: 'minmax(120px, 1fr)',
    narrow: 'line',
    cell: ({ externalId }) => (
      <OrDash>{externalId !== null && <Copyable value={externalId} />}</OrDash>
    ),
  },
];

export function OrganizationsPage(): ReactNode {
  const search = organizationsRoute.useSearch();
  const filters = { search, path: paths.organizations };
  return (
    <Page
      title="Organizations"
      crumbs={customerCrumbs}
      tabs={customerTabs}
      about="Customer accounts: companies that buy, or units of your own that are allocated costs."
      actions={
        <>
          <Action
            variant="default"
            leftSection={<IconListTree size={15} />}
            path={paths.organizationTree()}
          >
            As a tree
          </Action>
          <Action
            leftSection={<IconPlus size={15} />}
            path={paths.organizationNew()}
            permission="organizations.create"
          >
            New Org
          </Action>
        </>
      }
    >
      <FilterBar>
        <TextFilter of={filters} name="search" label="Name" />
        <TextFilter of={filters} name="externalId" label="External ID" />
        <FilterChip of={filters} name="name" label="Called">
          {search.name}
        </FilterChip>
        <FilterChip of={filters} name="parentId" label="Below">
          <OrganizationName id={search.parentId} />
        </FilterChip>
        <FlagFilter of={filters} name="archived" label="Archived" />
      </FilterBar>
      <QueryTable
        label="Organizations"
        query={organizationsQuery(search)}
        columns={columns}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.organization(id)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.organizations({ ...search, cursor })}
        empty={<NoOrganizations search={search} />}
      />
      <Outlet />
    </Page>
  );
}

function NoOrganizations({ search }: { readonly search: OrganizationsSearch }): ReactNode {
  const isFiltered = Object.keys(search).length > 0;
  if (isFiltered)
    return (
      <Empty
        title="No organization matches"
        actions={
          <Action variant="default" path={paths.organizations()}>
            Clear the filters
          </Action>
        }
      >
        Names and external IDs are compared as a whole. Press Ctrl K to find by anything else.
      </Empty>
    );
  return (
    <Empty
      title="No customers yet"
      actions={
        <Action path={paths.organizationNew()} permission="organizations.create">
          New Org
        </Action>
      }
      curl={{
        method: 'POST',
        path: '/v1/organizations',
        body: { name: 'Acme', externalId: 'crm-1042', currency: 'USD' },
      }}
    >
      An organization is who uses your product and, unless another pays for it, who is invoiced.
    </Empty>
  );
}
