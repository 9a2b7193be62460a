import type { Subscription } from '@customary/sdk';
import { Radio, Stack } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FromField } from '../../forms/from-field.tsx';
import { Picker } from '../../forms/picker.tsx';
import { ReasonField, reasonOf, VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { planSource } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { fromLocalInput } from '../../lib/times.ts';
import { subscriptionQuery } from './queries.ts';
import { subscriptionRoute } from './routes.ts';
import { subscriptionName } from './subscriptions-table.tsx';

function useSubscription(): Subscription {
  const { subscriptionId } = subscriptionRoute.useParams();
  return useSuspenseQuery(subscriptionQuery(subscriptionId)).data;
}

export function ChangePlan(): ReactNode {
  const subscription = useSubscription();
  const { id } = subscription;
  return (
    <VerbDrawer<{ planId: string | null; at: 'now' | 'periodEnd'; reason: string }, Subscription>
      title={`Change the plan of ${subscriptionName(subscription)}`}
      about="To the latest version of another plan of the same currency."
      parent={paths.subscription(id)}
      submitLabel="Change plan"
      permission="subscriptions.update"
      initialValues={{ planId: null, at: 'periodEnd', reason: '' }}
      validate={({ planId }) => (planId === null ? { planId: 'Pick a plan.' } : {})}
      submit={({ planId, at, reason }) =>
        api().subscriptions.changePlan(id, { planId: planId ?? '', at, ...reasonOf({ reason }) })
      }
      done="The plan changes"
    >
      {(form) => (
        <>
          <Picker
            source={planSource}
            label="New plan"
            required
            field="planId"
            {...form.getInputProps('planId')}
          />
          <Radio.Group label="When" {...form.getInputProps('at')}>
            <Stack gap={6} mt={6}>
              <Radio value="periodEnd" label="With the next service period" />
              <Radio value="now" label="Now: fees of this period are prorated" />
            </Stack>
          </Radio.Group>
          <ReasonField {...form.getInputProps('reason')} />
        </>
      )}
    </VerbDrawer>
  );
}

type CancelValues = {
  at: 'now' | 'periodEnd' | 'other';
  endAt: string;
  credit: 'prorated' | 'none';
  reason: string;
};

export function CancelSubscription(): ReactNode {
  const subscription = useSubscription();
  const { id } = subscription;
  return (
    <VerbDrawer<CancelValues, Subscription>
      title={`Cancel ${subscriptionName(subscription)}`}
      about="From its end on, usage is counted, and not billed on it. What was used until then is billed by the next run."
      parent={paths.subscription(id)}
      submitLabel="Cancel it"
      permission="subscriptions.update"
      initialValues={{ at: 'periodEnd', endAt: '', credit: 'prorated', reason: '' }}
      validate={({ at, endAt }) =>
        at === 'other' && endAt === '' ? { endAt: 'Choose when.' } : {}
      }
      submit={({ at, endAt, credit, reason }) =>
        api().subscriptions.cancel(id, {
          ...(at === 'other' ? { endAt: fromLocalInput(endAt) } : { at }),
          credit,
          ...reasonOf({ reason }),
        })
      }
      done="The subscription is cancelled"
    >
      {(form) => (
        <>
          <Radio.Group label="When" {...form.getInputProps('at')}>
            <Stack gap={6} mt={6}>
              <Radio value="periodEnd" label="At the end of its service period" />
              <Radio value="now" label="Now" />
              <Radio value="other" label="At another time" />
            </Stack>
          </Radio.Group>
          {form.values.at === 'other' && (
            <FromField label="Ends" {...form.getInputProps('endAt')} />
          )}
          <Radio.Group label="Fees paid in advance" {...form.getInputProps('credit')}>
            <Stack gap={6} mt={6}>
              <Radio value="prorated" label="What lies after its end is credited" />
              <Radio value="none" label="Stay owed in full" />
            </Stack>
          </Radio.Group>
          <ReasonField {...form.getInputProps('reason')} />
        </>
      )}
    </VerbDrawer>
  );
}

/** Pauses, or resumes what is paused. */
export function PauseSubscription(): ReactNode {
  const subscription = useSubscription();
  const { id } = subscription;
  const isPaused = subscription.status === 'paused';
  return (
    <VerbDrawer
      title={`${isPaused ? 'Resume' : 'Pause'} ${subscriptionName(subscription)}`}
      about={
        isPaused
          ? 'It takes usage again from then on.'
          : 'It takes no usage until it is resumed: usage is counted, with the reason why it is not billed.'
      }
      parent={paths.subscription(id)}
      submitLabel={isPaused ? 'Resume' : 'Pause'}
      permission="subscriptions.update"
      initialValues={{ from: '', reason: '' }}
      submit={({ from, reason }) =>
        api().subscriptions[isPaused ? 'resume' : 'pause'](id, {
          from: fromLocalInput(from),
          ...reasonOf({ reason }),
        })
      }
      done={isPaused ? 'It is resumed' : 'It is paused'}
    >
      {(form) => (
        <>
          <FromField {...form.getInputProps('from')} />
          <ReasonField {...form.getInputProps('reason')} />
        </>
      )}
    </VerbDrawer>
  );
}
