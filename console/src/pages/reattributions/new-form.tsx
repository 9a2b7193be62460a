import type { Reattribution } from '@customary/sdk';
import { SegmentedControl, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { FromField } from '../../forms/from-field.tsx';
import { Picker } from '../../forms/picker.tsx';
import { ReasonField, reasonOf, VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { credentialSource, organizationSource, subscriptionSource } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { fromLocalInput } from '../../lib/times.ts';
import { useGo } from '../../ui/link.tsx';
import { newReattributionRoute } from './routes.ts';

type Values = {
  kind: 'assign' | 'resolve';
  organizationId: string | null;
  credentialId: string | null;
  source: string;
  from: string;
  to: string;
  ownerId: string | null;
  subscriptionId: string | null;
  reason: string;
};

/** Selects usage and says whose it is. Nothing moves yet: its page shows the figures first. */
export function NewReattribution(): ReactNode {
  const { organizationId = null, credentialId = null } = newReattributionRoute.useSearch();
  const go = useGo();
  return (
    <VerbDrawer<Values, Reattribution>
      title="Re-attribute usage"
      about="Nothing moves yet: you will see what it changes first."
      parent={paths.reattributions()}
      submitLabel="See what it changes"
      permission="reattributions.create"
      initialValues={{
        kind: 'assign',
        organizationId,
        credentialId,
        source: '',
        from: '',
        to: '',
        ownerId: null,
        subscriptionId: null,
        reason: '',
      }}
      validate={(values) => ({
        ...(values.organizationId === null &&
          values.credentialId === null &&
          values.source.trim() === '' && { organizationId: 'Select whose, or which, usage.' }),
        ...(values.kind === 'assign' &&
          values.ownerId === null && { ownerId: 'Pick whose it shall be.' }),
      })}
      submit={async (values) => {
        const made = await api().reattributions.create(bodyOf(values));
        return api().reattributions.preview(made.id);
      }}
      fieldNames={{
        'selection.organizationId': 'organizationId',
        'selection.credentialId': 'credentialId',
        'selection.from': 'from',
        'selection.to': 'to',
        'owner.organizationId': 'ownerId',
        'owner.subscriptionId': 'subscriptionId',
      }}
      done="Here is what it would change"
      onDone={({ id }) => go(paths.reattribution(id), { replace: true })}
    >
      {(form) => (
        <>
          <Picker
            source={organizationSource}
            label="Usage that is of"
            placeholder="Any organization"
            field="organizationId"
            {...form.getInputProps('organizationId')}
          />
          <Picker
            source={credentialSource}
            label="With the credential"
            placeholder="Any"
            field="credentialId"
            {...form.getInputProps('credentialId')}
          />
          <TextInput label="From the source" placeholder="Any" {...form.getInputProps('source')} />
          <FromField
            label="Occurred from"
            description="Empty: since ever."
            {...form.getInputProps('from')}
          />
          <FromField
            label="Occurred before"
            description="Empty: until now."
            {...form.getInputProps('to')}
          />
          <SegmentedControl
            aria-label="Whose it shall be"
            data={[
              { value: 'assign', label: 'Give it to' },
              { value: 'resolve', label: 'Find its owner anew' },
            ]}
            {...form.getInputProps('kind')}
          />
          {form.values.kind === 'assign' && (
            <>
              <Picker
                source={organizationSource}
                label="Organization"
                required
                field="ownerId"
                {...form.getInputProps('ownerId')}
              />
              <Picker
                source={subscriptionSource(form.values.ownerId)}
                label="Subscription"
                description="Left out: the one that prices it, if there is a single one."
                field="subscriptionId"
                {...form.getInputProps('subscriptionId')}
              />
            </>
          )}
          <ReasonField description="Kept with it." {...form.getInputProps('reason')} />
        </>
      )}
    </VerbDrawer>
  );
}

function bodyOf(values: Values) {
  const { kind, organizationId, credentialId, source, ownerId, subscriptionId } = values;
  return {
    kind,
    selection: {
      organizationId: organizationId ?? undefined,
      credentialId: credentialId ?? undefined,
      ...(source.trim() !== '' && { source: source.trim() }),
      from: fromLocalInput(values.from),
      to: fromLocalInput(values.to),
    },
    ...(kind === 'assign' &&
      ownerId !== null && {
        owner: { organizationId: ownerId, subscriptionId: subscriptionId ?? undefined },
      }),
    ...reasonOf(values),
  };
}
