import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { moneyText } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { AllocateForm } from './allocate-form.tsx';
import { paymentQuery } from './queries.ts';
import { paymentRoute } from './routes.ts';

export function AllocatePayment(): ReactNode {
  const { paymentId } = paymentRoute.useParams();
  const { data: payment } = useSuspenseQuery(paymentQuery(paymentId));
  return (
    <AllocateForm
      title={`Allocate the payment of ${moneyText(payment.amount)}`}
      parent={paths.payment(paymentId)}
      permission="payments.allocate"
      left={payment.unappliedAmount}
      organizationId={payment.organizationId}
      allocate={(body) => api().payments.allocate(paymentId, body)}
    />
  );
}
