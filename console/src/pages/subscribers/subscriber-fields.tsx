import type { Subscriber } from '@customary/sdk';
import { TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import formClasses from '../../forms/form.module.css';
import { orNull } from '../../forms/choices.ts';
import { MetadataField, metadataOf, metadataProblem } from '../../forms/metadata-field.tsx';
import { metadataRows, type MetadataRow } from '../../forms/metadata-field.tsx';
import { MultiPicker } from '../../forms/multi-picker.tsx';
import { organizationSource } from '../../lib/choices.ts';

export type SubscriberValues = {
  firstName: string;
  lastName: string;
  email: string;
  subscriberId: string;
  organizationIds: string[];
  metadata: MetadataRow[];
};

export const emptySubscriber: SubscriberValues = {
  firstName: '',
  lastName: '',
  email: '',
  subscriberId: '',
  organizationIds: [],
  metadata: [],
};

export function subscriberValues(subscriber: Subscriber): SubscriberValues {
  return {
    firstName: subscriber.firstName ?? '',
    lastName: subscriber.lastName ?? '',
    email: subscriber.email,
    subscriberId: subscriber.subscriberId,
    organizationIds: subscriber.organizationIds,
    metadata: metadataRows(subscriber.metadata),
  };
}

export function subscriberBody(values: SubscriberValues) {
  return {
    email: values.email.trim(),
    firstName: orNull(values.firstName),
    lastName: orNull(values.lastName),
    metadata: metadataOf(values.metadata),
    ...(values.subscriberId.trim() !== '' && { subscriberId: values.subscriberId.trim() }),
    // Nothing chosen: UNCLASSIFIED, which the server fills in.
    ...(values.organizationIds.length > 0 && { organizationIds: values.organizationIds }),
  };
}

export function checkSubscriber(values: SubscriberValues): Partial<Record<string, string>> {
  const metadata = metadataProblem(values.metadata);
  return {
    ...(values.email.trim() === '' && { email: 'Enter an e-mail address.' }),
    ...(metadata !== null && { metadata }),
  };
}

export function SubscriberFields({
  form,
}: {
  readonly form: UseFormReturnType<SubscriberValues>;
}): ReactNode {
  return (
    <>
      <div className={formClasses.two}>
        <TextInput label="First Name" data-autofocus {...form.getInputProps('firstName')} />
        <TextInput label="Last Name" {...form.getInputProps('lastName')} />
      </div>
      <TextInput
        label="Email"
        type="email"
        required
        autoComplete="off"
        description="Its identity: what metering events reference to tie usage to this person or service account."
        {...form.getInputProps('email')}
      />
      <TextInput
        label="Subscriber ID"
        description="An identifier of your own. Left empty, one is generated."
        {...form.getInputProps('subscriberId')}
      />
      <MultiPicker
        source={organizationSource}
        label="Organizations"
        required
        field="organizationIds"
        placeholder="UNCLASSIFIED, unless you choose"
        description="Where it belongs. The first is its primary one: usage that names only the subscriber goes there."
        {...form.getInputProps('organizationIds')}
      />
      <MetadataField
        rows={form.values.metadata}
        onChange={(rows) => form.setFieldValue('metadata', rows)}
        error={form.errors['metadata']}
      />
    </>
  );
}
