import type { Credential } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { changed } from '../../forms/choices.ts';
import { Conflict } from '../../forms/conflict.tsx';
import { FormDrawer, useClose } from '../../forms/form-drawer.tsx';
import { metadataOf, metadataProblem, metadataRows } from '../../forms/metadata-field.tsx';
import { useApiForm } from '../../forms/use-api-form.ts';
import { useVersioned } from '../../forms/use-versioned.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { toast } from '../../ui/toast.tsx';
import { checkOwner, CredentialFields, type CredentialValues } from './credential-fields.tsx';
import { credentialQuery } from './queries.ts';
import { credentialRoute } from './routes.ts';

const valuesOf = (credential: Credential): CredentialValues => ({
  name: credential.name,
  subscriberId: credential.subscriberId,
  organizationId: credential.organizationId,
  subscriptionId: credential.subscriptionId,
  credentialId: '',
  externalSecret: '',
  tags: credential.tags,
  metadata: metadataRows(credential.metadata),
});

const bodyOf = (values: CredentialValues) => ({
  name: values.name.trim(),
  subscriberId: values.subscriberId ?? undefined,
  organizationId: values.organizationId ?? undefined,
  subscriptionId: values.subscriptionId,
  tags: values.tags,
  metadata: metadataOf(values.metadata),
  ...(values.externalSecret !== '' && { externalSecret: values.externalSecret }),
});

export function EditCredential(): ReactNode {
  const { credentialId } = credentialRoute.useParams();
  const { data: credential } = useSuspenseQuery(credentialQuery(credentialId));
  const versioned = useVersioned<Credential>(credential, () => api().credentials.get(credentialId));
  const parent = paths.credential(credentialId);
  const close = useClose(parent);
  const { form, onSubmit, isBusy, trouble, submit } = useApiForm({
    initialValues: valuesOf(credential),
    validate: check,
    submit: (values) =>
      api().credentials.update(
        credentialId,
        changed(bodyOf(values), bodyOf(valuesOf(versioned.base))),
        { ifMatch: versioned.version },
      ),
    onConflict: versioned.look,
    onDone: (updated) => {
      toast(`${updated.name} was saved`);
      close();
    },
  });
  return (
    <FormDrawer
      title={`Edit ${versioned.base.name}`}
      about="Another owner holds from now on. To change whose it was, use Move."
      parent={parent}
      submitLabel="Save"
      onSubmit={onSubmit}
      isBusy={isBusy}
      trouble={trouble}
      permission="credentials.update"
      conflict={
        <Conflict
          before={versioned.base}
          now={versioned.now}
          onKeepMine={() => {
            versioned.keepMine();
            submit();
          }}
          onTakeTheirs={() => form.setValues(valuesOf(versioned.takeTheirs()))}
        />
      }
    >
      <CredentialFields form={form} isNew={false} />
    </FormDrawer>
  );
}

function check(values: CredentialValues): Partial<Record<string, string>> {
  const metadata = metadataProblem(values.metadata);
  return {
    ...(values.name.trim() === '' && { name: 'Enter a name.' }),
    ...checkOwner(values),
    ...(metadata !== null && { metadata }),
  };
}
