import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { SubscribersTable } from '../subscribers/subscribers-table.tsx';
import { membersTab } from './routes.ts';

export function MembersTab(): ReactNode {
  const { organizationId } = membersTab.useParams();
  const { cursor } = membersTab.useSearch();
  const add = (
    <Action
      variant="default"
      path={paths.subscriberNew({ organizationId })}
      permission="subscribers.create"
    >
      Add Subscriber
    </Action>
  );
  return (
    <Section title="Members" about="subscribers that belong to it now" actions={add}>
      <SubscribersTable
        search={{ organizationId }}
        cursor={cursor}
        pagePath={(next) => paths.organization(organizationId, 'members', { cursor: next })}
        empty={
          <Empty
            title="Nobody belongs to it yet"
            actions={add}
            curl={{
              method: 'POST',
              path: '/v1/subscribers',
              body: { email: 'ada@acme.example', organizationIds: [organizationId] },
            }}
          >
            Subscribers are the people and service accounts whose usage counts for it.
          </Empty>
        }
      />
    </Section>
  );
}
