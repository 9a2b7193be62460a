import type { InvoiceLineEvent } from '@customary/sdk';
import { CredentialName, OrganizationName } from '../../ui/names.tsx';
import type { Column } from '../../ui/query-table.tsx';
import { Dash, Quantity, Status, TwoLines } from '../../ui/values.tsx';
import { eventColumn, occurredColumn } from '../events/columns.tsx';

/** The exact events behind a figure. */
export const lineEventColumns: readonly Column<InvoiceLineEvent>[] = [
  occurredColumn,
  eventColumn(),
  {
    header: 'Belongs to',
    width: 'minmax(150px, 1fr)',
    narrow: 'line',
    cell: ({ organizationId, credentialId }) => (
      <TwoLines
        first={<OrganizationName id={organizationId} plain />}
        second={credentialId === null ? <Dash /> : <CredentialName id={credentialId} plain />}
      />
    ),
  },
  {
    header: 'Effect',
    width: '110px',
    narrow: 'line',
    cell: ({ sign }) => (
      <Status value={sign < 0 ? 'taken out' : 'counted'} tone={sign < 0 ? 'quiet' : 'good'} />
    ),
  },
  {
    header: 'Quantity',
    width: '140px',
    align: 'end',
    narrow: 'aside',
    cell: ({ quantity }) => <Quantity value={quantity} />,
  },
];
