import type { Subscription } from '@customary/sdk';
import { TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { orNull } from '../../forms/choices.ts';
import { EditDrawer } from '../../forms/edit-drawer.tsx';
import {
  MetadataField,
  metadataOf,
  metadataProblem,
  metadataRows,
  type MetadataRow,
} from '../../forms/metadata-field.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { subscriptionQuery } from './queries.ts';
import { subscriptionRoute } from './routes.ts';
import { subscriptionName } from './subscriptions-table.tsx';

type Values = { name: string; externalId: string; metadata: MetadataRow[] };

const valuesOf = ({ name, externalId, metadata }: Subscription): Values => ({
  name: name ?? '',
  externalId: externalId ?? '',
  metadata: metadataRows(metadata),
});

const bodyOf = ({ name, externalId, metadata }: Values) => ({
  name: orNull(name),
  externalId: orNull(externalId),
  metadata: metadataOf(metadata),
});

export function EditSubscription(): ReactNode {
  const { subscriptionId } = subscriptionRoute.useParams();
  const { data: subscription } = useSuspenseQuery(subscriptionQuery(subscriptionId));
  return (
    <EditDrawer<Subscription, Values, ReturnType<typeof bodyOf>>
      title={`Edit ${subscriptionName(subscription)}`}
      parent={paths.subscription(subscriptionId)}
      permission="subscriptions.update"
      thing={subscription}
      read={() => api().subscriptions.get(subscriptionId)}
      valuesOf={valuesOf}
      bodyOf={bodyOf}
      validate={({ metadata }) => {
        const problem = metadataProblem(metadata);
        return problem === null ? {} : { metadata: problem };
      }}
      update={(changes, options) => api().subscriptions.update(subscriptionId, changes, options)}
      saved="The subscription was saved"
    >
      {(form) => (
        <>
          <TextInput label="Name" {...form.getInputProps('name')} />
          <TextInput
            label="External Id"
            description="What events may call it by."
            {...form.getInputProps('externalId')}
          />
          <MetadataField
            rows={form.values.metadata}
            onChange={(rows) => form.setFieldValue('metadata', rows)}
            error={form.errors['metadata']}
          />
        </>
      )}
    </EditDrawer>
  );
}
