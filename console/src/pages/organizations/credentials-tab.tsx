import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { CredentialsTable } from '../credentials/credentials-table.tsx';
import { credentialsTab } from './routes.ts';

export function OrganizationCredentialsTab(): ReactNode {
  const { organizationId } = credentialsTab.useParams();
  const { cursor } = credentialsTab.useSearch();
  const add = (
    <Action
      variant="default"
      path={paths.credentialNew({ organizationId })}
      permission="credentials.create"
    >
      New Credential
    </Action>
  );
  return (
    <Section title="Credentials" about="bound to it now" actions={add}>
      <CredentialsTable
        search={{ organizationId }}
        cursor={cursor}
        pagePath={(next) => paths.organization(organizationId, 'credentials', { cursor: next })}
        empty={
          <Empty title="No credentials yet" actions={add}>
            Each key that its applications use is a credential: one subscription, many keys, usage
            reported separately per key.
          </Empty>
        }
      />
    </Section>
  );
}
