import type { InvitedPerson, Person } from '@customary/sdk';
import { NativeSelect } from '@mantine/core';
import { Outlet } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { troubleOf } from '../../lib/problems.ts';
import { useRefusal } from '../../lib/session.ts';
import { useWrite } from '../../lib/write.ts';
import { Action } from '../../ui/action.tsx';
import { ActionMenu } from '../../ui/action-menu.tsx';
import { ChoiceFilter, FilterBar, TextFilter } from '../../ui/filters.tsx';
import { IconPlus } from '../../ui/icons.ts';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { toast } from '../../ui/toast.tsx';
import { Status, Time, TwoLines } from '../../ui/values.tsx';
import { peopleQuery } from './queries.ts';
import { roleChoices } from './roles.ts';
import { peopleRoute } from './routes.ts';
import { ShownOnce } from '../../forms/shown-once.tsx';
import { settingsCrumbs, settingsTabs } from './tabs.ts';

type Verb = () => Promise<Person | InvitedPerson>;
type Link = { readonly title: string; readonly url: string };

const columnsFor = (onLink: (link: Link) => void): readonly Column<Person>[] => [
  {
    header: 'Name',
    width: 'minmax(160px, 1.6fr)',
    narrow: 'title',
    cell: ({ name, email }) => <TwoLines first={name} second={email} />,
  },
  {
    header: 'Role',
    width: 'minmax(150px, 1fr)',
    narrow: 'control',
    cell: (person) => <RoleChoice person={person} />,
  },
  { header: 'Status', width: '110px', narrow: 'aside', cell: (person) => <Standing {...person} /> },
  {
    header: 'Second factor',
    width: '110px',
    narrow: 'line',
    cell: ({ twoFactorEnabled }) => (twoFactorEnabled ? 'on' : 'off'),
  },
  {
    header: 'Last signed in',
    width: '130px',
    narrow: 'line',
    cell: ({ lastSignedInAt }) => <Time value={lastSignedInAt} as="relative" />,
  },
  {
    header: 'More',
    width: '50px',
    narrow: 'control',
    cell: (person) => <PersonMenu person={person} onLink={onLink} />,
  },
];

function Standing({ status }: Person): ReactNode {
  return <Status value={status} tone={status === 'active' ? 'good' : 'quiet'} />;
}

function RoleChoice({ person }: { readonly person: Person }): ReactNode {
  const reason = useRefusal('people.update');
  const update = useWrite(
    (role: Person['role']) => api().people.update(person.id, { role }, { ifMatch: person.version }),
    ({ name, role }) => toast(`${name} is ${role} now`),
  );
  return (
    <NativeSelect
      size="xs"
      aria-label={`Role of ${person.name}`}
      title={reason ?? ''}
      disabled={reason !== null || update.isPending}
      value={person.role}
      data={roleChoices}
      onChange={({ currentTarget }) =>
        update.mutate(currentTarget.value as Person['role'], {
          onError: (error) => toast(troubleOf(error).detail),
        })
      }
    />
  );
}

function PersonMenu({
  person,
  onLink,
}: {
  readonly person: Person;
  readonly onLink: (link: Link) => void;
}): ReactNode {
  const { id, name, status } = person;
  const run = useWrite((verb: Verb) => verb());
  const act = (said: string, verb: Verb) => () =>
    run.mutate(verb, {
      onSuccess: (result) => {
        toast(said);
        if ('link' in result && result.link !== null) onLink({ title: said, url: result.link.url });
      },
      onError: (error) => toast(troubleOf(error).detail),
    });
  const isInvited = status === 'invited';
  return (
    <ActionMenu
      label={`More for ${name}`}
      actions={[
        {
          label: 'Invite again',
          permission: 'people.invite',
          disabledReason: isInvited ? null : 'They have joined already.',
          onClick: act(`${name} is invited again`, () => api().people.inviteAgain(id)),
        },
        {
          label: 'Let choose a new password',
          permission: 'people.update',
          disabledReason: status === 'active' ? null : 'They are not active.',
          onClick: act(`A link for ${name}`, () => api().people.letChoosePassword(id)),
        },
        {
          label: 'Reset the second factor',
          permission: 'people.update',
          disabledReason: person.twoFactorEnabled ? null : 'It is not on.',
          onClick: act('The second factor is off', () => api().people.resetTwoFactor(id, {})),
        },
        {
          label: 'Sign out everywhere',
          permission: 'people.update',
          onClick: act(`${name} is signed out`, () => api().people.signOut(id, {})),
        },
        status === 'deactivated'
          ? {
              label: 'Reactivate',
              permission: 'people.deactivate',
              onClick: act(`${name} may sign in again`, () => api().people.reactivate(id, {})),
            }
          : {
              label: 'Deactivate',
              permission: 'people.deactivate',
              isDanger: true,
              onClick: act(`${name} is deactivated`, () => api().people.deactivate(id, {})),
            },
      ]}
    />
  );
}

const statuses = [
  ['invited', 'Invited'],
  ['active', 'Active'],
  ['deactivated', 'Deactivated'],
] as const;

export function PeoplePage(): ReactNode {
  const search = peopleRoute.useSearch();
  const filters = { search, path: paths.settingsPeople };
  const [link, setLink] = useState<Link | null>(null);
  const [columns] = useState(() => columnsFor(setLink));
  const add = (
    <Action
      leftSection={<IconPlus size={15} />}
      path={paths.settingsPersonInvite()}
      permission="people.invite"
    >
      Invite
    </Action>
  );
  return (
    <Page
      title="People"
      crumbs={settingsCrumbs}
      tabs={settingsTabs}
      about="Who may sign in, and what they may do. The API enforces it."
      actions={add}
    >
      <FilterBar>
        <TextFilter of={filters} name="search" label="Name or e-mail" />
        <ChoiceFilter of={filters} name="status" label="Status" choices={statuses} />
        <ChoiceFilter
          of={filters}
          name="role"
          label="Role"
          choices={roleChoices.map(({ value }) => [value, value] as const)}
        />
      </FilterBar>
      <QueryTable
        label="People"
        query={peopleQuery(search)}
        columns={columns}
        lines={2}
        rowId={({ id }) => id}
        cursor={search.cursor}
        pagePath={(cursor) => paths.settingsPeople({ ...search, cursor })}
        empty={
          <Nothing search={search} of="person" all={paths.settingsPeople()}>
            <Empty title="Nobody has joined yet" actions={add}>
              The server printed a link for the first owner when it started; whoever has this key
              can invite others.
            </Empty>
          </Nothing>
        }
      />
      <Outlet />
      {link !== null && (
        <ShownOnce title={link.title} secret={link.url} onClose={() => setLink(null)}>
          This server sends no mail: pass the link on yourself. It works once.
        </ShownOnce>
      )}
    </Page>
  );
}
