import type { Subscriber } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { changed } from '../../forms/choices.ts';
import { Conflict } from '../../forms/conflict.tsx';
import { FormDrawer, useClose } from '../../forms/form-drawer.tsx';
import { useApiForm } from '../../forms/use-api-form.ts';
import { useVersioned } from '../../forms/use-versioned.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { toast } from '../../ui/toast.tsx';
import { subscriberQuery } from './queries.ts';
import { subscriberRoute } from './routes.ts';
import {
  checkSubscriber,
  subscriberBody,
  SubscriberFields,
  subscriberValues,
} from './subscriber-fields.tsx';

export function EditSubscriber(): ReactNode {
  const { subscriberId } = subscriberRoute.useParams();
  const { data: subscriber } = useSuspenseQuery(subscriberQuery(subscriberId));
  const versioned = useVersioned<Subscriber>(subscriber, () => api().subscribers.get(subscriberId));
  const parent = paths.subscriber(subscriberId);
  const close = useClose(parent);
  const { form, onSubmit, isBusy, trouble, submit } = useApiForm({
    initialValues: subscriberValues(subscriber),
    validate: checkSubscriber,
    submit: (values) =>
      api().subscribers.update(
        subscriberId,
        changed(subscriberBody(values), subscriberBody(subscriberValues(versioned.base))),
        { ifMatch: versioned.version },
      ),
    onConflict: versioned.look,
    onDone: (updated) => {
      toast(`${updated.email} was saved`);
      close();
    },
  });
  return (
    <FormDrawer
      title={`Edit ${versioned.base.email}`}
      about="Other organizations hold from now on. To change what was, use “Change organizations”."
      parent={parent}
      submitLabel="Save"
      onSubmit={onSubmit}
      isBusy={isBusy}
      trouble={trouble}
      permission="subscribers.update"
      conflict={
        <Conflict
          before={versioned.base}
          now={versioned.now}
          onKeepMine={() => {
            versioned.keepMine();
            submit();
          }}
          onTakeTheirs={() => form.setValues(subscriberValues(versioned.takeTheirs()))}
        />
      }
    >
      <SubscriberFields form={form} />
    </FormDrawer>
  );
}
