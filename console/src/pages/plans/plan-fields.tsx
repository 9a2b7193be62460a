import type { UseFormReturnType } from '@mantine/form';
import { NativeSelect, Select, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { currencyChoices } from '../../forms/choices.ts';
import formClasses from '../../forms/form.module.css';
import { Charges } from './charge-fields.tsx';
import { Add, FieldError, nextKey, Remove } from './row-fields.tsx';
import type { FeeRow, PlanValues } from './plan-values.ts';

type Props = { readonly form: UseFormReturnType<PlanValues> };

const units = ['day', 'week', 'month', 'quarter', 'year'];
const timings = [
  { value: 'advance', label: 'In advance' },
  { value: 'arrears', label: 'In arrears' },
  { value: 'setUp', label: 'Once, at the start' },
];

export function PlanFields({ form }: Props): ReactNode {
  return (
    <>
      <TextInput label="Name" required {...form.getInputProps('name')} />
      <div className={formClasses.two}>
        <TextInput label="External Id" {...form.getInputProps('externalId')} />
        <Select
          label="Currency"
          searchable
          allowDeselect={false}
          data={currencyChoices()}
          {...form.getInputProps('currency')}
        />
      </div>
      <div className={formClasses.three}>
        <TextInput label="Every" inputMode="numeric" {...form.getInputProps('count')} />
        <NativeSelect label="Interval" data={units} {...form.getInputProps('unit')} />
        <TextInput label="Trial days" inputMode="numeric" {...form.getInputProps('trialDays')} />
      </div>
      <Textarea label="Description" {...form.getInputProps('description')} />
      <Fees form={form} />
      <Charges form={form} />
    </>
  );
}

function Fees({ form }: Props): ReactNode {
  const rows = form.values.fees;
  const set = (next: FeeRow[]) => form.setFieldValue('fees', next);
  const change = (key: number, part: Partial<FeeRow>) =>
    set(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  return (
    <div className={formClasses.pairs} role="group" aria-label="Fees" data-field="fees">
      <span className={formClasses.legend}>Fees</span>
      {rows.map(({ key, name, amount, timing }, index) => (
        <div key={key} className={formClasses.row}>
          <div className={formClasses.pair}>
            <TextInput
              aria-label={`Name of fee ${index + 1}`}
              placeholder="Platform fee"
              value={name}
              onChange={({ currentTarget }) => change(key, { name: currentTarget.value })}
            />
            <TextInput
              aria-label={`Amount of fee ${index + 1}`}
              placeholder="49.00"
              inputMode="decimal"
              value={amount}
              onChange={({ currentTarget }) => change(key, { amount: currentTarget.value })}
            />
            <Remove
              label={`Remove fee ${index + 1}`}
              onClick={() => set(rows.filter((row) => row.key !== key))}
            />
          </div>
          <NativeSelect
            aria-label={`When fee ${index + 1} is due`}
            data={timings}
            value={timing}
            onChange={({ currentTarget }) =>
              change(key, { timing: currentTarget.value as FeeRow['timing'] })
            }
          />
        </div>
      ))}
      <FieldError text={form.errors['fees']} />
      <Add
        label="Add fee"
        onClick={() =>
          set([...rows, { key: nextKey(rows), name: '', amount: '', timing: 'advance' }])
        }
      />
    </div>
  );
}
