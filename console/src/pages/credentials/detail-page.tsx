import type { Credential } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useWrite } from '../../lib/write.ts';
import { Action } from '../../ui/action.tsx';
import { ActionMenu } from '../../ui/action-menu.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { IconActivity, IconArchive, IconEye, IconRefresh, IconTransfer } from '../../ui/icons.ts';
import { Page } from '../../ui/page.tsx';
import { toast } from '../../ui/toast.tsx';
import { Id, Status } from '../../ui/values.tsx';
import { customerCrumbs } from '../customers/tabs.ts';
import { credentialQuery } from './queries.ts';
import { Reveal } from './reveal.tsx';
import { credentialRoute } from './routes.ts';

type Asked = 'reveal' | 'revoke' | 'archive' | null;

export function CredentialPage(): ReactNode {
  const { credentialId: id } = credentialRoute.useParams();
  const { data: credential } = useSuspenseQuery(credentialQuery(id));
  const [asked, ask] = useState<Asked>(null);
  const isArchived = credential.archivedAt !== null;
  return (
    <Page
      title={credential.name}
      aside={
        <>
          {isArchived && <Status value="archived" />}
          {credential.autoCreated && <Status value="created by usage" tone="info" />}
          <Id value={id} />
        </>
      }
      crumbs={[...customerCrumbs, { label: 'Credentials', path: paths.credentials() }]}
      tabs={[
        { label: 'General', path: paths.credential(id) },
        { label: 'History', path: paths.credential(id, 'history') },
      ]}
      actions={<Actions credential={credential} ask={ask} />}
    >
      <Outlet />
      {asked === 'reveal' && <Reveal id={id} onClose={() => ask(null)} />}
      {(asked === 'revoke' || asked === 'archive') && (
        <End credential={credential} how={asked} onClose={() => ask(null)} />
      )}
    </Page>
  );
}

function Actions({
  credential: { id, name, archivedAt },
  ask,
}: {
  readonly credential: Credential;
  readonly ask: (asked: Asked) => void;
}): ReactNode {
  const isArchived = archivedAt !== null;
  const disabledReason = isArchived ? 'It has ended: restore it first.' : null;
  const restore = useWrite(
    () => api().credentials.restore(id, null),
    () => toast(`${name} was restored`),
  );
  return (
    <>
      <Action
        variant="default"
        leftSection={<IconTransfer size={15} />}
        path={paths.credentialMove(id)}
        permission="credentials.move"
        disabledReason={disabledReason}
      >
        Move
      </Action>
      <Action
        variant="default"
        leftSection={<IconRefresh size={15} />}
        path={paths.credentialRotate(id)}
        permission="credentials.update"
        disabledReason={disabledReason}
      >
        Rotate
      </Action>
      <ActionMenu
        label="More actions"
        actions={[
          {
            label: 'Edit',
            path: paths.credentialEdit(id),
            permission: 'credentials.update',
            disabledReason,
          },
          {
            label: 'Reveal',
            icon: <IconEye size={15} />,
            onClick: () => ask('reveal'),
            permission: 'credentials.reveal',
          },
          {
            label: 'Its events',
            icon: <IconActivity size={15} />,
            path: paths.events({ credentialId: id }),
            permission: 'events.read',
          },
          {
            label: 'Revoke',
            onClick: () => ask('revoke'),
            permission: 'credentials.revoke',
            disabledReason,
            isDanger: true,
          },
          isArchived
            ? {
                label: 'Restore',
                icon: <IconArchive size={15} />,
                onClick: () => restore.mutate(undefined),
                permission: 'credentials.delete',
              }
            : {
                label: 'Archive',
                icon: <IconArchive size={15} />,
                onClick: () => ask('archive'),
                permission: 'credentials.delete',
                isDanger: true,
              },
        ]}
      />
    </>
  );
}

const endings = {
  revoke: {
    verb: 'Revoke',
    done: 'was revoked',
    text: 'Its IDs name it no more from now on. Usage that arrives with them later is kept, and waits as unclassified.',
  },
  archive: {
    verb: 'Archive',
    done: 'was archived',
    text: 'It ends now and leaves the lists. Its usage stays where it is, and it can be restored.',
  },
} as const;

function End({
  credential: { id, name, version },
  how,
  onClose,
}: {
  readonly credential: Credential;
  readonly how: keyof typeof endings;
  readonly onClose: () => void;
}): ReactNode {
  const { verb, done, text } = endings[how];
  const end = useWrite<undefined, unknown>(
    () =>
      how === 'revoke'
        ? api().credentials.revoke(id, null)
        : api().credentials.delete(id, { ifMatch: version }),
    () => {
      toast(`${name} ${done}`);
      onClose();
    },
  );
  return (
    <Confirm
      title={`${verb} ${name}?`}
      confirmLabel={verb}
      isDanger
      isBusy={end.isPending}
      error={end.error}
      onConfirm={() => end.mutate(undefined)}
      onClose={onClose}
    >
      {text}
    </Confirm>
  );
}
