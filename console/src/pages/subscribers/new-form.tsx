import type { ReactNode } from 'react';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { useApiForm } from '../../forms/use-api-form.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useGo } from '../../ui/link.tsx';
import { toast } from '../../ui/toast.tsx';
import { newSubscriberRoute } from './routes.ts';
import {
  checkSubscriber,
  emptySubscriber,
  subscriberBody,
  SubscriberFields,
} from './subscriber-fields.tsx';

export function NewSubscriber(): ReactNode {
  const { organizationId, email = '' } = newSubscriberRoute.useSearch();
  const go = useGo();
  const { form, onSubmit, isBusy, trouble } = useApiForm({
    initialValues: {
      ...emptySubscriber,
      email,
      organizationIds: organizationId === undefined ? [] : [organizationId],
    },
    validate: checkSubscriber,
    submit: (values) => api().subscribers.create(subscriberBody(values)),
    onDone: (created) => {
      toast(`${created.email} was added`);
      go(paths.subscriber(created.id), { replace: true });
    },
  });
  return (
    <FormDrawer
      title="Add Subscriber"
      parent={paths.subscribers()}
      submitLabel="Add"
      onSubmit={onSubmit}
      isBusy={isBusy}
      trouble={trouble}
      permission="subscribers.create"
    >
      <SubscriberFields form={form} />
    </FormDrawer>
  );
}
