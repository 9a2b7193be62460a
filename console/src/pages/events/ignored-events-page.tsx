import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Link } from '../../ui/link.tsx';
import { OrganizationName, SubscriptionName } from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Card, CardGrid, Facts, Page, Section } from '../../ui/page.tsx';
import { QueryTable } from '../../ui/query-table.tsx';
import { Id, Money, Quantity, Time } from '../../ui/values.tsx';
import { PeriodDays } from '../invoices/invoice-values.tsx';
import { lineEventColumns } from '../invoices/line-events.tsx';
import { ignoredEventsQuery, ignoredQuery } from './queries.ts';
import { ignoredRoute } from './routes.ts';
import { eventCrumbs } from './tabs.ts';

/** What was ignored of one charge in one service period, down to its events. */
export function IgnoredEventsPage(): ReactNode {
  const { ignoredId } = ignoredRoute.useParams();
  const { cursor } = ignoredRoute.useSearch();
  const { data: ignored } = useSuspenseQuery(ignoredQuery(ignoredId));
  return (
    <Page
      title={ignored.charge}
      aside={<Id value={ignored.id} />}
      crumbs={[...eventCrumbs, { label: 'Ignored', path: paths.ignoredUsage() }]}
      about="No later document counts it, whatever the policy has become."
    >
      <CardGrid min={320}>
        <Card>
          <Facts
            of={[
              ['Worth', <Money key="worth" value={ignored.worth} />],
              ['Quantity', <Quantity key="quantity" value={ignored.quantity} />],
              ['Payer', <OrganizationName key="payer" id={ignored.organizationId} />],
              ['Subscription', <SubscriptionName key="sub" id={ignored.subscriptionId} />],
              ['Service period', <PeriodDays key="period" of={ignored} />],
            ]}
          />
        </Card>
        <Card>
          <Facts
            of={[
              ['Events', <Quantity key="events" value={ignored.eventCount} />],
              ['Recorded', `after position ${ignored.positionAfter}, up to ${ignored.position}`],
              ['Ignored', <Time key="at" value={ignored.createdAt} />],
              [
                'By',
                <Link key="run" path={paths.billingRun(ignored.billingRunId)}>
                  a billing run
                </Link>,
              ],
              [
                'Hash',
                <span key="hash" className="mono">
                  {ignored.eventHash}
                </span>,
              ],
            ]}
          />
        </Card>
      </CardGrid>
      <Section title="Events">
        <QueryTable
          label="Ignored events"
          query={ignoredEventsQuery(ignoredId)}
          columns={lineEventColumns}
          lines={2}
          rowId={({ id, sign }) => `${id} ${sign}`}
          rowPath={({ id }) => paths.event(id)}
          cursor={cursor}
          pagePath={(next) => paths.ignored(ignoredId, { cursor: next })}
          empty={<Empty title="No event is in it" />}
        />
      </Section>
    </Page>
  );
}
