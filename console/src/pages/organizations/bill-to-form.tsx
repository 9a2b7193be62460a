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

/** Another payer, from an instant on: who owes for its subscriptions. Where usage rolls up is another question. */
export function BillOrganizationTo(): ReactNode {
  const { organizationId } = organizationRoute.useParams();
  const { data: organization } = useSuspenseQuery(organizationQuery(organizationId));
  const parent = paths.organization(organizationId);
  const close = useClose(parent);
  const { form, onSubmit, isBusy, trouble } = useApiForm({
    initialValues: { billTo: organization.billTo, from: '', reason: '' },
    submit: ({ billTo, from, reason }) =>
      api().organizations.billTo(organizationId, {
        billTo,
        from: fromLocalInput(from),
        ...(reason.trim() !== '' && { reason: reason.trim() }),
      }),
    onDone: () => {
      toast(`${organization.name} is billed to another`);
      close();
    },
  });
  return (
    <FormDrawer
      title={`Who pays for ${organization.name}`}
      about="Who is invoiced for its subscriptions from the instant you give. Where its usage rolls up does not change."
      parent={parent}
      submitLabel="Save"
      onSubmit={onSubmit}
      isBusy={isBusy}
      trouble={trouble}
      permission="organizations.update"
    >
      <Picker
        source={organizationSource}
        label="Billed to"
        placeholder="Itself"
        field="billTo"
        {...form.getInputProps('billTo')}
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
