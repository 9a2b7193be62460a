import { Checkbox } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { FromField } from './from-field.tsx';

type Values = { readonly from: string; readonly isSinceEver: boolean };

/** From when it holds: since ever, or an instant. */
export function SinceFields<V extends Values>({
  form,
  label,
}: {
  readonly form: UseFormReturnType<V>;
  readonly label: string;
}): ReactNode {
  return (
    <>
      <Checkbox label={label} {...form.getInputProps('isSinceEver', { type: 'checkbox' })} />
      <FromField {...form.getInputProps('from')} disabled={form.values.isSinceEver} />
    </>
  );
}
