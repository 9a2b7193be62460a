import type { Plan } from '@customary/sdk';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { PickerFilter } from '../../forms/picker-filter.tsx';
import { productSource } from '../../lib/choices.ts';
import { plural } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { FilterBar, FlagFilter, TextFilter } from '../../ui/filters.tsx';
import { IconPlus } from '../../ui/icons.ts';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Id, OrDash } from '../../ui/values.tsx';
import { catalogCrumbs, catalogTabs } from '../catalog/tabs.ts';
import { intervalText } from './price-text.ts';
import { plansQuery } from './queries.ts';
import { plansRoute } from './routes.ts';

const columns: readonly Column<Plan>[] = [
  { header: 'Name', width: 'minmax(150px, 1.5fr)', narrow: 'title', cell: ({ name }) => name },
  { header: 'ID', width: '150px', narrow: 'aside', cell: ({ id }) => <Id value={id} /> },
  {
    header: 'Prices',
    width: 'minmax(150px, 1.2fr)',
    narrow: 'line',
    cell: ({ fees, charges }) =>
      `${plural(fees.length, 'fee')}, ${plural(charges.length, 'charge')}`,
  },
  {
    header: 'Billed',
    width: '120px',
    narrow: 'line',
    cell: ({ interval, currency }) => `${intervalText(interval)}, ${currency}`,
  },
  {
    header: 'External ID',
    width: 'minmax(110px, 1fr)',
    narrow: 'line',
    cell: ({ externalId }) => <OrDash>{externalId}</OrDash>,
  },
  {
    header: 'Version',
    width: '80px',
    align: 'end',
    narrow: 'line',
    cell: ({ planVersion }) => planVersion,
  },
];

export function PlansPage(): ReactNode {
  const search = plansRoute.useSearch();
  const filters = { search, path: paths.plans };
  const { productId } = search;
  const add = (
    <Action
      leftSection={<IconPlus size={15} />}
      path={paths.planNew(productId === undefined ? {} : { productId })}
      permission="plans.create"
    >
      New plan
    </Action>
  );
  return (
    <Page
      title="Plans"
      crumbs={catalogCrumbs}
      tabs={catalogTabs}
      about="For how much a product is sold: fees, and prices of what meters count. Versions that were subscribed to never change."
      actions={add}
    >
      <FilterBar>
        <PickerFilter of={filters} name="productId" label="Product" source={productSource} />
        <TextFilter of={filters} name="externalId" label="External ID" />
        <FlagFilter of={filters} name="archived" label="Archived" />
      </FilterBar>
      <QueryTable
        label="Plans"
        query={plansQuery(search)}
        columns={columns}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.plan(id)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.plans({ ...search, cursor })}
        empty={
          <Nothing search={search} of="plan" all={paths.plans()}>
            <Empty
              title="No plans yet"
              actions={add}
              curl={{
                method: 'POST',
                path: '/v1/plans',
                body: {
                  productId: 'prd_…',
                  name: 'Pay as you go',
                  currency: 'USD',
                  charges: [{ meter: 'input_tokens', model: 'perUnit', unitPrice: '0.000002' }],
                },
              }}
            >
              A plan pins currency, interval, fees and prices.
            </Empty>
          </Nothing>
        }
      />
      <Outlet />
    </Page>
  );
}
