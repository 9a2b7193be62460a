import type { ReactNode } from 'react';
import type { Path } from '../lib/paths.ts';
import { Action } from './action.tsx';
import { Empty } from './notice.tsx';

/** An empty list: because of its filters, or because there is nothing yet, which `children` teaches to change. */
export function Nothing({
  search,
  of,
  all,
  children,
}: {
  readonly search: object;
  /** In the singular: “invoice”. */
  readonly of: string;
  /** The list without filters. */
  readonly all: Path;
  readonly children: ReactNode;
}): ReactNode {
  if (Object.keys(search).length === 0) return children;
  return (
    <Empty
      title={`No ${of} matches`}
      actions={
        <Action variant="default" path={all}>
          Clear the filters
        </Action>
      }
    />
  );
}
