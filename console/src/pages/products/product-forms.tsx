import type { Product } from '@customary/sdk';
import type { UseFormReturnType } from '@mantine/form';
import { Textarea, TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { orNull } from '../../forms/choices.ts';
import { EditDrawer } from '../../forms/edit-drawer.tsx';
import { VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { productQuery } from './queries.ts';
import { editProductRoute } from './routes.ts';

type Values = { name: string; externalId: string; description: string };

const valuesOf = ({ name, externalId, description }: Product): Values => ({
  name,
  externalId: externalId ?? '',
  description: description ?? '',
});

const bodyOf = ({ name, externalId, description }: Values) => ({
  name: name.trim(),
  externalId: orNull(externalId),
  description: orNull(description),
});

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
      initialValues={{ name: '', externalId: '', description: '' }}
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
