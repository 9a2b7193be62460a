import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { RefundForm } from './refund-fields.tsx';
import { paymentQuery } from './queries.ts';
import { paymentRoute } from './routes.ts';

export function RefundPayment(): ReactNode {
  const { paymentId } = paymentRoute.useParams();
  const { data: payment } = useSuspenseQuery(paymentQuery(paymentId));
  return (
    <RefundForm
      of="the payment"
      parent={paths.payment(paymentId)}
      left={payment.unappliedAmount}
      organizationId={payment.organizationId}
      source={{ paymentId }}
    />
  );
}
