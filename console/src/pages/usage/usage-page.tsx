import type { ReactNode } from 'react';
import { PickerFilter } from '../../forms/picker-filter.tsx';
import { api } from '../../lib/api.ts';
import { organizationSource } from '../../lib/choices.ts';
import { fileName } from '../../lib/download.ts';
import { paths } from '../../lib/paths.ts';
import { today } from '../../lib/times.ts';
import { DownloadButton } from '../../ui/download-button.tsx';
import { ChoiceFilter, DateFilter, FilterBar, FilterChip, FlagFilter } from '../../ui/filters.tsx';
import { CredentialName, SubscriberName, SubscriptionName } from '../../ui/names.tsx';
import { Page } from '../../ui/page.tsx';
import { rangeOf, type UsageSearch } from './ranges.ts';
import { usageRoute } from './routes.ts';
import { UsageView } from './usage-view.tsx';

const ranges = [
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['month', 'This month'],
  ['lastMonth', 'Last month'],
  ['custom', 'From … to'],
] as const;

const groupings = [
  ['subscriber', 'By subscriber'],
  ['credential', 'By credential'],
  ['subscription', 'By subscription'],
  ['product', 'By product'],
  ['measure', 'By measure'],
  ['meter', 'By meter'],
  ['tag', 'By tag'],
  ['source', 'By source'],
  ['attribute:model', 'By model'],
] as const;

const intervals = [
  ['hour', 'By hour'],
  ['day', 'By day'],
  ['week', 'By week'],
  ['month', 'By month'],
] as const;

const figures = [
  ['cost', 'Cost'],
  ['amount', 'Amount'],
] as const;

/** What was used, what it cost and what it comes to: grouped, filtered, compared, and from a spike to its explanation. */
export function UsagePage(): ReactNode {
  const search = usageRoute.useSearch();
  const filters = { search, path: paths.usage };
  const known = groupings.some(([value]) => value === search.groupBy);
  const own =
    search.groupBy === undefined || search.groupBy === 'organization' || known
      ? []
      : ([[search.groupBy, `By ${search.groupBy}`]] as const);
  return (
    <Page
      title="Usage"
      crumbs={[{ label: 'Usage' }]}
      about="Every figure leads to the events behind it. Click a bar to see what changed."
      actions={<Csv search={search} />}
    >
      <FilterBar>
        <ChoiceFilter of={filters} name="range" label="Last 30 days" choices={ranges} bare />
        {search.range === 'custom' && (
          <>
            <DateFilter of={filters} name="from" label="From" />
            <DateFilter of={filters} name="to" label="to" />
          </>
        )}
        <ChoiceFilter
          of={filters}
          name="groupBy"
          label="By organization"
          choices={[...groupings, ...own]}
          bare
        />
        <ChoiceFilter of={filters} name="interval" label="Interval" choices={intervals} />
        <ChoiceFilter of={filters} name="show" label="Quantity" choices={figures} bare />
        <FlagFilter of={filters} name="compare" label="Compare" />
        <PickerFilter
          of={filters}
          name="organizationId"
          label="Customer"
          source={organizationSource}
        />
        {search.organizationId !== undefined && (
          <FlagFilter of={filters} name="rollUp" label="With those below" />
        )}
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
      <UsageView search={search} path={paths.usage} />
    </Page>
  );
}

function Csv({ search }: { readonly search: UsageSearch }): ReactNode {
  const { organizationId, rollUp, subscriberId, credentialId, subscriptionId } = search;
  const read = () =>
    api().usage.csv({
      ...rangeOf(search),
      groupBy: search.groupBy ?? 'organization',
      organizationId,
      rollUp,
      subscriberId,
      credentialId,
      subscriptionId,
    });
  return (
    <DownloadButton
      label="CSV"
      fileName={`${fileName('usage', today())}.csv`}
      permission="usage.read"
      read={read}
    />
  );
}
