import type { Money } from '@customary/sdk';
import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { FromField } from '../../forms/from-field.tsx';
import { ReasonField, reasonOf, VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { moneyText } from '../../lib/numbers.ts';
import type { Path } from '../../lib/paths.ts';
import { fromLocalInput } from '../../lib/times.ts';

type Props = {
  readonly of: string;
  readonly parent: Path;
  /** What there is to give back. */
  readonly left: Money;
  readonly organizationId: string;
  readonly source: { readonly paymentId: string } | { readonly creditNoteId: string };
};

/** Gives back what no invoice took, out of a payment or a credit note. */
export function RefundForm({ of, parent, left, organizationId, source }: Props): ReactNode {
  return (
    <VerbDrawer
      title="Refund"
      about={`${moneyText(left)} of ${of} is left. Record here what you have paid back.`}
      parent={parent}
      submitLabel="Record refund"
      permission="refunds.create"
      initialValues={{ amount: left.amount, method: '', reference: '', reason: '', from: '' }}
      validate={({ amount }) => (amount.trim() === '' ? { amount: 'Enter an amount.' } : {})}
      submit={({ amount, method, reference, reason, from }) =>
        api().refunds.create({
          organizationId,
          amount: { amount: amount.trim(), currency: left.currency },
          ...source,
          ...(method.trim() !== '' && { method: method.trim() }),
          ...(reference.trim() !== '' && { reference: reference.trim() }),
          ...reasonOf({ reason }),
          refundedAt: fromLocalInput(from),
        })
      }
      fieldNames={{ 'amount.amount': 'amount', refundedAt: 'from' }}
      done={({ amount }) => `Refund of ${moneyText(amount)} was recorded`}
    >
      {(form) => (
        <>
          <TextInput
            label={`Amount in ${left.currency}`}
            required
            inputMode="decimal"
            data-autofocus
            {...form.getInputProps('amount')}
          />
          <TextInput label="Method" placeholder="bank transfer" {...form.getInputProps('method')} />
          <TextInput label="Reference" {...form.getInputProps('reference')} />
          <ReasonField {...form.getInputProps('reason')} />
          <FromField label="Refunded" {...form.getInputProps('from')} />
        </>
      )}
    </VerbDrawer>
  );
}
