import type { Allocation, Refund } from '@customary/sdk';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Link } from '../../ui/link.tsx';
import { Card, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Money, OrDash, Time } from '../../ui/values.tsx';

/** Which invoices money or credit went to. */
export function Allocations({
  allocations,
}: {
  readonly allocations: readonly Allocation[];
}): ReactNode {
  if (allocations.length === 0)
    return (
      <Section title="Invoices">
        <p className="dim" style={{ margin: 0 }}>
          It went to no invoice. It is the customer’s credit, for its next invoices.
        </p>
      </Section>
    );
  return (
    <Section title="Invoices" about="what it went to">
      <Card>
        <PlainTable
          label="Invoices"
          head={['Invoice', 'Amount#']}
          rows={allocations.map(({ invoiceId, invoiceNumber, amount }) => ({
            key: invoiceId,
            cells: [
              <Link key="invoice" path={paths.invoice(invoiceId)}>
                {invoiceNumber ?? 'Draft'}
              </Link>,
              <Money key="amount" value={amount} />,
            ],
          }))}
        />
      </Card>
    </Section>
  );
}

export function Refunds({ refunds }: { readonly refunds: readonly Refund[] }): ReactNode {
  if (refunds.length === 0) return null;
  return (
    <Section title="Refunds">
      <Card>
        <PlainTable
          label="Refunds"
          head={['Refunded', 'Method', 'Reference', 'Reason', 'Amount#']}
          rows={refunds.map((refund) => ({
            key: refund.id,
            cells: [
              <Time key="at" value={refund.refundedAt} as="day" />,
              <OrDash key="method">{refund.method}</OrDash>,
              <OrDash key="reference">{refund.reference}</OrDash>,
              <OrDash key="reason">{refund.reason}</OrDash>,
              <Money key="amount" value={refund.amount} />,
            ],
          }))}
        />
      </Card>
    </Section>
  );
}
