import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FromField } from '../../forms/from-field.tsx';
import { ReasonField, reasonOf, VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { moneyText } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { fromLocalInput } from '../../lib/times.ts';
import { paymentQuery } from './queries.ts';
import { paymentRoute } from './routes.ts';

/** A payment that bounced. */
export function ReversePayment(): ReactNode {
  const { paymentId } = paymentRoute.useParams();
  const { data: payment } = useSuspenseQuery(paymentQuery(paymentId));
  return (
    <VerbDrawer
      title={`Reverse the payment of ${moneyText(payment.amount)}`}
      about="It bounced, or never came: what it paid is due again."
      parent={paths.payment(paymentId)}
      submitLabel="Reverse"
      permission="payments.reverse"
      initialValues={{ from: '', reason: '' }}
      submit={({ from, reason }) =>
        api().payments.reverse(paymentId, {
          reversedAt: fromLocalInput(from),
          ...reasonOf({ reason }),
        })
      }
      fieldNames={{ reversedAt: 'from' }}
      done="The payment was reversed"
    >
      {(form) => (
        <>
          <FromField label="Reversed" {...form.getInputProps('from')} />
          <ReasonField {...form.getInputProps('reason')} />
        </>
      )}
    </VerbDrawer>
  );
}
