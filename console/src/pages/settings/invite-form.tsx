import type { InvitedPerson, Person } from '@customary/sdk';
import { NativeSelect, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useRefusal } from '../../lib/session.ts';
import { useGo } from '../../ui/link.tsx';
import { roleChoices } from './roles.ts';
import { ShownOnce } from '../../forms/shown-once.tsx';

type Values = { email: string; name: string; role: Person['role'] };

export function InvitePerson(): ReactNode {
  const go = useGo();
  const noOwners = useRefusal('owners.manage');
  const [invited, setInvited] = useState<InvitedPerson | null>(null);
  const close = () => go(paths.settingsPeople(), { replace: true, inPlace: true });
  if (invited?.link != null)
    return (
      <ShownOnce title={`Invite ${invited.email}`} secret={invited.link.url} onClose={close}>
        This server sends no mail: pass the link on yourself. It works once, for a limited time, and
        is shown once.
      </ShownOnce>
    );
  return (
    <VerbDrawer<Values, InvitedPerson>
      title="Invite somebody"
      parent={paths.settingsPeople()}
      submitLabel="Invite"
      permission="people.invite"
      initialValues={{ email: '', name: '', role: 'support' }}
      validate={({ email }) => (email.trim() === '' ? { email: 'Enter an e-mail address.' } : {})}
      submit={({ email, name, role }) =>
        api().people.invite({
          email: email.trim(),
          role,
          ...(name.trim() !== '' && { name: name.trim() }),
        })
      }
      done={({ email }) => `${email} is invited`}
      onDone={(person) => (person.link === null ? close() : setInvited(person))}
    >
      {(form) => (
        <>
          <TextInput
            label="E-mail"
            type="email"
            required
            data-autofocus
            {...form.getInputProps('email')}
          />
          <TextInput label="Name" {...form.getInputProps('name')} />
          <NativeSelect
            label="Role"
            data={roleChoices.map((role) => ({
              ...role,
              disabled: role.value === 'owner' && noOwners !== null,
            }))}
            description={noOwners === null ? undefined : `No owners: ${noOwners}`}
            {...form.getInputProps('role')}
          />
        </>
      )}
    </VerbDrawer>
  );
}
