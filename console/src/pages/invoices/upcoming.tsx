import type { Upcoming } from '@customary/sdk';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useRefusal } from '../../lib/session.ts';
import { Trouble } from '../../ui/notice.tsx';
import { Card, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Money, Quantity, TwoLines } from '../../ui/values.tsx';
import { PeriodDays } from './invoice-values.tsx';
import { upcomingQuery } from './queries.ts';

const skeletonPx = 160;

/** What the running cycle of a payer comes to so far; nothing where one may not see invoices. */
export function UpcomingSection({
  organizationId,
}: {
  readonly organizationId: string;
}): ReactNode {
  const isRefused = useRefusal('invoices.read') !== null;
  if (isRefused) return null;
  return (
    <Section title="Upcoming" about="what the running cycle comes to so far; nothing is stored">
      <UpcomingInvoices organizationId={organizationId} />
    </Section>
  );
}

export function UpcomingInvoices({
  organizationId,
}: {
  readonly organizationId: string;
}): ReactNode {
  const { data, error } = useQuery(upcomingQuery(organizationId));
  if (error !== null) return <Trouble error={error} />;
  if (data === undefined) return <Skeleton height={skeletonPx} />;
  if (data.invoices.length === 0 && data.credits.length === 0)
    return (
      <p className="dim" style={{ margin: 0 }}>
        <PeriodDays of={data} />: nothing would be invoiced.
      </p>
    );
  return (
    <Card>
      <PlainTable
        label="Upcoming"
        head={['Line', 'Quantity#', 'Amount#']}
        rows={[...data.invoices.flatMap(invoiceRows), ...data.credits.map(creditRow)]}
      />
    </Card>
  );
}

type UpcomingInvoice = Upcoming['invoices'][number];

function invoiceRows(invoice: UpcomingInvoice, at: number) {
  return [
    ...invoice.lines.map((line) => ({
      key: `${at} ${line.ordinal}`,
      cells: [
        <TwoLines
          key="line"
          first={line.description}
          second={<PeriodDays of={line} timeZone={invoice.recipient.timeZone} />}
        />,
        <Quantity key="quantity" value={line.quantity} />,
        <Money key="amount" value={line.amount} />,
      ],
    })),
    ...invoice.taxes.map((tax) => ({
      key: `${at} ${tax.name} ${tax.percent}`,
      cells: [
        tax.percent === null ? `No tax: ${tax.exemptReason}` : `${tax.name} ${tax.percent} %`,
        '',
        <Money key="amount" value={tax.amount} />,
      ],
    })),
    {
      key: `${at} total`,
      cells: [
        <strong key="total">Total so far</strong>,
        '',
        <strong key="amount">
          <Money value={invoice.total} />
        </strong>,
      ],
    },
  ];
}

function creditRow({ invoiceId, invoiceNumber, amount }: Upcoming['credits'][number]) {
  return {
    key: `credit ${invoiceId} ${amount.currency}`,
    cells: [`Credit for ${invoiceNumber ?? 'earlier usage'}`, '', <Money key="a" value={amount} />],
  };
}
