import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { ChoiceFilter, FilterBar, FlagFilter } from '../../ui/filters.tsx';
import type { UsageSearch } from '../usage/ranges.ts';
import { UsageView } from '../usage/usage-view.tsx';
import { usageTab } from './routes.ts';

const ranges = [
  ['7d', 'Last 7 days'],
  ['month', 'This month'],
  ['lastMonth', 'Last month'],
] as const;

const groupings = [
  ['organization', 'By organization'],
  ['subscriber', 'By subscriber'],
  ['subscription', 'By subscription'],
  ['measure', 'By measure'],
] as const;

/** What it used and what that cost: by itself, or with all that lies below it. */
export function UsageTab(): ReactNode {
  const { organizationId } = usageTab.useParams();
  const search: UsageSearch = usageTab.useSearch();
  const path = ({ organizationId: _own, ...next }: UsageSearch) =>
    paths.organizationUsage(organizationId, next);
  const filters = { search, path };
  return (
    <>
      <FilterBar>
        <ChoiceFilter of={filters} name="range" label="Last 30 days" choices={ranges} bare />
        <ChoiceFilter of={filters} name="groupBy" label="By credential" choices={groupings} bare />
        <ChoiceFilter of={filters} name="show" label="Quantity" choices={[['cost', 'Cost']]} bare />
        <FlagFilter of={filters} name="rollUp" label="With all below it" />
        <FlagFilter of={filters} name="compare" label="Compare" />
      </FilterBar>
      <UsageView
        search={{ ...search, organizationId, groupBy: search.groupBy ?? 'credential' }}
        path={path}
      />
    </>
  );
}
