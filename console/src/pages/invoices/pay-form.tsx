import { TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FromField } from '../../forms/from-field.tsx';
import { VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { lesser, moneyText } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { fromLocalInput } from '../../lib/times.ts';
import { invoiceQuery } from './queries.ts';
import { invoiceRoute } from './routes.ts';

/** Money that came in for one invoice; what exceeds it stays the customer's credit. */
export function PayInvoice(): ReactNode {
  const { invoiceId } = invoiceRoute.useParams();
  const { data: invoice } = useSuspenseQuery(invoiceQuery(invoiceId, invoiceRoute.useSearch()));
  const { currency, amount: due } = invoice.amountDue;
  return (
    <VerbDrawer
      title={`Record a payment of ${invoice.number}`}
      about={`${moneyText(invoice.amountDue)} is due. What exceeds it stays the customer’s credit.`}
      parent={paths.invoice(invoiceId)}
      submitLabel="Record payment"
      permission="payments.create"
      initialValues={{ amount: due, method: '', reference: '', from: '' }}
      validate={({ amount }) => (amount.trim() === '' ? { amount: 'Enter an amount.' } : {})}
      submit={({ amount, method, reference, from }) => {
        const money = { amount: amount.trim(), currency };
        return api().payments.create({
          organizationId: invoice.organizationId,
          amount: money,
          allocations: [{ invoiceId, amount: { amount: lesser(money.amount, due), currency } }],
          ...(method.trim() !== '' && { method: method.trim() }),
          ...(reference.trim() !== '' && { reference: reference.trim() }),
          receivedAt: fromLocalInput(from),
        });
      }}
      fieldNames={{ 'amount.amount': 'amount', receivedAt: 'from' }}
      done={({ amount }) => `Payment of ${moneyText(amount)} was recorded`}
    >
      {(form) => (
        <>
          <TextInput
            label={`Amount in ${currency}`}
            required
            inputMode="decimal"
            data-autofocus
            {...form.getInputProps('amount')}
          />
          <TextInput label="Method" placeholder="bank transfer" {...form.getInputProps('method')} />
          <TextInput
            label="Reference"
            description="What finds it in your bank’s or provider’s records."
            {...form.getInputProps('reference')}
          />
          <FromField label="Received" {...form.getInputProps('from')} />
        </>
      )}
    </VerbDrawer>
  );
}
