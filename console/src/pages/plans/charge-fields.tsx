import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import formClasses from '../../forms/form.module.css';
import { metersQuery } from '../meters/queries.ts';
import {
  emptyCharge,
  isTiered,
  type ChargeRow,
  type PlanValues,
  type Price,
  type PriceRow,
} from './plan-values.ts';
import { models } from './price-text.ts';
import { Add, FieldError, nextKey, Remove } from './row-fields.tsx';

export function Charges({ form }: { readonly form: UseFormReturnType<PlanValues> }): ReactNode {
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

type RowProps = {
  readonly row: ChargeRow;
  readonly number: number;
  readonly onChange: (part: Partial<ChargeRow>) => void;
};

function ChargeFields({
  row,
  number,
  onChange,
  onRemove,
}: RowProps & { readonly onRemove: () => void }): ReactNode {
  const { data } = useQuery(metersQuery({})(undefined));
  const meters = new Set([row.meter, ...(data?.items ?? []).map(({ key }) => key)]);
  const of = `of charge ${number}`;
  return (
    <div className={formClasses.row}>
      <div className={formClasses.pair}>
        <NativeSelect
          aria-label={`Meter ${of}`}
          data={[...meters].map((key) => ({ value: key, label: key === '' ? 'Meter' : key }))}
          value={row.meter}
          onChange={({ currentTarget }) => onChange({ meter: currentTarget.value })}
        />
        <NativeSelect
          aria-label={`Model ${of}`}
          data={Object.entries(models).map(([value, label]) => ({ value, label }))}
          value={row.model}
          onChange={({ currentTarget }) =>
            onChange({ model: currentTarget.value as ChargeRow['model'] })
          }
        />
        <Remove label={`Remove charge ${number}`} onClick={onRemove} />
      </div>
      <PriceFields model={row.model} price={row} of={of} onChange={onChange} />
      <div className={formClasses.two}>
        <TextInput
          aria-label={`Included quantity ${of}`}
          placeholder="Included quantity"
          inputMode="decimal"
          value={row.included}
          onChange={({ currentTarget }) => onChange({ included: currentTarget.value })}
        />
        <TextInput
          aria-label={`Minimum amount ${of}`}
          placeholder="Minimum amount"
          inputMode="decimal"
          value={row.minimum}
          onChange={({ currentTarget }) => onChange({ minimum: currentTarget.value })}
        />
      </div>
      <AttributePrices row={row} number={number} onChange={onChange} />
    </div>
  );
}

/** One price in the terms of the model. */
function PriceFields({
  model,
  price,
  of,
  onChange,
}: {
  readonly model: ChargeRow['model'];
  readonly price: Price;
  readonly of: string;
  readonly onChange: (part: Partial<Price>) => void;
}): ReactNode {
  if (isTiered(model))
    return (
      <Textarea
        aria-label={`Tiers ${of}`}
        description="One tier a line: its last unit and its price. The last line: a price alone."
        placeholder={'1000 0.02\n0.01'}
        value={price.tiers}
        onChange={({ currentTarget }) => onChange({ tiers: currentTarget.value })}
      />
    );
  const field = (name: 'price' | 'size', placeholder: string) => (
    <TextInput
      aria-label={`${placeholder} ${of}`}
      placeholder={placeholder}
      inputMode="decimal"
      value={price[name]}
      onChange={({ currentTarget }) => onChange({ [name]: currentTarget.value })}
    />
  );
  return (
    <div className={formClasses.two}>
      {field('price', model === 'percentage' ? 'Percent' : 'Price')}
      {model === 'package' && field('size', 'Units in a package')}
    </div>
  );
}

/** Other prices where an attribute, such as the model, has a certain value. */
function AttributePrices({ row, number, onChange }: RowProps): ReactNode {
  const { attribute, prices } = row;
  const set = (next: readonly PriceRow[]) =>
    onChange({ prices: next, ...(next.length === 0 && { attribute: '' }) });
  const add = () =>
    onChange({
      prices: [...prices, { key: nextKey(prices), value: '', price: '', size: '', tiers: '' }],
      ...(attribute === '' && { attribute: 'model' }),
    });
  return (
    <>
      {prices.length > 0 && (
        <TextInput
          label="Other prices by the attribute"
          description="Each value is counted and priced by itself; all other usage has the price above."
          value={attribute}
          onChange={({ currentTarget }) => onChange({ attribute: currentTarget.value })}
        />
      )}
      {prices.map((each, index) => {
        const change = (part: Partial<PriceRow>) =>
          set(prices.map((other) => (other.key === each.key ? { ...other, ...part } : other)));
        const of = `of value ${index + 1} of charge ${number}`;
        return (
          <div key={each.key} className={formClasses.pair}>
            <TextInput
              aria-label={`Name ${of}`}
              placeholder="atlas-large"
              value={each.value}
              onChange={({ currentTarget }) => change({ value: currentTarget.value })}
            />
            <PriceFields model={row.model} price={each} of={of} onChange={change} />
            <Remove
              label={`Remove the price ${of}`}
              onClick={() => set(prices.filter(({ key }) => key !== each.key))}
            />
          </div>
        );
      })}
      <Add label="Add price by attribute" onClick={add} />
    </>
  );
}
