import type { Credential } from '@customary/sdk';
import { Checkbox, TextInput } from '@mantine/core';
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
import { checkOwner, OwnerFields, ownerForm, type OwnerValues } from './credential-fields.tsx';
import { bindingsQuery, credentialQuery } from './queries.ts';
import { credentialRoute } from './routes.ts';

type Values = OwnerValues & { from: string; isSinceEver: boolean; reason: string };

/** Another owner from an instant on, past instants included: what was recorded since then is attributed again. */
export function MoveCredential(): ReactNode {
  const { credentialId } = credentialRoute.useParams();
  const { data: credential } = useSuspenseQuery(credentialQuery(credentialId));
  const { data: bindings } = useSuspenseQuery(bindingsQuery(credentialId));
  const parent = paths.credential(credentialId);
  const close = useClose(parent);
  const { form, onSubmit, isBusy, trouble } = useApiForm<Values, Credential>({
    initialValues: {
      subscriberId: credential.subscriberId,
      organizationId: credential.organizationId,
      subscriptionId: credential.subscriptionId,
      from: '',
      isSinceEver: false,
      reason: '',
    },
    validate: checkOwner,
    submit: (values) =>
      api().credentials.move(credentialId, {
        subscriberId: values.subscriberId ?? undefined,
        organizationId: values.organizationId ?? undefined,
        subscriptionId: values.subscriptionId,
        from: values.isSinceEver ? null : fromLocalInput(values.from),
        ...(values.reason.trim() !== '' && { reason: values.reason.trim() }),
      }),
    onDone: () => {
      toast(`${credential.name} was moved`);
      close();
    },
  });
  return (
    <FormDrawer
      title={`Move ${credential.name}`}
      about="Usage from the instant you give belongs to the new owner, also what is recorded already. Issued invoices stay as they are; the difference is posted to both sides."
      parent={parent}
      submitLabel="Move"
      onSubmit={onSubmit}
      isBusy={isBusy}
      trouble={trouble}
      permission="credentials.move"
    >
      <CredentialTimeline bindings={bindings} />
      <OwnerFields form={ownerForm(form)} />
      <FromField {...form.getInputProps('from')} disabled={form.values.isSinceEver} />
      <Checkbox
        label="Since ever: it was never the former owner’s"
        {...form.getInputProps('isSinceEver', { type: 'checkbox' })}
      />
      <TextInput
        label="Reason"
        description="Kept in the history."
        {...form.getInputProps('reason')}
      />
    </FormDrawer>
  );
}
