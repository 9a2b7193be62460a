import { Select, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { currencyChoices } from '../../forms/choices.ts';
import { FromField } from '../../forms/from-field.tsx';
import { Picker } from '../../forms/picker.tsx';
import { VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { organizationSource } from '../../lib/choices.ts';
import { moneyText } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { fromLocalInput } from '../../lib/times.ts';
import { newPaymentRoute } from './routes.ts';

type Values = {
  organizationId: string | null;
  amount: string;
  currency: string;
  method: string;
  reference: string;
  from: string;
};

/** Money that came in, for whatever is due first. */
export function NewPayment(): ReactNode {
  const { organizationId = null } = newPaymentRoute.useSearch();
  return (
    <VerbDrawer<Values, { amount: { amount: string; currency: string } }>
      title="Record payment"
      about="It pays the invoice that is due first, then the next. To pay a certain one, record it on the invoice."
      parent={paths.payments()}
      submitLabel="Record payment"
      permission="payments.create"
      initialValues={{
        organizationId,
        amount: '',
        currency: 'USD',
        method: '',
        reference: '',
        from: '',
      }}
      validate={(values) => ({
        ...(values.organizationId === null && { organizationId: 'Pick who paid.' }),
        ...(values.amount.trim() === '' && { amount: 'Enter an amount.' }),
      })}
      submit={({ organizationId: payer, amount, currency, method, reference, from }) =>
        api().payments.create({
          organizationId: payer ?? '',
          amount: { amount: amount.trim(), currency },
          ...(method.trim() !== '' && { method: method.trim() }),
          ...(reference.trim() !== '' && { reference: reference.trim() }),
          receivedAt: fromLocalInput(from),
        })
      }
      fieldNames={{ 'amount.amount': 'amount', 'amount.currency': 'currency', receivedAt: 'from' }}
      done={({ amount }) => `Payment of ${moneyText(amount)} was recorded`}
    >
      {(form) => (
        <>
          <Picker
            source={organizationSource}
            label="Customer"
            required
            field="organizationId"
            {...form.getInputProps('organizationId')}
          />
          <TextInput
            label="Amount"
            required
            inputMode="decimal"
            {...form.getInputProps('amount')}
          />
          <Select
            label="Currency"
            searchable
            allowDeselect={false}
            data={currencyChoices()}
            {...form.getInputProps('currency')}
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
