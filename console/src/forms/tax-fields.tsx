import { ActionIcon, Button, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { IconPlus, IconX } from '../ui/icons.ts';
import classes from './form.module.css';

export type TaxValues = {
  taxRates: { key: number; name: string; percent: string }[];
  /** Empty: tax is due. */
  exemptReason: string;
};

type Taxed = {
  readonly taxRates: readonly { name: string; percent: string }[] | null;
  readonly taxExempt: { reason: string } | null;
};

export function taxValues({ taxRates, taxExempt }: Taxed): TaxValues {
  return {
    taxRates: (taxRates ?? []).map((rate, key) => ({ key, ...rate })),
    exemptReason: taxExempt?.reason ?? '',
  };
}

export function taxBody({ taxRates, exemptReason }: TaxValues) {
  return {
    taxRates: taxRates
      .filter(({ name, percent }) => name.trim() !== '' || percent !== '')
      .map(({ name, percent }) => ({ name, percent })),
    taxExempt: exemptReason.trim() === '' ? null : { reason: exemptReason.trim() },
  };
}

export const taxFieldNames = {
  taxExempt: 'exemptReason',
  'taxExempt.reason': 'exemptReason',
} as const;

/** Named rates, and why none is due. */
export function TaxFields<V extends TaxValues>({
  form,
}: {
  readonly form: UseFormReturnType<V>;
}): ReactNode {
  return (
    <>
      <TaxRates form={form} />
      <TextInput
        label="Exempt from tax, because"
        description="Stands on the invoices. Empty: tax is due."
        {...form.getInputProps('exemptReason')}
      />
    </>
  );
}

export function TaxRates<V extends TaxValues>({
  form: whole,
}: {
  readonly form: UseFormReturnType<V>;
}): ReactNode {
  // Lists of a form whose other fields are not known cannot be typed; of these fields it is the form.
  const form = whole as unknown as UseFormReturnType<TaxValues>;
  const rates = form.values.taxRates;
  const nextKey = Math.max(-1, ...rates.map(({ key }) => key)) + 1;
  return (
    <div className={classes.pairs} role="group" aria-label="Tax rates" data-field="taxRates">
      <span className={classes.legend}>Tax rates</span>
      {rates.map(({ key }, index) => (
        <div key={key} className={classes.pair}>
          <TextInput
            aria-label={`Tax ${index + 1} name`}
            placeholder="VAT"
            {...form.getInputProps(`taxRates.${index}.name`)}
          />
          <TextInput
            aria-label={`Tax ${index + 1} percent`}
            placeholder="19"
            inputMode="decimal"
            {...form.getInputProps(`taxRates.${index}.percent`)}
          />
          <ActionIcon
            aria-label={`Remove tax ${index + 1}`}
            onClick={() => form.removeListItem('taxRates', index)}
          >
            <IconX size={15} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem('taxRates', { key: nextKey, name: '', percent: '' })}
        >
          Add tax rate
        </Button>
      </div>
    </div>
  );
}
