import type { Allocation, Refund } from '@customary/sdk';
import { useState, type ReactNode } from 'react';
import { moneyText } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { useWrite } from '../../lib/write.ts';
import { Action } from '../../ui/action.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Link } from '../../ui/link.tsx';
import { Card, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { toast } from '../../ui/toast.tsx';
import { Money, OrDash, Time } from '../../ui/values.tsx';

type Props = {
  readonly allocations: readonly Allocation[];
  readonly permission: string;
  readonly takeBack: (invoiceId: string) => Promise<unknown>;
  /** The invoice that a credit note corrects: what that takes is not for us to say. */
  readonly fixedId?: string | null;
};

/** Which invoices money or credit went to; it can be taken back from them. */
export function Allocations({ allocations, permission, takeBack, fixedId }: Props): ReactNode {
  const [asked, setAsked] = useState<Allocation | null>(null);
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
          head={['Invoice', 'Amount#', 'Action#']}
          rows={allocations.map((each) => ({
            key: each.invoiceId,
            cells: [
              <Link key="invoice" path={paths.invoice(each.invoiceId)}>
                {each.invoiceNumber ?? 'Draft'}
              </Link>,
              <Money key="amount" value={each.amount} />,
              <Action
                key="action"
                variant="default"
                aria-label={`Take back from ${each.invoiceNumber ?? 'the draft'}`}
                permission={permission}
                disabledReason={
                  each.invoiceId === fixedId ? 'It is the invoice that it corrects.' : null
                }
                onClick={() => setAsked(each)}
              >
                Take back
              </Action>,
            ],
          }))}
        />
      </Card>
      {asked !== null && (
        <TakeBack
          allocation={asked}
          takeBack={() => takeBack(asked.invoiceId)}
          onClose={() => setAsked(null)}
        />
      )}
    </Section>
  );
}

function TakeBack({
  allocation: { invoiceNumber, amount },
  takeBack,
  onClose,
}: {
  readonly allocation: Allocation;
  readonly takeBack: () => Promise<unknown>;
  readonly onClose: () => void;
}): ReactNode {
  const write = useWrite(takeBack, () => {
    toast(`${moneyText(amount)} was taken back`);
    onClose();
  });
  return (
    <Confirm
      title={`Take back ${moneyText(amount)}?`}
      confirmLabel="Take back"
      isBusy={write.isPending}
      error={write.error}
      onConfirm={() => write.mutate(undefined)}
      onClose={onClose}
    >
      It is due on {invoiceNumber ?? 'the invoice'} again, and yours to allocate elsewhere.
    </Confirm>
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
