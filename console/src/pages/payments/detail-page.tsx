import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { isZero, moneyText } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { OrganizationName } from '../../ui/names.tsx';
import { Card, CardGrid, Facts, Figure, Page } from '../../ui/page.tsx';
import { Id, Money, OrDash, Status, Time } from '../../ui/values.tsx';
import { billingCrumbs } from '../billing/tabs.ts';
import { Allocations, Refunds } from './allocations.tsx';
import { paymentQuery, paymentRefundsQuery } from './queries.ts';
import { paymentRoute } from './routes.ts';

export function PaymentPage(): ReactNode {
  const { paymentId } = paymentRoute.useParams();
  const { data: payment } = useSuspenseQuery(paymentQuery(paymentId));
  const { data: refunds } = useQuery(paymentRefundsQuery(paymentId));
  const isReversed = payment.status === 'reversed';
  const nothingLeft = isZero(payment.unappliedAmount.amount) ? 'Nothing of it is left.' : null;
  return (
    <Page
      title={`Payment of ${moneyText(payment.amount)}`}
      aside={
        <>
          <Status value={payment.status} />
          <Id value={payment.id} />
        </>
      }
      crumbs={[...billingCrumbs, { label: 'Payments', path: paths.payments() }]}
      actions={
        <>
          <Action
            path={paths.paymentAllocate(paymentId)}
            permission="payments.allocate"
            disabledReason={nothingLeft}
          >
            Allocate
          </Action>
          <Action
            variant="default"
            path={paths.paymentRefund(paymentId)}
            permission="refunds.create"
            disabledReason={nothingLeft}
          >
            Refund
          </Action>
          <Action
            variant="default"
            path={paths.paymentReverse(paymentId)}
            permission="payments.reverse"
            disabledReason={isReversed ? 'It is reversed already.' : null}
          >
            Reverse
          </Action>
        </>
      }
    >
      <CardGrid min={150}>
        <Figure label="Amount" value={<Money value={payment.amount} />} />
        <Figure label="Not applied" value={<Money value={payment.unappliedAmount} />} />
        <Figure label="Refunded" value={<Money value={payment.refundedAmount} />} />
      </CardGrid>
      <Allocations
        allocations={payment.allocations}
        permission="payments.allocate"
        takeBack={(invoiceId) => api().payments.deallocate(paymentId, { invoiceId })}
      />
      <Refunds refunds={refunds?.items ?? []} />
      <div style={{ marginTop: 28 }}>
        <Card>
          <Facts
            of={[
              ['Payer', <OrganizationName key="payer" id={payment.organizationId} />],
              ['Received', <Time key="at" value={payment.receivedAt} />],
              ['Method', <OrDash key="method">{payment.method}</OrDash>],
              ['Reference', <OrDash key="reference">{payment.reference}</OrDash>],
              ['Reversed', <Time key="reversed" value={payment.reversedAt} />],
            ]}
          />
        </Card>
      </div>
      <Outlet />
    </Page>
  );
}
