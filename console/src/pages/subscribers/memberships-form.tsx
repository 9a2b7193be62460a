import { TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FormDrawer, useClose } from '../../forms/form-drawer.tsx';
import { FromField } from '../../forms/from-field.tsx';
import { MultiPicker } from '../../forms/multi-picker.tsx';
import { useApiForm } from '../../forms/use-api-form.ts';
import { api } from '../../lib/api.ts';
import { organizationSource } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { fromLocalInput } from '../../lib/times.ts';
import { toast } from '../../ui/toast.tsx';
import { subscriberQuery } from './queries.ts';
import { subscriberRoute } from './routes.ts';

/** Where a subscriber belongs, from an instant on. */
export function ChangeMemberships(): ReactNode {
  const { subscriberId } = subscriberRoute.useParams();
  const { data: subscriber } = useSuspenseQuery(subscriberQuery(subscriberId));
  const parent = paths.subscriber(subscriberId);
  const close = useClose(parent);
  const { form, onSubmit, isBusy, trouble } = useApiForm({
    initialValues: { organizationIds: subscriber.organizationIds, from: '', reason: '' },
    validate: ({ organizationIds }) =>
      organizationIds.length === 0 ? { organizationIds: 'Choose at least one.' } : {},
    submit: ({ organizationIds, from, reason }) =>
      api().subscribers.memberships(subscriberId, {
        organizationIds,
        from: fromLocalInput(from),
        ...(reason.trim() !== '' && { reason: reason.trim() }),
      }),
    onDone: () => {
      toast(`The organizations of ${subscriber.email} were changed`);
      close();
    },
  });
  return (
    <FormDrawer
      title={`Organizations of ${subscriber.email}`}
      about="From the instant you give. Usage recorded since then that named only the subscriber is attributed again."
      parent={parent}
      submitLabel="Save"
      onSubmit={onSubmit}
      isBusy={isBusy}
      trouble={trouble}
      permission="subscribers.update"
    >
      <MultiPicker
        source={organizationSource}
        label="Organizations"
        required
        field="organizationIds"
        description="The first is the primary one."
        {...form.getInputProps('organizationIds')}
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
