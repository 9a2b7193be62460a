import type { UnclassifiedClaimResult } from '@customary/sdk';
import { Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Picker } from '../../forms/picker.tsx';
import { ReasonField, reasonOf, VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import {
  organizationSource,
  planSource,
  subscriberSource,
  subscriptionSource,
} from '../../lib/choices.ts';
import { plural } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { useGo } from '../../ui/link.tsx';
import { groupName } from './list-page.tsx';
import { groupQuery } from './queries.ts';
import { claimRoute, groupRoute } from './routes.ts';

type Values = {
  whose: 'existing' | 'new';
  organizationId: string | null;
  name: string;
  subscriberId: string | null;
  subscriberEmail: string;
  subscriptionId: string | null;
  planId: string | null;
  credentialName: string;
  isLater: boolean;
  reason: string;
};

/** Says whose usage it is: makes what is missing, and lets what was recorded follow. */
export function ClaimUsage(): ReactNode {
  const { groupId } = groupRoute.useParams();
  const { data: group } = useSuspenseQuery(groupQuery(groupId));
  const search = claimRoute.useSearch();
  const go = useGo();
  return (
    <VerbDrawer<Values, UnclassifiedClaimResult>
      title={`Claim ${groupName(group)}`}
      about={`${plural(group.events, 'event')} recorded so far follow, and whatever comes with the same identifier.`}
      parent={paths.unclassifiedGroup(groupId)}
      submitLabel="Claim"
      permission="unclassified.claim"
      initialValues={{
        whose: 'existing',
        organizationId: search.organizationId ?? group.organizationId,
        name: '',
        subscriberId: search.subscriberId ?? null,
        subscriberEmail: '',
        subscriptionId: search.subscriptionId ?? null,
        planId: null,
        credentialName: '',
        isLater: false,
        reason: '',
      }}
      validate={(values) => ({
        ...(values.whose === 'existing' &&
          values.organizationId === null && { organizationId: 'Pick whose it is.' }),
        ...(values.whose === 'new' && values.name.trim() === '' && { name: 'Enter a name.' }),
      })}
      submit={(values) => api().unclassified.claim({ id: groupId, ...bodyOf(values) })}
      fieldNames={{ 'organization.name': 'name', name: 'credentialName' }}
      done={({ reattributedEvents }) => `${plural(reattributedEvents, 'event')} found their owner`}
      onDone={({ reattributionId, organizationId }) =>
        go(
          reattributionId === null
            ? paths.organization(organizationId)
            : paths.reattribution(reattributionId),
          { replace: true },
        )
      }
    >
      {(form) => (
        <>
          <SegmentedControl
            aria-label="Whose it is"
            data={[
              { value: 'existing', label: 'An organization' },
              { value: 'new', label: 'A new one' },
            ]}
            {...form.getInputProps('whose')}
          />
          {form.values.whose === 'existing' ? (
            <Picker
              source={organizationSource}
              label="Organization"
              required
              field="organizationId"
              {...form.getInputProps('organizationId')}
            />
          ) : (
            <TextInput label="Name" required {...form.getInputProps('name')} />
          )}
          <Picker
            source={subscriberSource}
            label="Subscriber"
            description="Who used it. Left out: whoever stands for the organization."
            field="subscriberId"
            {...form.getInputProps('subscriberId')}
          />
          {form.values.subscriberId === null && (
            <TextInput
              label="Or by e-mail"
              description="Made if there is nobody with it."
              {...form.getInputProps('subscriberEmail')}
            />
          )}
          {form.values.whose === 'existing' && (
            <Picker
              source={subscriptionSource(form.values.organizationId)}
              label="Subscription"
              description="Left out: the one that prices it, if there is a single one."
              field="subscriptionId"
              {...form.getInputProps('subscriptionId')}
            />
          )}
          {form.values.subscriptionId === null && (
            <Picker
              source={planSource}
              label="Or subscribe to a plan"
              field="planId"
              {...form.getInputProps('planId')}
            />
          )}
          {group.kind === 'credential' && (
            <TextInput
              label="Name of the credential"
              placeholder="Mobile App Production Key"
              {...form.getInputProps('credentialName')}
            />
          )}
          <Checkbox
            label="Look at the figures before recorded usage follows"
            {...form.getInputProps('isLater', { type: 'checkbox' })}
          />
          <ReasonField {...form.getInputProps('reason')} />
        </>
      )}
    </VerbDrawer>
  );
}

function bodyOf(values: Values) {
  const { organizationId, subscriberId, subscriberEmail, subscriptionId, planId } = values;
  const isNew = values.whose === 'new';
  return {
    ...(isNew
      ? { organization: { name: values.name.trim() } }
      : { organizationId: organizationId ?? undefined }),
    ...(subscriberId !== null
      ? { subscriberId }
      : subscriberEmail.trim() !== '' && { subscriberEmail: subscriberEmail.trim() }),
    ...(!isNew && subscriptionId !== null ? { subscriptionId } : planId !== null && { planId }),
    ...(values.credentialName.trim() !== '' && { name: values.credentialName.trim() }),
    ...(values.isLater && { reattribute: 'later' as const }),
    ...reasonOf(values),
  };
}
