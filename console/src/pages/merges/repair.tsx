import type { Merge, Split } from '@customary/sdk';
import type { ReactNode } from 'react';
import { plural } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { OrganizationName } from '../../ui/names.tsx';
import { Warning } from '../../ui/notice.tsx';
import { CardGrid, Figure, type Tab } from '../../ui/page.tsx';
import type { Column } from '../../ui/query-table.tsx';
import { Id, OrDash, Quantity, Status, Time } from '../../ui/values.tsx';

/** What merges and splits have in common: both are previewed, applied and undone. */
type Repair = Merge | Split;

export const repairTabs: readonly Tab[] = [
  { label: 'Merges', path: paths.merges() },
  { label: 'Splits', path: paths.splits() },
];

export const repairStatuses = [
  ['previewed', 'Previewed'],
  ['applied', 'Applied'],
  ['undone', 'Undone'],
] as const;

export function Since({ from }: Pick<Repair, 'from'>): ReactNode {
  return from === null ? 'since ever' : <Time value={from} as="day" />;
}

/** `into`: where it goes, which is not yet there where a split makes it. */
export function repairColumns<R extends Repair>(
  what: string,
  into: (repair: R) => ReactNode,
): readonly Column<R>[] {
  return [
    {
      header: what,
      width: 'minmax(140px, 1.2fr)',
      narrow: 'title',
      cell: ({ organizationId }) => <OrganizationName id={organizationId} plain />,
    },
    { header: 'Into', width: 'minmax(140px, 1.2fr)', narrow: 'line', cell: into },
    { header: 'From', width: '130px', narrow: 'line', cell: ({ from }) => <Since from={from} /> },
    {
      header: 'Reason',
      width: 'minmax(120px, 1fr)',
      narrow: 'line',
      cell: ({ reason }) => <OrDash>{reason}</OrDash>,
    },
    {
      header: 'Moved',
      width: '90px',
      align: 'end',
      narrow: 'line',
      cell: ({ moved }) => <Quantity value={moved} />,
    },
    {
      header: 'Status',
      width: '110px',
      narrow: 'aside',
      cell: ({ status }) => <Status value={status} />,
    },
  ];
}

export function RepairState({ of: { id, status } }: { readonly of: Repair }): ReactNode {
  return (
    <>
      <Status value={status} />
      <Id value={id} />
    </>
  );
}

/** How much it moves, and what an undo had to leave. */
export function RepairFigures({
  of: { status, events, moved, position, undo },
  stayed,
}: {
  readonly of: Repair;
  /** With whom: “the survivor”. */
  readonly stayed: string;
}): ReactNode {
  return (
    <>
      <CardGrid min={150}>
        <Figure label="Usage looked at" value={<Quantity value={events} />} />
        <Figure
          label={status === 'previewed' ? 'To move' : 'Moved'}
          value={<Quantity value={moved} />}
        />
        <Figure label="Recorded up to" value={`position ${position}`} />
      </CardGrid>
      {undo !== null && undo.left > 0 && (
        <Warning title={`${plural(undo.left, 'event')} stayed with ${stayed}`}>
          They occurred in between, or were moved by something else.
        </Warning>
      )}
    </>
  );
}
