import type { UseFormReturnType } from '@mantine/form';
import { ActionIcon, Button, NativeSelect, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { currencyChoices } from '../../forms/choices.ts';
import formClasses from '../../forms/form.module.css';
import { IconPlus, IconX } from '../../ui/icons.ts';
import { metersQuery } from '../meters/queries.ts';
import { models } from './price-text.ts';
import { emptyCharge, type ChargeRow, type FeeRow, type PlanValues } from './plan-values.ts';

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

const nextKey = (rows: readonly { key: number }[]) =>
  Math.max(-1, ...rows.map(({ key }) => key)) + 1;

function Fees({ form }: Props): ReactNode {
  const rows = form.values.fees;
  const set = (next: FeeRow[]) => form.setFieldValue('fees', next);
  const change = (key: number, part: Partial<FeeRow>) =>
    set(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  return (
    <div className={formClasses.pairs} role="group" aria-label="Fees" data-field="fees">
      <span className={formClasses.legend}>Fees</span>
      {rows.map(({ key, name, amount, timing }, index) => (
        <div key={key} className={formClasses.pairs}>
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

function Charges({ form }: Props): ReactNode {
  const rows = form.values.charges;
  const set = (next: ChargeRow[]) => form.setFieldValue('charges', next);
  return (
    <div className={formClasses.pairs} role="group" aria-label="Charges" data-field="charges">
      <span className={formClasses.legend}>Charges</span>
      <p className={formClasses.hint}>Prices of what a meter counts in each service period.</p>
      {rows.map((row, index) => (
        <ChargeFields
          key={row.key}
          row={row}
          number={index + 1}
          onChange={(part) =>
            set(rows.map((each) => (each.key === row.key ? { ...each, ...part } : each)))
          }
          onRemove={() => set(rows.filter(({ key }) => key !== row.key))}
        />
      ))}
      <FieldError text={form.errors['charges']} />
      <Add
        label="Add charge"
        onClick={() => set([...rows, { key: nextKey(rows), ...emptyCharge }])}
      />
    </div>
  );
}

function ChargeFields({
  row,
  number,
  onChange,
  onRemove,
}: {
  readonly row: ChargeRow;
  readonly number: number;
  readonly onChange: (part: Partial<ChargeRow>) => void;
  readonly onRemove: () => void;
}): ReactNode {
  const { data } = useQuery(metersQuery({})(undefined));
  const meters = new Set([row.meter, ...(data?.items ?? []).map(({ key }) => key)]);
  const field = (name: 'price' | 'size' | 'included' | 'minimum', placeholder: string) => (
    <TextInput
      aria-label={`${placeholder} of charge ${number}`}
      placeholder={placeholder}
      inputMode="decimal"
      value={row[name]}
      onChange={({ currentTarget }) => onChange({ [name]: currentTarget.value })}
    />
  );
  const isTiered = ['graduated', 'volume', 'flatByTier'].includes(row.model);
  return (
    <div className={formClasses.pairs}>
      <div className={formClasses.pair}>
        <NativeSelect
          aria-label={`Meter of charge ${number}`}
          data={[...meters].map((key) => ({ value: key, label: key === '' ? 'Meter' : key }))}
          value={row.meter}
          onChange={({ currentTarget }) => onChange({ meter: currentTarget.value })}
        />
        <NativeSelect
          aria-label={`Model of charge ${number}`}
          data={Object.entries(models).map(([value, label]) => ({ value, label }))}
          value={row.model}
          onChange={({ currentTarget }) =>
            onChange({ model: currentTarget.value as ChargeRow['model'] })
          }
        />
        <Remove label={`Remove charge ${number}`} onClick={onRemove} />
      </div>
      {isTiered ? (
        <Textarea
          aria-label={`Tiers of charge ${number}`}
          description="One tier a line: its last unit and its price. The last line: a price alone."
          placeholder={'1000 0.02\n0.01'}
          value={row.tiers}
          onChange={({ currentTarget }) => onChange({ tiers: currentTarget.value })}
        />
      ) : (
        <div className={formClasses.two}>
          {field('price', row.model === 'percentage' ? 'Percent' : 'Price')}
          {row.model === 'package' && field('size', 'Units in a package')}
        </div>
      )}
      <div className={formClasses.two}>
        {field('included', 'Included quantity')}
        {field('minimum', 'Minimum amount')}
      </div>
    </div>
  );
}

function FieldError({ text }: { readonly text: ReactNode }): ReactNode {
  if (text === undefined || text === null) return null;
  return (
    <span role="alert" style={{ color: 'var(--c-bad)', fontSize: '0.75rem' }}>
      {text}
    </span>
  );
}

function Add({
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

function Remove({
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
