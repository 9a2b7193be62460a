import type { Product } from '@customary/sdk';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { FilterBar, FlagFilter, TextFilter } from '../../ui/filters.tsx';
import { IconPlus } from '../../ui/icons.ts';
import { Link } from '../../ui/link.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Id, OrDash } from '../../ui/values.tsx';
import { catalogCrumbs, catalogTabs } from '../catalog/tabs.ts';
import { productsQuery } from './queries.ts';
import { productsRoute } from './routes.ts';

const columns: readonly Column<Product>[] = [
  { header: 'Name', width: 'minmax(150px, 1.5fr)', narrow: 'title', cell: ({ name }) => name },
  { header: 'ID', width: '150px', narrow: 'aside', cell: ({ id }) => <Id value={id} /> },
  {
    header: 'External ID',
    width: 'minmax(110px, 1fr)',
    narrow: 'line',
    cell: ({ externalId }) => <OrDash>{externalId}</OrDash>,
  },
  {
    header: 'Tax',
    width: 'minmax(120px, 1fr)',
    narrow: 'line',
    cell: ({ taxRates, taxExempt }) =>
      taxExempt !== null
        ? `none: ${taxExempt.reason}`
        : taxRates === null
          ? 'as the payer has it'
          : taxRates.map(({ name, percent }) => `${name} ${percent} %`).join(', ') || 'none',
  },
  {
    header: 'Plans',
    width: '90px',
    narrow: 'line',
    cell: ({ id, name }) => (
      <Link
        path={paths.plans({ productId: id })}
        style={{ position: 'relative', zIndex: 1 }}
        aria-label={`Plans of ${name}`}
      >
        Plans
      </Link>
    ),
  },
];

export function ProductsPage(): ReactNode {
  const search = productsRoute.useSearch();
  const filters = { search, path: paths.products };
  const add = (
    <Action
      leftSection={<IconPlus size={15} />}
      path={paths.productNew()}
      permission="products.create"
    >
      New product
    </Action>
  );
  return (
    <Page
      title="Products"
      crumbs={catalogCrumbs}
      tabs={catalogTabs}
      about="What is sold. Each has plans, which say for how much."
      actions={add}
    >
      <FilterBar>
        <TextFilter of={filters} name="name" label="Exact name" />
        <TextFilter of={filters} name="externalId" label="External ID" />
        <FlagFilter of={filters} name="archived" label="Archived" />
      </FilterBar>
      <QueryTable
        label="Products"
        query={productsQuery(search)}
        columns={columns}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.productEdit(id)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.products({ ...search, cursor })}
        empty={
          <Nothing search={search} of="product" all={paths.products()}>
            <Empty
              title="No products yet"
              actions={add}
              curl={{ method: 'POST', path: '/v1/products', body: { name: 'Inference API' } }}
            >
              A product groups the plans that customers choose from.
            </Empty>
          </Nothing>
        }
      />
      <Outlet />
    </Page>
  );
}
