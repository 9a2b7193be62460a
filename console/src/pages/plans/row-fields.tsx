import { ActionIcon, Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { IconPlus, IconX } from '../../ui/icons.ts';

/** What rows of fees, charges and prices have in common. */

export const nextKey = (rows: readonly { key: number }[]) =>
  Math.max(-1, ...rows.map(({ key }) => key)) + 1;

export function FieldError({ text }: { readonly text: ReactNode }): ReactNode {
  if (text === undefined || text === null) return null;
  return (
    <span role="alert" style={{ color: 'var(--c-bad)', fontSize: '0.75rem' }}>
      {text}
    </span>
  );
}

export function Add({
  label,
  onClick,
}: {
  readonly label: string;
  readonly onClick: () => void;
}): ReactNode {
  return (
    <div>
      <Button variant="default" leftSection={<IconPlus size={14} />} onClick={onClick}>
        {label}
      </Button>
    </div>
  );
}

export function Remove({
  label,
  onClick,
}: {
  readonly label: string;
  readonly onClick: () => void;
}): ReactNode {
  return (
    <ActionIcon aria-label={label} onClick={onClick}>
      <IconX size={15} />
    </ActionIcon>
  );
}
