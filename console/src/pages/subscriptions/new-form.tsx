import type { Subscription } from '@customary/sdk';
import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { FromField } from '../../forms/from-field.tsx';
import { Picker } from '../../forms/picker.tsx';
import { VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { organizationSource, planSource } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { fromLocalInput } from '../../lib/times.ts';
import { useGo } from '../../ui/link.tsx';
import { newSubscriptionRoute } from './routes.ts';

type Values = {
  organizationId: string | null;
  planId: string | null;
  name: string;
  externalId: string;
  startAt: string;
  endAt: string;
  anchorDay: string;
};

export function NewSubscription(): ReactNode {
  const { organizationId = null, planId = null } = newSubscriptionRoute.useSearch();
  const go = useGo();
  return (
    <VerbDrawer<Values, Subscription>
      title="New subscription"
      about="The latest version of the plan is what is subscribed to; later versions do not change it."
      parent={paths.subscriptions()}
      submitLabel="Create"
      permission="subscriptions.create"
      initialValues={{
        organizationId,
        planId,
        name: '',
        externalId: '',
        startAt: '',
        endAt: '',
        anchorDay: '',
      }}
      validate={(values) => ({
        ...(values.organizationId === null && { organizationId: 'Pick who subscribes.' }),
        ...(values.planId === null && { planId: 'Pick a plan.' }),
        ...(!/^\d{0,2}$/.test(values.anchorDay.trim()) && { anchorDay: 'A day of the month.' }),
      })}
      submit={(values) =>
        api().subscriptions.create({
          organizationId: values.organizationId ?? '',
          planId: values.planId ?? '',
          ...(values.name.trim() !== '' && { name: values.name.trim() }),
          ...(values.externalId.trim() !== '' && { externalId: values.externalId.trim() }),
          startAt: fromLocalInput(values.startAt),
          endAt: fromLocalInput(values.endAt),
          ...(values.anchorDay.trim() !== '' && { anchorDay: Number(values.anchorDay) }),
        })
      }
      done="The subscription was created"
      onDone={({ id }) => go(paths.subscription(id), { replace: true })}
    >
      {(form) => (
        <>
          <Picker
            source={organizationSource}
            label="Organization"
            required
            field="organizationId"
            {...form.getInputProps('organizationId')}
          />
          <Picker
            source={planSource}
            label="Plan"
            required
            field="planId"
            {...form.getInputProps('planId')}
          />
          <TextInput label="Name" {...form.getInputProps('name')} />
          <TextInput
            label="External Id"
            description="What events may call it by."
            {...form.getInputProps('externalId')}
          />
          <FromField
            label="Start"
            description="Empty: now. It may be in the past. Service periods turn at its time of day."
            {...form.getInputProps('startAt')}
          />
          <FromField label="End" description="Empty: open." {...form.getInputProps('endAt')} />
          <TextInput
            label="Anchor day"
            description="The day of the month that service periods turn on. Empty: the day it starts."
            inputMode="numeric"
            {...form.getInputProps('anchorDay')}
          />
        </>
      )}
    </VerbDrawer>
  );
}
