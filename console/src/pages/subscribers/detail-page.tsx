import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useWrite } from '../../lib/write.ts';
import { Action } from '../../ui/action.tsx';
import { ActionMenu } from '../../ui/action-menu.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { IconArchive, IconKey, IconTransfer } from '../../ui/icons.ts';
import { Page } from '../../ui/page.tsx';
import { toast } from '../../ui/toast.tsx';
import { Id, Status } from '../../ui/values.tsx';
import { customerCrumbs } from '../customers/tabs.ts';
import { subscriberQuery } from './queries.ts';
import { subscriberRoute } from './routes.ts';

export function SubscriberPage(): ReactNode {
  const { subscriberId: id } = subscriberRoute.useParams();
  const { data: subscriber } = useSuspenseQuery(subscriberQuery(id));
  const [isArchiving, setArchiving] = useState(false);
  const isArchived = subscriber.archivedAt !== null;
  const archivedReason = isArchived ? 'It is archived: restore it first.' : null;
  const restore = useWrite(
    () => api().subscribers.restore(id, null),
    () => toast(`${subscriber.email} was restored`),
  );
  const archive = useWrite(
    () => api().subscribers.delete(id, { ifMatch: subscriber.version }),
    () => {
      toast(`${subscriber.email} was archived`);
      setArchiving(false);
    },
  );
  return (
    <Page
      title={subscriber.email}
      aside={
        <>
          {isArchived && <Status value="archived" />}
          {subscriber.serviceOf !== null && <Status value="service account" tone="info" />}
          <Id value={id} />
        </>
      }
      crumbs={[...customerCrumbs, { label: 'Subscribers', path: paths.subscribers() }]}
      tabs={[
        { label: 'General', path: paths.subscriber(id) },
        { label: 'Credentials', path: paths.subscriber(id, 'credentials') },
        { label: 'History', path: paths.subscriber(id, 'history') },
      ]}
      actions={
        <>
          <Action
            variant="default"
            leftSection={<IconKey size={15} />}
            path={paths.credentialNew({
              subscriberId: id,
              organizationId: subscriber.organizationIds[0],
            })}
            permission="credentials.create"
            disabledReason={archivedReason}
          >
            New Credential
          </Action>
          <Action
            variant="default"
            path={paths.subscriberEdit(id)}
            permission="subscribers.update"
            disabledReason={archivedReason}
          >
            Edit
          </Action>
          <ActionMenu
            label="More actions"
            actions={[
              {
                label: 'Change organizations',
                icon: <IconTransfer size={15} />,
                path: paths.subscriberMemberships(id),
                permission: 'subscribers.update',
                disabledReason: archivedReason,
              },
              isArchived
                ? {
                    label: 'Restore',
                    icon: <IconArchive size={15} />,
                    onClick: () => restore.mutate(undefined),
                    permission: 'subscribers.delete',
                  }
                : {
                    label: 'Archive',
                    icon: <IconArchive size={15} />,
                    onClick: () => setArchiving(true),
                    permission: 'subscribers.delete',
                    isDanger: true,
                  },
            ]}
          />
        </>
      }
    >
      <Outlet />
      {isArchiving && (
        <Confirm
          title={`Archive ${subscriber.email}?`}
          confirmLabel="Archive"
          isDanger
          isBusy={archive.isPending}
          error={archive.error}
          onConfirm={() => archive.mutate(undefined)}
          onClose={() => setArchiving(false)}
        >
          It takes no new credentials. Its usage stays where it is, and it can be restored.
        </Confirm>
      )}
    </Page>
  );
}
