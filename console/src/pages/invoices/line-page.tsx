import type { InvoiceLine } from '@customary/sdk';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { notFound } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { SubscriptionName } from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Card, CardGrid, Facts, Page, Section } from '../../ui/page.tsx';
import { QueryTable } from '../../ui/query-table.tsx';
import { Dash, Id, Money, Quantity, Status } from '../../ui/values.tsx';
import { billingCrumbs } from '../billing/tabs.ts';
import { PeriodDays } from './invoice-values.tsx';
import { lineEventColumns } from './line-events.tsx';
import { invoiceQuery, lineEventsQuery, lineProofQuery } from './queries.ts';
import { invoiceLineRoute } from './routes.ts';

/** A line of an invoice, and exactly the events it was computed from. */
export function InvoiceLinePage(): ReactNode {
  const { invoiceId, lineId } = invoiceLineRoute.useParams();
  const { cursor } = invoiceLineRoute.useSearch();
  const { data: invoice } = useSuspenseQuery(invoiceQuery(invoiceId));
  const line = invoice.lines.find(({ id }) => id === lineId);
  if (line === undefined) throw notFound();
  return (
    <Page
      title={line.description}
      aside={<Id value={line.id} />}
      crumbs={[
        ...billingCrumbs,
        { label: 'Invoices', path: paths.invoices() },
        {
          label: invoice.number ?? `Draft for ${invoice.recipient.name}`,
          path: paths.invoice(invoiceId),
        },
      ]}
      about="The line names its exact set of events, the price it was computed at, and what was known then."
    >
      <CardGrid min={320}>
        <Card>
          <Facts
            of={[
              ['Amount', <Money key="amount" value={line.amount} />],
              ['Quantity', <Quantity key="quantity" value={line.quantity} />],
              ['Meter', line.meter ?? <Dash key="none" />],
              ['Subscription', <SubscriptionName key="sub" id={line.subscriptionId} />],
              [
                'Service period',
                <PeriodDays key="period" of={line} timeZone={invoice.recipient.timeZone} />,
              ],
            ]}
          />
        </Card>
        <Card>
          <Proof line={line} />
        </Card>
      </CardGrid>
      <Section title="Events">
        <QueryTable
          label="Events of the line"
          query={lineEventsQuery(lineId)}
          columns={lineEventColumns}
          lines={2}
          rowId={({ id, sign }) => `${id} ${sign}`}
          rowPath={({ id }) => paths.event(id)}
          cursor={cursor}
          pagePath={(next) => paths.invoiceLine(invoiceId, lineId, { cursor: next })}
          empty={<Empty title="No event is on this line" />}
        />
      </Section>
    </Page>
  );
}

/** The figures that the line stores, and whether the events still say the same. */
function Proof({ line }: { readonly line: InvoiceLine }): ReactNode {
  const { data } = useQuery(lineProofQuery(line.id));
  const equals = data?.computed?.equalsLine;
  return (
    <Facts
      of={[
        ['Events', <Quantity key="count" value={line.eventCount} />],
        ['Their quantity', <Quantity key="sum" value={line.eventQuantity} />],
        ['Recorded', `after position ${line.positionAfter}, up to ${line.position}`],
        [
          'Recomputed',
          equals === undefined ? (
            '…'
          ) : (
            <Status
              key="equals"
              value={equals ? 'the same events' : 'other events'}
              tone={equals ? 'good' : 'bad'}
            />
          ),
        ],
        [
          'Hash',
          <span key="hash" className="mono">
            {line.eventHash}
          </span>,
        ],
      ]}
    />
  );
}
