import { NativeSelect } from '@mantine/core';
import type { ChangeEvent, ReactNode } from 'react';

const kinds = [
  { value: 'none', label: 'Nothing: totals alone' },
  { value: 'organization', label: 'Organization' },
  { value: 'subscriber', label: 'Subscriber' },
  { value: 'credential', label: 'Credential' },
  { value: 'tag', label: 'Tag' },
  { value: 'attribute:model', label: 'Model' },
];

/** What the lines of invoices are broken down by; `own` may be one that is not offered. */
export function BreakdownSelect({
  own,
  unset,
  ...rest
}: {
  readonly own: string;
  /** What the empty choice means; without it there is none. */
  readonly unset?: string;
  readonly value?: string;
  readonly onChange?: (event: ChangeEvent<HTMLSelectElement>) => void;
  readonly error?: ReactNode;
}): ReactNode {
  const isOffered = own === '' || kinds.some(({ value }) => value === own);
  return (
    <NativeSelect
      label="Break invoice lines down by"
      data={[
        ...(unset === undefined ? [] : [{ value: '', label: unset }]),
        ...kinds,
        ...(isOffered ? [] : [{ value: own, label: own }]),
      ]}
      {...rest}
    />
  );
}
