import { Checkbox, TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { moneyText } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { useGo } from '../../ui/link.tsx';
import { invoiceQuery } from './queries.ts';
import { invoiceRoute } from './routes.ts';

type Values = { reason: string; isWhole: boolean; amounts: Record<string, string> };

/** Takes back an invoice, or a part of some of its lines; tax goes with it. */
export function CreditInvoice(): ReactNode {
  const { invoiceId } = invoiceRoute.useParams();
  const { data: invoice } = useSuspenseQuery(invoiceQuery(invoiceId, invoiceRoute.useSearch()));
  const go = useGo();
  const given = ({ amounts }: Values) =>
    Object.entries(amounts).filter(([, amount]) => amount.trim() !== '');
  return (
    <VerbDrawer<Values, { id: string; number: string }>
      title={`Credit note for ${invoice.number}`}
      about="The invoice stays as it is. The credit pays what is due on it first; what is left is the customer’s, for its next invoices or a refund."
      parent={paths.invoice(invoiceId)}
      submitLabel="Issue credit note"
      permission="creditNotes.create"
      initialValues={{ reason: '', isWhole: true, amounts: {} }}
      validate={(values) => ({
        ...(values.reason.trim() === '' && { reason: 'Say why: it is on the document.' }),
        ...(!values.isWhole &&
          given(values).length === 0 && { isWhole: 'Enter an amount for at least one line.' }),
      })}
      submit={(values) =>
        api().creditNotes.create({
          invoiceId,
          reason: values.reason.trim(),
          ...(!values.isWhole && {
            lines: given(values).map(([lineId, amount]) => ({
              lineId,
              amount: { amount: amount.trim(), currency: invoice.currency },
            })),
          }),
        })
      }
      done={({ number }) => `Credit note ${number} was issued`}
      onDone={({ id }) => go(paths.creditNote(id), { replace: true })}
    >
      {(form) => (
        <>
          <TextInput
            label="Reason"
            description="Stands on the credit note."
            required
            data-autofocus
            {...form.getInputProps('reason')}
          />
          <Checkbox
            label="All that is left of the invoice"
            {...form.getInputProps('isWhole', { type: 'checkbox' })}
          />
          {!form.values.isWhole &&
            invoice.lines.map((line) => (
              <TextInput
                key={line.id}
                label={`${line.description}: amount in ${invoice.currency}`}
                description={`Without tax; the line is ${moneyText(line.amount)}.`}
                inputMode="decimal"
                value={form.values.amounts[line.id] ?? ''}
                onChange={({ currentTarget: { value } }) =>
                  form.setFieldValue('amounts', { ...form.values.amounts, [line.id]: value })
                }
              />
            ))}
        </>
      )}
    </VerbDrawer>
  );
}
