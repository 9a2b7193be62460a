import type { Credential } from '@customary/sdk';
import type { ReactNode } from 'react';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { metadataOf, metadataProblem } from '../../forms/metadata-field.tsx';
import { useApiForm } from '../../forms/use-api-form.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useGo } from '../../ui/link.tsx';
import { toast } from '../../ui/toast.tsx';
import { checkOwner, CredentialFields, type CredentialValues } from './credential-fields.tsx';
import { newCredentialRoute } from './routes.ts';

export function NewCredential(): ReactNode {
  const search = newCredentialRoute.useSearch();
  const go = useGo();
  const { form, onSubmit, isBusy, trouble } = useApiForm<CredentialValues, Credential>({
    initialValues: {
      name: '',
      subscriberId: search.subscriberId ?? null,
      organizationId: search.organizationId ?? null,
      subscriptionId: search.subscriptionId ?? null,
      credentialId: '',
      externalSecret: '',
      tags: [],
      metadata: [],
    },
    validate: checkNew,
    submit: (values) =>
      api().credentials.create({
        name: values.name.trim(),
        subscriberId: values.subscriberId ?? undefined,
        organizationId: values.organizationId ?? '',
        credentialId: values.credentialId,
        ...(values.subscriptionId !== null && { subscriptionId: values.subscriptionId }),
        ...(values.externalSecret !== '' && { externalSecret: values.externalSecret }),
        tags: values.tags,
        metadata: metadataOf(values.metadata),
      }),
    onDone: (created) => {
      toast(`${created.name} was created`);
      go(paths.credential(created.id), { replace: true });
    },
  });
  return (
    <FormDrawer
      title="New Credential"
      parent={paths.credentials()}
      submitLabel="Create"
      onSubmit={onSubmit}
      isBusy={isBusy}
      trouble={trouble}
      permission="credentials.create"
    >
      <CredentialFields form={form} isNew />
    </FormDrawer>
  );
}

function checkNew(values: CredentialValues): Partial<Record<string, string>> {
  const metadata = metadataProblem(values.metadata);
  return {
    ...(values.name.trim() === '' && { name: 'Enter a name.' }),
    ...checkOwner(values),
    ...(values.credentialId === '' && { credentialId: 'Enter what events will carry.' }),
    ...(metadata !== null && { metadata }),
  };
}
