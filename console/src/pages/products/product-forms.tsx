import type { Product } from '@customary/sdk';
import type { UseFormReturnType } from '@mantine/form';
import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { orNull } from '../../forms/choices.ts';
import { EditDrawer } from '../../forms/edit-drawer.tsx';
import {
  taxBody,
  taxFieldNames,
  TaxRates,
  taxValues,
  type TaxValues,
} from '../../forms/tax-fields.tsx';
import { VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { productQuery } from './queries.ts';
import { editProductRoute } from './routes.ts';

type Values = {
  name: string;
  externalId: string;
  description: string;
  taxes: 'payer' | 'own';
} & TaxValues;

const emptyProduct: Values = {
  name: '',
  externalId: '',
  description: '',
  taxes: 'payer',
  ...taxValues({ taxRates: null, taxExempt: null }),
};

const valuesOf = (product: Product): Values => ({
  name: product.name,
  externalId: product.externalId ?? '',
  description: product.description ?? '',
  taxes: product.taxRates === null ? 'payer' : 'own',
  ...taxValues(product),
});

function bodyOf({ name, externalId, description, taxes, ...tax }: Values) {
  const { taxRates, taxExempt } = taxBody(tax);
  return {
    name: name.trim(),
    externalId: orNull(externalId),
    description: orNull(description),
    taxRates: taxes === 'payer' ? null : taxRates,
    taxExempt,
  };
}

const validate = ({ name }: Values) => (name.trim() === '' ? { name: 'Enter a name.' } : {});

function Fields({ form }: { readonly form: UseFormReturnType<Values> }): ReactNode {
  return (
    <>
      <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} />
      <TextInput
        label="External Id"
        description="What events may call it by."
        {...form.getInputProps('externalId')}
      />
      <Textarea label="Description" {...form.getInputProps('description')} />
      <NativeSelect
        label="Tax"
        data={[
          { value: 'payer', label: 'At the rates of whoever pays' },
          { value: 'own', label: 'At rates of its own' },
        ]}
        {...form.getInputProps('taxes')}
      />
      {form.values.taxes === 'own' && <TaxRates form={form} />}
      <TextInput
        label="Exempt from tax, because"
        description="Whoever pays. Stands on the invoices; empty: tax is due."
        {...form.getInputProps('exemptReason')}
      />
    </>
  );
}

export function NewProduct(): ReactNode {
  return (
    <VerbDrawer<Values, Product>
      title="New product"
      parent={paths.products()}
      submitLabel="Create"
      permission="products.create"
      initialValues={emptyProduct}
      fieldNames={taxFieldNames}
      validate={validate}
      submit={(values) => api().products.create(bodyOf(values))}
      done={({ name }) => `${name} was created`}
    >
      {(form) => <Fields form={form} />}
    </VerbDrawer>
  );
}

export function EditProduct(): ReactNode {
  const { productId } = editProductRoute.useParams();
  const { data: product } = useSuspenseQuery(productQuery(productId));
  return (
    <EditDrawer<Product, Values, ReturnType<typeof bodyOf>>
      title={`Edit ${product.name}`}
      parent={paths.products()}
      permission="products.update"
      thing={product}
      read={() => api().products.get(productId)}
      valuesOf={valuesOf}
      bodyOf={bodyOf}
      validate={validate}
      update={(changes, options) => api().products.update(productId, changes, options)}
      saved="The product was saved"
    >
      {(form) => <Fields form={form} />}
    </EditDrawer>
  );
}
