import type { Meter } from '@customary/sdk';
import type { UseFormReturnType } from '@mantine/form';
import { NativeSelect, TagsInput, TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { orNull } from '../../forms/choices.ts';
import { EditDrawer } from '../../forms/edit-drawer.tsx';
import {
  MetadataField,
  metadataOf,
  metadataRows,
  type MetadataRow,
} from '../../forms/metadata-field.tsx';
import { VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { meterQuery } from './queries.ts';
import { editMeterRoute } from './routes.ts';

type Values = {
  key: string;
  aggregation: Meter['aggregation'];
  measure: string;
  filter: MetadataRow[];
  splitBy: string[];
};

const valuesOf = ({ key, aggregation, measure, filter, splitBy }: Meter): Values => ({
  key,
  aggregation,
  measure: measure ?? '',
  filter: metadataRows(
    Object.fromEntries(
      Object.entries(filter).map(([name, values]) => [name, [values].flat().join(', ')]),
    ),
  ),
  splitBy,
});

const bodyOf = ({ aggregation, measure, filter, splitBy }: Values) => ({
  aggregation,
  measure: orNull(measure),
  filter: Object.fromEntries(
    Object.entries(metadataOf(filter)).map(([name, text]) => {
      const values = text.split(',').map((value) => value.trim());
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  ),
  splitBy,
});

const aggregations = [
  { value: 'sum', label: 'Sum: add the measure up' },
  { value: 'count', label: 'Count: how many events' },
  { value: 'max', label: 'Max: the greatest in the period' },
  { value: 'unique', label: 'Unique: how many different values' },
];

function Fields({ form }: { readonly form: UseFormReturnType<Values> }): ReactNode {
  return (
    <>
      <NativeSelect
        label="Aggregation"
        data={aggregations}
        {...form.getInputProps('aggregation')}
      />
      <TextInput
        label="Measure"
        description="Of which measure of an event. For count it may be left out."
        {...form.getInputProps('measure')}
      />
      <TagsInput
        label="Kept apart by"
        description="Attributes, such as model; quantities are kept for each value."
        {...form.getInputProps('splitBy')}
      />
      <MetadataField
        rows={form.values.filter}
        onChange={(rows) => form.setFieldValue('filter', rows)}
        error={form.errors['filter']}
        legend="Only where"
        hint="Counts only events whose attributes have these values. Several values: separated by commas."
      />
    </>
  );
}

export function NewMeter(): ReactNode {
  return (
    <VerbDrawer<Values, Meter>
      title="New meter"
      parent={paths.meters()}
      submitLabel="Create"
      permission="meters.create"
      initialValues={{ key: '', aggregation: 'sum', measure: '', filter: [], splitBy: [] }}
      validate={({ key }) => (key.trim() === '' ? { key: 'Enter a key.' } : {})}
      submit={(values) => api().meters.create({ key: values.key.trim(), ...bodyOf(values) })}
      done={({ key }) => `${key} was created`}
    >
      {(form) => (
        <>
          <TextInput
            label="Key"
            description="What plans call it by; it cannot be changed."
            required
            data-autofocus
            {...form.getInputProps('key')}
          />
          <Fields form={form} />
        </>
      )}
    </VerbDrawer>
  );
}

export function EditMeter(): ReactNode {
  const { meterId } = editMeterRoute.useParams();
  const { data: meter } = useSuspenseQuery(meterQuery(meterId));
  return (
    <EditDrawer<Meter, Values, ReturnType<typeof bodyOf>>
      title={`Edit ${meter.key}`}
      about="A change of what it counts is a new version: plans keep the one they were made with."
      parent={paths.meters()}
      permission="meters.update"
      thing={meter}
      read={() => api().meters.get(meterId)}
      valuesOf={valuesOf}
      bodyOf={bodyOf}
      update={(changes, options) => api().meters.update(meterId, changes, options)}
      saved="The meter was saved"
    >
      {(form) => <Fields form={form} />}
    </EditDrawer>
  );
}
