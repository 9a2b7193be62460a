import type { UnclassifiedGroup } from '@customary/sdk';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { ChoiceFilter, FilterBar, FilterChip, TextFilter } from '../../ui/filters.tsx';
import { OrganizationName } from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Dash, Money, Quantity, sentenceCase, Time, TwoLines } from '../../ui/values.tsx';
import { unclassifiedQuery } from './queries.ts';
import { unclassifiedRoute } from './routes.ts';

const columns: readonly Column<UnclassifiedGroup>[] = [
  {
    header: 'Identifier',
    width: 'minmax(160px, 1.6fr)',
    narrow: 'title',
    cell: (group) => <TwoLines first={groupName(group)} second={sentenceCase(group.kind)} />,
  },
  {
    header: 'Why',
    width: 'minmax(140px, 1.2fr)',
    narrow: 'line',
    cell: ({ reason, organizationName }) => (
      <TwoLines
        first={sentenceCase(reason)}
        second={
          organizationName === null ? 'belongs to nobody' : `of ${organizationName}, unbilled`
        }
      />
    ),
  },
  {
    header: 'Likeliest owner',
    width: 'minmax(140px, 1.2fr)',
    narrow: 'line',
    cell: ({ suggestions: [best] }) =>
      best === undefined ? (
        <Dash />
      ) : (
        <TwoLines first={best.organizationName} second={`${best.score} of 100`} />
      ),
  },
  {
    header: 'Last seen',
    width: '120px',
    narrow: 'line',
    cell: ({ lastSeenAt }) => <Time value={lastSeenAt} as="relative" />,
  },
  {
    header: 'Events',
    width: '80px',
    align: 'end',
    narrow: 'aside',
    cell: ({ events }) => <Quantity value={events} />,
  },
  {
    header: 'At stake',
    width: 'minmax(100px, 0.8fr)',
    align: 'end',
    narrow: 'line',
    cell: ({ atStake }) => <Money value={atStake.amount} />,
  },
];

/** What a group is called: its identifier, masked where it is a key, or who sends without any. */
export function groupName({ identifier, source }: UnclassifiedGroup): string {
  if (identifier !== null) return identifier;
  return source === null || source === '' ? 'No identifier' : `No identifier, from ${source}`;
}

const kinds = [
  ['credential', 'Credentials'],
  ['subscription', 'Subscriptions'],
  ['subscriber', 'Subscribers'],
  ['organization', 'Organizations'],
  ['none', 'No identifier'],
] as const;

const reached = [
  ['nothing', 'Belongs to nobody'],
  ['organization', 'Has an owner, not billed'],
] as const;

export function UnclassifiedPage(): ReactNode {
  const search = unclassifiedRoute.useSearch();
  const filters = { search, path: paths.unclassified };
  return (
    <Page
      title="Unclassified"
      crumbs={[{ label: 'Usage' }]}
      about="Usage that reached nobody, or is billed to nobody, by what it identified itself with. Claim it, and what was recorded follows."
    >
      <FilterBar>
        <ChoiceFilter of={filters} name="kind" label="Identifier" choices={kinds} />
        <ChoiceFilter of={filters} name="reached" label="Reached" choices={reached} />
        <ChoiceFilter
          of={filters}
          name="sort"
          label="Order"
          choices={[['events', 'Most events first']]}
        />
        <TextFilter of={filters} name="reason" label="Reason code" />
        <FilterChip of={filters} name="organizationId" label="Of">
          <OrganizationName id={search.organizationId} />
        </FilterChip>
      </FilterBar>
      <QueryTable
        label="Unclassified usage"
        query={unclassifiedQuery(search)}
        columns={columns}
        lines={2}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.unclassifiedGroup(id)}
        cursor={search.cursor}
        pagePath={(cursor) => paths.unclassified({ ...search, cursor })}
        empty={
          <Nothing search={search} of="usage" all={paths.unclassified()}>
            <Empty title="Everything has found its owner" curl={{ path: '/v1/unclassified' }}>
              Usage with an unknown key, e-mail or organization waits here, with suggestions whose
              it may be. Nothing is dropped.
            </Empty>
          </Nothing>
        }
      />
    </Page>
  );
}
