import { TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FromField } from '../../forms/from-field.tsx';
import { FormDrawer, useClose } from '../../forms/form-drawer.tsx';
import { Picker } from '../../forms/picker.tsx';
import { useApiForm } from '../../forms/use-api-form.ts';
import { api } from '../../lib/api.ts';
import { organizationSource } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { fromLocalInput } from '../../lib/times.ts';
import { toast } from '../../ui/toast.tsx';
import { organizationQuery } from './queries.ts';
import { organizationRoute } from './routes.ts';

/** Another parent, from an instant on: where its usage rolls up. Who pays is another question. */
export function MoveOrganization(): ReactNode {
  const { organizationId } = organizationRoute.useParams();
  const { data: organization } = useSuspenseQuery(organizationQuery(organizationId));
  const parent = paths.organization(organizationId);
  const close = useClose(parent);
  const { form, onSubmit, isBusy, trouble } = useApiForm({
    initialValues: { parentId: organization.parentId, from: '', reason: '' },
    submit: ({ parentId, from, reason }) =>
      api().organizations.move(organizationId, {
        parentId,
        from: fromLocalInput(from),
        ...(reason.trim() !== '' && { reason: reason.trim() }),
      }),
    onDone: () => {
      toast(`${organization.name} was moved`);
      close();
    },
  });
  return (
    <FormDrawer
      title={`Move ${organization.name}`}
      about="Its usage rolls up under the new parent from the instant you give. Usage before that stays where it was; who pays does not change."
      parent={parent}
      submitLabel="Move"
      onSubmit={onSubmit}
      isBusy={isBusy}
      trouble={trouble}
      permission="organizations.update"
    >
      <Picker
        source={organizationSource}
        label="New parent"
        placeholder="No parent: top level"
        field="parentId"
        {...form.getInputProps('parentId')}
      />
      <FromField {...form.getInputProps('from')} />
      <TextInput
        label="Reason"
        description="Kept in the history."
        {...form.getInputProps('reason')}
      />
    </FormDrawer>
  );
}
