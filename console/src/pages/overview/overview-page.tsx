import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';

export function OverviewPage(): ReactNode {
  return (
    <Page title="Overview">
      <Empty
        title="Begin with a customer"
        actions={
          <Action path={paths.organizationNew()} permission="organizations.create">
            New Org
          </Action>
        }
        curl={{ method: 'POST', path: '/v1/organizations', body: { name: 'Acme' } }}
      >
        An organization, a subscriber, a subscription, a credential: four steps, and usage finds its
        way from an event to a statement.
      </Empty>
    </Page>
  );
}
