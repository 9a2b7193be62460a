import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { Empty } from '../../ui/notice.tsx';
import { CredentialsTable } from '../credentials/credentials-table.tsx';
import { subscriberCredentialsRoute } from './routes.ts';

export function SubscriberCredentialsTab(): ReactNode {
  const { subscriberId } = subscriberCredentialsRoute.useParams();
  const { cursor } = subscriberCredentialsRoute.useSearch();
  return (
    <CredentialsTable
      search={{ subscriberId }}
      cursor={cursor}
      pagePath={(next) => paths.subscriber(subscriberId, 'credentials', { cursor: next })}
      empty={
        <Empty
          title="It holds no credentials"
          actions={
            <Action path={paths.credentialNew({ subscriberId })} permission="credentials.create">
              New Credential
            </Action>
          }
        >
          A credential ties a key to this subscriber. One subscriber may hold many.
        </Empty>
      }
    />
  );
}
