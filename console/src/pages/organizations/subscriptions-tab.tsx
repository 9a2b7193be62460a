import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { SubscriptionsTable } from '../subscriptions/subscriptions-table.tsx';
import { subscriptionsTab } from './routes.ts';

export function OrganizationSubscriptionsTab(): ReactNode {
  const { organizationId } = subscriptionsTab.useParams();
  const { cursor } = subscriptionsTab.useSearch();
  const add = (
    <Action
      variant="default"
      path={paths.subscriptionNew({ organizationId })}
      permission="subscriptions.create"
    >
      New subscription
    </Action>
  );
  return (
    <Section
      title="Subscriptions"
      about="its own; those above it take its usage as well"
      actions={add}
    >
      <SubscriptionsTable
        search={{ organizationId }}
        cursor={cursor}
        pagePath={(next) => paths.organization(organizationId, 'subscriptions', { cursor: next })}
        empty={
          <Empty title="No subscription of its own" actions={add}>
            Its usage is billed on the nearest one above it, if there is one.
          </Empty>
        }
      />
    </Section>
  );
}
