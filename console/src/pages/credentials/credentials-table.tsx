import type { Credential } from '@customary/sdk';
import type { ReactNode } from 'react';
import { paths, type Path } from '../../lib/paths.ts';
import { OrganizationName } from '../../ui/names.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Time, TwoLines } from '../../ui/values.tsx';
import { credentialsQuery, type CredentialsSearch } from './queries.ts';

const columns: readonly Column<Credential>[] = [
  {
    header: 'Created',
    width: '160px',
    narrow: 'line',
    cell: ({ createdAt }) => <Time value={createdAt} />,
  },
  {
    header: 'Subscriber',
    width: 'minmax(130px, 1.1fr)',
    narrow: 'hidden',
    cell: ({ subscriberEmail }) => subscriberEmail,
  },
  {
    header: 'Credential Name',
    width: 'minmax(150px, 1.3fr)',
    narrow: 'title',
    cell: ({ name }) => name,
  },
  {
    header: 'Organization/Subscriber',
    width: 'minmax(150px, 1.2fr)',
    narrow: 'line',
    cell: ({ organizationId, subscriberEmail }) => (
      <TwoLines first={<OrganizationName id={organizationId} plain />} second={subscriberEmail} />
    ),
  },
  {
    header: 'Credential ID',
    width: 'minmax(110px, 0.8fr)',
    narrow: 'line',
    cell: ({ credentialId }) => <span className="mono">{credentialId}</span>,
  },
];

type Props = {
  readonly search: CredentialsSearch;
  readonly cursor: string | undefined;
  readonly pagePath: (cursor: string | undefined) => Path;
  readonly empty: ReactNode;
};

export function CredentialsTable({ search, cursor, pagePath, empty }: Props): ReactNode {
  return (
    <QueryTable
      label="Credentials"
      query={credentialsQuery(search)}
      columns={columns}
      lines={2}
      rowId={({ id }) => id}
      rowPath={({ id }) => paths.credential(id)}
      cursor={cursor}
      pagePath={pagePath}
      empty={empty}
    />
  );
}
