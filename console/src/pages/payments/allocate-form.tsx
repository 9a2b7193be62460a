import type { InvoiceHeader, Money } from '@customary/sdk';
import { Checkbox, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { VerbDrawer } from '../../forms/verb-drawer.tsx';
import { moneyText } from '../../lib/numbers.ts';
import type { Path } from '../../lib/paths.ts';
import { dayText } from '../../lib/times.ts';
import { invoicesQuery } from '../invoices/queries.ts';

type AllocationCreate = { invoiceId: string; amount: { amount: string; currency: string } };

type Props = {
  readonly title: string;
  readonly parent: Path;
  readonly permission: string;
  /** What there is to give to invoices. */
  readonly left: Money;
  readonly organizationId: string;
  readonly allocate: (body: { allocations?: AllocationCreate[] }) => Promise<unknown>;
};

type Values = { isDueFirst: boolean; amounts: Record<string, string> };

const given = ({ amounts }: Values) =>
  Object.entries(amounts).filter(([, amount]) => amount.trim() !== '');

/** Says which invoices take what is left of a payment or a credit note. */
export function AllocateForm({ left, organizationId, allocate, ...frame }: Props): ReactNode {
  const { data } = useQuery(
    invoicesQuery({ organizationId, unpaid: true, currency: left.currency })(undefined),
  );
  return (
    <VerbDrawer<Values, unknown>
      {...frame}
      about={`${moneyText(left)} is left. What you give to no invoice stays the customer’s credit, for its next ones.`}
      submitLabel="Allocate"
      initialValues={{ isDueFirst: false, amounts: {} }}
      validate={(values) =>
        !values.isDueFirst && given(values).length === 0
          ? { isDueFirst: 'Enter an amount for at least one invoice.' }
          : {}
      }
      submit={(values) =>
        allocate(
          values.isDueFirst
            ? {}
            : {
                allocations: given(values).map(([invoiceId, amount]) => ({
                  invoiceId,
                  amount: { amount: amount.trim(), currency: left.currency },
                })),
              },
        )
      }
      done="It was allocated"
    >
      {(form) => (
        <>
          <Checkbox
            label="All of it, to what is due first"
            {...form.getInputProps('isDueFirst', { type: 'checkbox' })}
          />
          {!form.values.isDueFirst &&
            (data?.items ?? []).map((invoice) => (
              <TextInput
                key={invoice.id}
                label={`${invoice.number}: amount in ${left.currency}`}
                description={dueText(invoice)}
                inputMode="decimal"
                value={form.values.amounts[invoice.id] ?? ''}
                onChange={({ currentTarget: { value } }) =>
                  form.setFieldValue('amounts', { ...form.values.amounts, [invoice.id]: value })
                }
              />
            ))}
          {data?.items.length === 0 && (
            <p className="dim" style={{ margin: 0 }}>
              No invoice in {left.currency} is unpaid.
            </p>
          )}
        </>
      )}
    </VerbDrawer>
  );
}

function dueText({ amountDue, dueAt }: InvoiceHeader): string {
  const due = `${moneyText(amountDue)} is due`;
  return dueAt === null ? `${due}.` : `${due} on ${dayText(dueAt)}.`;
}
