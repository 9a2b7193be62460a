import type { Split } from '@customary/sdk';
import { SegmentedControl, TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { MultiPicker } from '../../forms/multi-picker.tsx';
import { Picker } from '../../forms/picker.tsx';
import { SinceFields } from '../../forms/since-fields.tsx';
import { ReasonField, reasonOf, VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { credentialSourceOf, organizationSource, subscriberSourceOf } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { fromLocalInput } from '../../lib/times.ts';
import { useGo } from '../../ui/link.tsx';
import { organizationQuery } from '../organizations/queries.ts';
import { organizationRoute } from '../organizations/routes.ts';

type Values = {
  credentialIds: string[];
  subscriberIds: string[];
  where: 'new' | 'existing';
  name: string;
  intoId: string | null;
  from: string;
  isSinceEver: boolean;
  reason: string;
};

const initialValues: Values = {
  credentialIds: [],
  subscriberIds: [],
  where: 'new',
  name: '',
  intoId: null,
  from: '',
  isSinceEver: true,
  reason: '',
};

function faultsOf({ credentialIds, subscriberIds, where, name, intoId }: Values) {
  const isEmpty = credentialIds.length + subscriberIds.length === 0;
  return {
    ...(isEmpty && { credentialIds: 'Pick the keys or the people that go.' }),
    ...(where === 'new' && name.trim() === '' && { name: 'Enter a name.' }),
    ...(where === 'existing' && intoId === null && { intoId: 'Pick where they go.' }),
  };
}

export function SplitOrganization(): ReactNode {
  const { organizationId } = organizationRoute.useParams();
  const { data: organization } = useSuspenseQuery(organizationQuery(organizationId));
  const go = useGo();
  return (
    <VerbDrawer<Values, Split>
      title={`Split ${organization.name}`}
      about="Keys and people that belong to another customer go to it with their usage. You see what changes before it does, and it can be undone."
      parent={paths.organization(organizationId)}
      submitLabel="See what it changes"
      permission="splits.create"
      initialValues={initialValues}
      validate={faultsOf}
      submit={({ credentialIds, subscriberIds, where, name, intoId, from, isSinceEver, reason }) =>
        api().splits.create({
          organizationId,
          credentialIds,
          subscriberIds,
          ...(where === 'new'
            ? { organization: { name: name.trim() } }
            : { intoId: intoId ?? undefined }),
          from: isSinceEver ? null : fromLocalInput(from),
          ...reasonOf({ reason }),
        })
      }
      fieldNames={{ 'organization.name': 'name' }}
      done="Here is what it would change"
      onDone={({ id }) => go(paths.split(id), { replace: true })}
    >
      {(form) => (
        <>
          <MultiPicker
            source={credentialSourceOf(organizationId)}
            label="Credentials"
            field="credentialIds"
            {...form.getInputProps('credentialIds')}
          />
          <MultiPicker
            source={subscriberSourceOf(organizationId)}
            label="Subscribers"
            description="Their keys in this organization go along."
            field="subscriberIds"
            {...form.getInputProps('subscriberIds')}
          />
          <SegmentedControl
            aria-label="Where they go"
            data={[
              { value: 'new', label: 'To a new organization' },
              { value: 'existing', label: 'To one that exists' },
            ]}
            {...form.getInputProps('where')}
          />
          {form.values.where === 'new' ? (
            <TextInput label="Name" required {...form.getInputProps('name')} />
          ) : (
            <Picker
              source={organizationSource}
              label="Organization"
              required
              field="intoId"
              {...form.getInputProps('intoId')}
            />
          )}
          <SinceFields form={form} label="Since ever: they always were two" />
          <ReasonField description="Kept with it." {...form.getInputProps('reason')} />
        </>
      )}
    </VerbDrawer>
  );
}
