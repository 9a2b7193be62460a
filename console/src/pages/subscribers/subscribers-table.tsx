import type { Subscriber } from '@customary/sdk';
import type { ReactNode } from 'react';
import { paths, type Path } from '../../lib/paths.ts';
import { OrganizationName } from '../../ui/names.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Copyable, OrDash, TwoLines } from '../../ui/values.tsx';
import { subscribersQuery, type SubscribersSearch } from './queries.ts';

const columns: readonly Column<Subscriber>[] = [
  {
    header: 'Organization/Email',
    width: 'minmax(200px, 2fr)',
    narrow: 'title',
    cell: ({ organizationIds, email }) => (
      <TwoLines
        first={email}
        second={
          <>
            <OrganizationName id={organizationIds[0]} plain />
            {organizationIds.length > 1 && ` and ${organizationIds.length - 1} more`}
          </>
        }
      />
    ),
  },
  {
    header: 'First Name',
    width: 'minmax(90px, 1fr)',
    narrow: 'line',
    cell: ({ firstName }) => <OrDash>{firstName}</OrDash>,
  },
  {
    header: 'Last Name',
    width: 'minmax(90px, 1fr)',
    narrow: 'line',
    cell: ({ lastName }) => <OrDash>{lastName}</OrDash>,
  },
  {
    header: 'Subscriber ID',
    width: 'minmax(140px, 1.2fr)',
    narrow: 'line',
    cell: ({ subscriberId }) => <Copyable value={subscriberId} />,
  },
];

type Props = {
  readonly search: SubscribersSearch;
  readonly cursor: string | undefined;
  readonly pagePath: (cursor: string | undefined) => Path;
  readonly empty: ReactNode;
};

export function SubscribersTable({ search, cursor, pagePath, empty }: Props): ReactNode {
  return (
    <QueryTable
      label="Subscribers"
      query={subscribersQuery(search)}
      columns={columns}
      lines={2}
      rowId={({ id }) => id}
      rowPath={({ id }) => paths.subscriber(id)}
      cursor={cursor}
      pagePath={pagePath}
      empty={empty}
    />
  );
}
