import type { Credential } from '@customary/sdk';
import { PasswordInput, Radio, Stack, TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FormDrawer, useClose } from '../../forms/form-drawer.tsx';
import { FromField } from '../../forms/from-field.tsx';
import { useApiForm } from '../../forms/use-api-form.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { fromLocalInput } from '../../lib/times.ts';
import { toast } from '../../ui/toast.tsx';
import { CredentialTimeline } from './credential-timeline.tsx';
import { bindingsQuery, credentialQuery } from './queries.ts';
import { credentialRoute } from './routes.ts';

type Values = {
  credentialId: string;
  externalSecret: string;
  previous: 'now' | 'stay' | 'later';
  previousUntil: string;
  reason: string;
};

/** A new ID for the same credential: owner, tags and history stay. */
export function RotateCredential(): ReactNode {
  const { credentialId } = credentialRoute.useParams();
  const { data: credential } = useSuspenseQuery(credentialQuery(credentialId));
  const { data: bindings } = useSuspenseQuery(bindingsQuery(credentialId));
  const parent = paths.credential(credentialId);
  const close = useClose(parent);
  const { form, onSubmit, isBusy, trouble } = useApiForm<Values, Credential>({
    initialValues: {
      credentialId: '',
      externalSecret: '',
      previous: 'now',
      previousUntil: '',
      reason: '',
    },
    validate: (values) => ({
      ...(values.credentialId === '' && { credentialId: 'Enter the new ID.' }),
      ...(values.previous === 'later' &&
        values.previousUntil === '' && { previousUntil: 'Choose when.' }),
    }),
    submit: (values) =>
      api().credentials.rotate(credentialId, {
        credentialId: values.credentialId,
        ...(values.externalSecret !== '' && { externalSecret: values.externalSecret }),
        previousUntil: untilOf(values),
        ...(values.reason.trim() !== '' && { reason: values.reason.trim() }),
      }),
    onDone: () => {
      toast(`${credential.name} has a new ID`);
      close();
    },
  });
  return (
    <FormDrawer
      title={`Rotate ${credential.name}`}
      about="The new ID names the same credential: owner, tags and history stay."
      parent={parent}
      submitLabel="Rotate"
      onSubmit={onSubmit}
      isBusy={isBusy}
      trouble={trouble}
      permission="credentials.update"
    >
      <CredentialTimeline bindings={bindings} only="ids" />
      <PasswordInput
        label="New Credential ID"
        required
        autoComplete="off"
        data-autofocus
        {...form.getInputProps('credentialId')}
      />
      <PasswordInput
        label="External Secret"
        autoComplete="new-password"
        placeholder="Unchanged"
        {...form.getInputProps('externalSecret')}
      />
      <Radio.Group label="The IDs it has so far" {...form.getInputProps('previous')}>
        <Stack gap={6} mt={6}>
          <Radio value="now" label="Cease to name it now" />
          <Radio value="later" label="Cease at a later time" />
          <Radio value="stay" label="Stay valid beside the new one" />
        </Stack>
      </Radio.Group>
      {form.values.previous === 'later' && (
        <FromField
          label="Until"
          description="While both are valid, applications can change over."
          {...form.getInputProps('previousUntil')}
        />
      )}
      <TextInput
        label="Reason"
        description="Kept in the history."
        {...form.getInputProps('reason')}
      />
    </FormDrawer>
  );
}

function untilOf({ previous, previousUntil }: Values): string | null | undefined {
  if (previous === 'stay') return null;
  return previous === 'now' ? undefined : fromLocalInput(previousUntil);
}
