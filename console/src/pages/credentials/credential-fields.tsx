import { PasswordInput, TagsInput, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { MetadataField, type MetadataRow } from '../../forms/metadata-field.tsx';
import { Picker } from '../../forms/picker.tsx';
import { api } from '../../lib/api.ts';
import { organizationSource, subscriberSource, subscriptionSource } from '../../lib/choices.ts';
import { Warning } from '../../ui/notice.tsx';
import { OrganizationName } from '../../ui/names.tsx';
import { subscriberQuery } from '../subscribers/queries.ts';

export type OwnerValues = {
  subscriberId: string | null;
  organizationId: string | null;
  subscriptionId: string | null;
};

export type CredentialValues = OwnerValues & {
  name: string;
  credentialId: string;
  externalSecret: string;
  tags: string[];
  metadata: MetadataRow[];
};

export function checkOwner(values: OwnerValues): Partial<Record<string, string>> {
  return {
    ...(values.subscriberId === null && { subscriberId: 'Choose a subscriber.' }),
    ...(values.organizationId === null && { organizationId: 'Choose an organization.' }),
  };
}

type OwnerForm = {
  readonly values: OwnerValues;
  readonly set: (part: Partial<OwnerValues>) => void;
  readonly errors: Readonly<Record<string, ReactNode>>;
};

/** Lets fields of several forms edit whose a credential is. */
export function ownerForm<V extends OwnerValues>(form: UseFormReturnType<V>): OwnerForm {
  return {
    values: form.values,
    set: (part) => {
      form.setValues(part as Partial<V>);
      for (const name of Object.keys(part)) form.clearFieldError(name);
    },
    errors: form.errors,
  };
}

/** Subscriber, organization, subscription: the organization follows the subscriber until one chooses another. */
export function OwnerFields({ form }: { readonly form: OwnerForm }): ReactNode {
  const { values, set, errors } = form;
  const [isChosen, setChosen] = useState(values.organizationId !== null);
  const pickSubscriber = async (subscriberId: string | null) => {
    set({ subscriberId });
    if (subscriberId === null || isChosen) return;
    const { organizationIds } = await api().subscribers.get(subscriberId);
    set({ organizationId: organizationIds[0] ?? null, subscriptionId: null });
  };
  return (
    <>
      <Picker
        source={subscriberSource}
        label="Subscriber E-Mail"
        required
        field="subscriberId"
        description="Who owns this credential."
        value={values.subscriberId}
        onChange={(id) => void pickSubscriber(id)}
        error={errors['subscriberId'] ?? errors['subscriberEmail']}
      />
      <Picker
        source={organizationSource}
        label="Organization"
        required
        field="organizationId"
        description="Normally that of the subscriber."
        value={values.organizationId}
        onChange={(organizationId) => {
          setChosen(organizationId !== null);
          set({ organizationId, subscriptionId: null });
        }}
        error={errors['organizationId']}
      />
      <Mismatch {...values} />
      <Picker
        key={values.organizationId}
        source={subscriptionSource(values.organizationId)}
        label="Subscription"
        field="subscriptionId"
        placeholder="The first usage finds it"
        description="Of the organization or of one above it. Without one, the first metering event associates it."
        value={values.subscriptionId}
        onChange={(subscriptionId) => set({ subscriptionId })}
        error={errors['subscriptionId']}
      />
    </>
  );
}

/** Allowed, but seldom meant. */
function Mismatch({ subscriberId, organizationId }: OwnerValues): ReactNode {
  const { data } = useQuery({
    ...subscriberQuery(subscriberId ?? ''),
    enabled: subscriberId !== null,
  });
  if (data === undefined || organizationId === null) return null;
  if (data.organizationIds.includes(organizationId)) return null;
  return (
    <Warning title="Not an organization of this subscriber">
      {data.email} belongs to <OrganizationName id={data.organizationIds[0]} plain />. Usage of the
      credential will count for the organization chosen here.
    </Warning>
  );
}

export function CredentialFields({
  form,
  isNew,
}: {
  readonly form: UseFormReturnType<CredentialValues>;
  readonly isNew: boolean;
}): ReactNode {
  return (
    <>
      <TextInput
        label="Subscriber Credential Name"
        required
        data-autofocus
        placeholder="Mobile App Production Key"
        description="Your own label: which application or team the key is for."
        {...form.getInputProps('name')}
      />
      <OwnerFields form={ownerForm(form)} />
      {isNew && (
        <PasswordInput
          label="Credential ID"
          required
          autoComplete="off"
          description="What your application sends in metering events: an API key, an OAuth client ID, a JWT identifier. Case-sensitive; from now on it is only shown masked."
          {...form.getInputProps('credentialId')}
        />
      )}
      <PasswordInput
        label="External Secret"
        autoComplete="new-password"
        description="Belongs to the credential; never in metering events. Kept encrypted."
        placeholder={isNew ? '' : 'Unchanged'}
        {...form.getInputProps('externalSecret')}
      />
      <div data-field="tags">
        <TagsInput
          label="Tags"
          description="For filtering and grouping. Enter after each."
          {...form.getInputProps('tags')}
        />
      </div>
      <MetadataField
        rows={form.values.metadata}
        onChange={(rows) => form.setFieldValue('metadata', rows)}
        error={form.errors['metadata']}
      />
    </>
  );
}
