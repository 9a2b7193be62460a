import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { OrganizationName } from '../../ui/names.tsx';
import { Warning } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { UpcomingSection } from '../invoices/upcoming.tsx';
import { statementQuery } from '../statements/queries.ts';
import { StatementBody } from '../statements/statement-body.tsx';
import { organizationQuery } from './queries.ts';
import { organizationRoute } from './routes.ts';

export function StatementTab(): ReactNode {
  const { organizationId } = organizationRoute.useParams();
  const { data: organization } = useSuspenseQuery(organizationQuery(organizationId));
  const { data: statement } = useSuspenseQuery(statementQuery(organizationId, {}));
  return (
    <Section
      title="Statement"
      about="what it owes now, as the payer"
      actions={
        <Action variant="default" path={paths.statement(organizationId)}>
          As of another day, PDF, CSV
        </Action>
      }
    >
      {organization.billTo !== null && (
        <Warning title="Somebody else pays">
          Its subscriptions are invoiced to <OrganizationName id={organization.billTo} />.
        </Warning>
      )}
      <StatementBody statement={statement} />
      <UpcomingSection organizationId={organizationId} />
    </Section>
  );
}
