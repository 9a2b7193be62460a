import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { IconPlus } from '../../ui/icons.ts';
import { Page } from '../../ui/page.tsx';
import { customerCrumbs, customerTabs } from '../customers/tabs.ts';
import { Branch, TreeFrame } from './organization-tree.tsx';
import { ancestorsQuery } from './queries.ts';
import { treeRoute } from './routes.ts';

export function OrganizationTreePage(): ReactNode {
  const { focus } = treeRoute.useSearch();
  const above = useQuery({ ...ancestorsQuery(focus ?? ''), enabled: focus !== undefined });
  const expanded = new Set(above.data?.items.map(({ id }) => id));
  const isReady = focus === undefined || above.isSuccess;
  return (
    <Page
      title="Organizations"
      crumbs={customerCrumbs}
      tabs={customerTabs}
      about="Where usage rolls up. Who pays is another edge, and the two are never added together."
      actions={
        <>
          <Action variant="default" path={paths.organizations()}>
            As a list
          </Action>
          <Action
            leftSection={<IconPlus size={15} />}
            path={paths.organizationNew()}
            permission="organizations.create"
          >
            New Org
          </Action>
        </>
      }
    >
      <TreeFrame>
        {isReady && <Branch parentId={null} level={0} expanded={expanded} currentId={focus} />}
      </TreeFrame>
    </Page>
  );
}
