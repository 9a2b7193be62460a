import type { Invoice } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Link } from '../../ui/link.tsx';
import { OrganizationName } from '../../ui/names.tsx';
import { Card, CardGrid, Facts, Figure, Page, Section } from '../../ui/page.tsx';
import { Id, Money, OrDash, Time } from '../../ui/values.tsx';
import { billingCrumbs } from '../billing/tabs.ts';
import { InvoiceActions } from './invoice-actions.tsx';
import { InvoiceStatus, PeriodDays } from './invoice-values.tsx';
import { InvoiceLines } from './lines.tsx';
import { invoiceQuery } from './queries.ts';
import { Related } from './related.tsx';
import { invoiceRoute } from './routes.ts';

export function InvoicePage(): ReactNode {
  const { invoiceId } = invoiceRoute.useParams();
  const search = invoiceRoute.useSearch();
  const { data: invoice } = useSuspenseQuery(invoiceQuery(invoiceId, search));
  const { recipient } = invoice;
  return (
    <Page
      title={invoice.number ?? `Draft for ${recipient.name}`}
      aside={
        <>
          <InvoiceStatus invoice={invoice} />
          <Id value={invoice.id} />
        </>
      }
      crumbs={[
        ...billingCrumbs,
        { label: 'Invoices', path: paths.invoices() },
        {
          label: recipient.name,
          path: paths.invoices({ organizationId: invoice.organizationId }),
        },
      ]}
      actions={<InvoiceActions invoice={invoice} />}
    >
      <Totals invoice={invoice} />
      <InvoiceLines invoice={invoice} search={search} />
      <Related invoice={invoice} />
      <Parties invoice={invoice} />
      <Outlet />
    </Page>
  );
}

function Totals({ invoice }: { readonly invoice: Invoice }): ReactNode {
  const { total, taxTotal, amountDue, amountPaid, amountCredited, amountWrittenOff } = invoice;
  return (
    <CardGrid min={150}>
      <Figure
        label="Total"
        value={<Money value={total} />}
        note={
          <>
            with <Money value={taxTotal} /> tax
          </>
        }
      />
      <Figure
        label="Amount due"
        value={<Money value={amountDue} />}
        note={
          invoice.dueAt === null ? (
            'owed once it is finalized'
          ) : (
            <>
              due <Time value={invoice.dueAt} as="day" />
            </>
          )
        }
      />
      <Figure label="Paid" value={<Money value={amountPaid} />} note="by payments" />
      <Figure
        label="Credited"
        value={<Money value={amountCredited} />}
        note={
          <>
            written off: <Money value={amountWrittenOff} />
          </>
        }
      />
    </CardGrid>
  );
}

function Parties({ invoice }: { readonly invoice: Invoice }): ReactNode {
  const { recipient, issuer } = invoice;
  const { address1, address2, city, state, zip, country } = recipient;
  const place = [address1, address2, [zip, city].filter(Boolean).join(' '), state, country];
  return (
    <Section title="Document" about={invoice.issuedAt === null ? undefined : 'as of its issue'}>
      <CardGrid min={320}>
        <Card>
          <Facts
            of={[
              ['Payer', <OrganizationName key="payer" id={invoice.organizationId} />],
              ['Made out to', recipient.name],
              ['Address', <OrDash key="address">{place.filter(Boolean).join(', ')}</OrDash>],
              ['Billing e-mail', <OrDash key="mail">{recipient.email}</OrDash>],
              ['From', issuer.legalName ?? issuer.name],
            ]}
          />
        </Card>
        <Card>
          <Facts
            of={[
              [
                'Billing cycle',
                <PeriodDays key="period" of={invoice} timeZone={recipient.timeZone} />,
              ],
              ['Issued', <Time key="issued" value={invoice.issuedAt} />],
              ['Due', <Time key="due" value={invoice.dueAt} as="day" />],
              ['Recorded up to', `position ${invoice.position}`],
              ['Billing run', <RunLink key="run" id={invoice.billingRunId} />],
              ...(invoice.standalone
                ? ([['Kind', 'standalone: for what was found later']] as const)
                : []),
            ]}
          />
        </Card>
      </CardGrid>
    </Section>
  );
}

function RunLink({ id }: { readonly id: string | null }): ReactNode {
  return <OrDash>{id !== null && <Link path={paths.billingRun(id)}>Open the run</Link>}</OrDash>;
}
