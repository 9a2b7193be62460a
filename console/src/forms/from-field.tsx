import { TextInput } from '@mantine/core';
import type { ChangeEvent, ReactNode } from 'react';

type Props = {
  readonly value?: string;
  readonly onChange?: (event: ChangeEvent<HTMLInputElement>) => void;
  readonly error?: ReactNode;
  readonly label?: string;
  readonly description?: ReactNode;
  readonly disabled?: boolean;
};

/** An instant in the zone of the viewer; empty: now. Answers what `fromLocalInput` reads. */
export function FromField({
  label = 'From',
  description = `Empty: now. In your time zone, ${new Intl.DateTimeFormat().resolvedOptions().timeZone}.`,
  ...rest
}: Props): ReactNode {
  return (
    <TextInput
      type="datetime-local"
      step={1}
      label={label}
      description={description}
      data-field="from"
      {...rest}
    />
  );
}
