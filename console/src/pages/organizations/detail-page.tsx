import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { paths, type OrganizationTab } from '../../lib/paths.ts';
import { useWrite } from '../../lib/write.ts';
import { Action } from '../../ui/action.tsx';
import { ActionMenu } from '../../ui/action-menu.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { IconArchive, IconTransfer } from '../../ui/icons.ts';
import { Page, type Tab } from '../../ui/page.tsx';
import { toast } from '../../ui/toast.tsx';
import { Id, Status } from '../../ui/values.tsx';
import { customerCrumbs } from '../customers/tabs.ts';
import { ancestorsQuery, builtInReason, organizationQuery } from './queries.ts';
import { organizationRoute } from './routes.ts';

const tabs: readonly (readonly [string, OrganizationTab])[] = [
  ['General', ''],
  ['Tree', 'tree'],
  ['Members', 'members'],
  ['Credentials', 'credentials'],
  ['Subscriptions', 'subscriptions'],
  ['Usage', 'usage'],
  ['Statement', 'statement'],
  ['History', 'history'],
];

export function OrganizationPage(): ReactNode {
  const { organizationId: id } = organizationRoute.useParams();
  const { data: organization } = useSuspenseQuery(organizationQuery(id));
  const { data: ancestors } = useSuspenseQuery(ancestorsQuery(id));
  const [isArchiving, setArchiving] = useState(false);
  const isArchived = organization.archivedAt !== null;
  const restore = useWrite(
    () => api().organizations.restore(id, null),
    () => toast(`${organization.name} was restored`),
  );
  const archivedReason = isArchived ? 'It is archived: restore it first.' : null;
  const builtIn = builtInReason(id);
  return (
    <Page
      title={organization.name}
      aside={
        <>
          {isArchived && <Status value="archived" />}
          <Id value={id} />
        </>
      }
      crumbs={[
        ...customerCrumbs,
        { label: 'Organizations', path: paths.organizations() },
        ...ancestors.items.toReversed().map((each) => ({
          label: each.name,
          path: paths.organization(each.id),
        })),
      ]}
      tabs={tabs.map(([label, tab]): Tab => ({ label, path: paths.organization(id, tab) }))}
      actions={
        <>
          <Action
            variant="default"
            path={paths.organizationEdit(id)}
            permission="organizations.update"
            disabledReason={builtIn ?? archivedReason}
          >
            Edit
          </Action>
          <ActionMenu
            label="More actions"
            actions={[
              {
                label: 'Move under another',
                icon: <IconTransfer size={15} />,
                path: paths.organizationMove(id),
                permission: 'organizations.update',
                disabledReason: builtIn ?? archivedReason,
              },
              {
                label: 'Change who pays',
                path: paths.organizationBillTo(id),
                permission: 'organizations.update',
                disabledReason: builtIn ?? archivedReason,
              },
              {
                label: 'Merge into another',
                path: paths.organizationMerge(id),
                permission: 'merges.create',
                disabledReason: builtIn ?? archivedReason,
              },
              {
                label: 'Split off a part',
                path: paths.organizationSplit(id),
                permission: 'splits.create',
                disabledReason: builtIn ?? archivedReason,
              },
              {
                label: 'Its merges and splits',
                path: paths.merges({ organizationId: id }),
                permission: 'merges.read',
              },
              {
                label: 'New organization below it',
                path: paths.organizationNew({ parentId: id }),
                permission: 'organizations.create',
                disabledReason: builtIn ?? archivedReason,
              },
              isArchived
                ? {
                    label: 'Restore',
                    icon: <IconArchive size={15} />,
                    onClick: () => restore.mutate(undefined),
                    permission: 'organizations.delete',
                  }
                : {
                    label: 'Archive',
                    icon: <IconArchive size={15} />,
                    onClick: () => setArchiving(true),
                    permission: 'organizations.delete',
                    disabledReason: builtIn,
                    isDanger: true,
                  },
            ]}
          />
        </>
      }
    >
      <Outlet />
      {isArchiving && (
        <ArchiveOrganization
          id={id}
          name={organization.name}
          version={organization.version}
          onClose={() => setArchiving(false)}
        />
      )}
    </Page>
  );
}

function ArchiveOrganization({
  id,
  name,
  version,
  onClose,
}: {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly onClose: () => void;
}): ReactNode {
  const archive = useWrite(
    () => api().organizations.delete(id, { ifMatch: version }),
    () => {
      toast(`${name} was archived`);
      onClose();
    },
  );
  return (
    <Confirm
      title={`Archive ${name}?`}
      confirmLabel="Archive"
      isDanger
      isBusy={archive.isPending}
      error={archive.error}
      onConfirm={() => archive.mutate(undefined)}
      onClose={onClose}
    >
      It leaves the lists and takes no new subscribers, credentials or subscriptions. Everything
      recorded and issued stays, and it can be restored. If nothing refers to it at all, it is
      removed for good.
    </Confirm>
  );
}
