import { Time, TwoLines } from '../../ui/values.tsx';
import type { Column } from '../../ui/query-table.tsx';

/** What every table of events begins with. */

export const occurredColumn: Column<{ occurredAt: string }> = {
  header: 'Occurred',
  width: '222px',
  narrow: 'line',
  cell: ({ occurredAt }) => <Time value={occurredAt} as="second" />,
};

export function eventColumn(
  header = 'Event',
): Column<{ readonly clientId: string; readonly source: string }> {
  return {
    header,
    width: 'minmax(130px, 1fr)',
    narrow: 'title',
    cell: ({ clientId, source }) => <TwoLines first={clientId} second={source || 'no source'} />,
  };
}
