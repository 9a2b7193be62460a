import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ReasonField, reasonOf, VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { moneyText } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { invoiceQuery } from './queries.ts';
import { invoiceRoute } from './routes.ts';

function useInvoice() {
  const { invoiceId } = invoiceRoute.useParams();
  return useSuspenseQuery(invoiceQuery(invoiceId, invoiceRoute.useSearch())).data;
}

export function VoidInvoice(): ReactNode {
  const { id, number } = useInvoice();
  return (
    <VerbDrawer
      title={`Void ${number}`}
      about="It is owed no more, and its usage is billed again by the next run of the period. Its number stays taken."
      parent={paths.invoice(id)}
      submitLabel="Void"
      permission="invoices.void"
      initialValues={{ reason: '' }}
      submit={(values) => api().invoices.void(id, reasonOf(values))}
      done={`${number} is void`}
    >
      {(form) => <ReasonField {...form.getInputProps('reason')} />}
    </VerbDrawer>
  );
}

export function WriteOffInvoice(): ReactNode {
  const { id, number, amountDue } = useInvoice();
  return (
    <VerbDrawer
      title={`Write off ${number}`}
      about={`${moneyText(amountDue)} is given up: it leaves the balance of the customer, and stays visible on its account as a write-off. Its usage stays billed.`}
      parent={paths.invoice(id)}
      submitLabel="Write off"
      permission="invoices.writeOff"
      initialValues={{ reason: '' }}
      submit={(values) => api().invoices.writeOff(id, reasonOf(values))}
      done={`${number} was written off`}
    >
      {(form) => <ReasonField {...form.getInputProps('reason')} />}
    </VerbDrawer>
  );
}
