import type { Customary, IssuedInvoiceHeader } from '@customary/sdk';
import { Button, Skeleton } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { fileName, save } from '../../lib/download.ts';
import { shareToken, sharedApi } from '../../lib/share.ts';
import { today } from '../../lib/times.ts';
import { IconDownload } from '../../ui/icons.ts';
import { Empty, Trouble } from '../../ui/notice.tsx';
import { Card, Page, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Money, Status, Time } from '../../ui/values.tsx';
import { StatementBody } from '../statements/statement-body.tsx';
import classes from './shared.module.css';

/** The statement of one customer and the heads of its invoices, by a link; nothing beneath. */
export function SharedPage(): ReactNode {
  useRouterState({ select: ({ location }) => location.hash });
  const token = shareToken();
  return (
    <main className={classes.page}>
      {token === '' ? (
        <Page title="This link does not work">
          <Empty title="The link is not complete">
            Copy the whole of it, also what stands behind the #.
          </Empty>
        </Page>
      ) : (
        <Shared key={token} token={token} />
      )}
    </main>
  );
}

function Shared({ token }: { readonly token: string }): ReactNode {
  const api = useMemo(() => sharedApi(token), [token]);
  const { data, error } = useQuery({
    // The token is in no key: the page holds one link at a time, and forgets it with the page.
    queryKey: ['me', 'shared'],
    queryFn: async ({ signal }) => {
      const { share } = await api.me.get({ signal });
      if (share === null) throw new Error('This is no share link.');
      const statement = await api.statements.get(share.organizationId, {}, { signal });
      const { organizationId } = share;
      const invoices = await api.invoiceHeaders.list({ organizationId, limit: 100 }, { signal });
      return { share, statement, invoices: invoices.items };
    },
    gcTime: 0,
  });
  if (error !== null)
    return (
      <Page title="This link does not work">
        <Trouble error={error} />
        <p className="dim">Ask whoever sent it for another.</p>
      </Page>
    );
  if (data === undefined)
    return (
      <Page title="Statement">
        <Skeleton height={320} radius={8} />
      </Page>
    );
  const { share, statement, invoices } = data;
  const base = fileName('statement', share.organizationName, today());
  return (
    <Page
      title={`Statement of ${share.organizationName}`}
      about={
        <>
          From {share.sellerName}. This link shows it until <Time value={share.expiresAt} />.
        </>
      }
      actions={
        <>
          <Download
            label="PDF"
            name={`${base}.pdf`}
            read={() => api.statements.pdf(share.organizationId)}
          />
          <Download
            label="CSV"
            name={`${base}.csv`}
            read={() => api.statements.customerCsv(share.organizationId)}
          />
        </>
      }
    >
      <StatementBody statement={statement} isShared />
      <Invoices invoices={invoices} api={api} />
    </Page>
  );
}

function Invoices({
  invoices,
  api,
}: {
  readonly invoices: readonly IssuedInvoiceHeader[];
  readonly api: Customary;
}): ReactNode {
  if (invoices.length === 0) return null;
  return (
    <Section title="Invoices" about="the latest first">
      <Card>
        <PlainTable
          label="Invoices"
          head={['Number', 'Status', 'Issued', 'Due', 'Document', 'Total#', 'Amount due#']}
          rows={invoices.map((invoice) => ({
            key: invoice.id,
            cells: [
              invoice.number,
              <Status key="status" value={invoice.overdue ? 'overdue' : invoice.status} />,
              <Time key="issued" value={invoice.issuedAt} as="day" />,
              <Time key="due" value={invoice.dueAt} as="day" />,
              <Download
                key="pdf"
                label="PDF"
                name={`${fileName('invoice', invoice.number)}.pdf`}
                read={() => api.invoices.summaryPdf(invoice.id)}
              />,
              <Money key="total" value={invoice.total} />,
              <Money key="amount" value={invoice.amountDue} />,
            ],
          }))}
        />
      </Card>
    </Section>
  );
}

function Download({
  label,
  name,
  read,
}: {
  readonly label: string;
  readonly name: string;
  readonly read: () => Promise<Uint8Array | string>;
}): ReactNode {
  const download = useMutation({
    mutationFn: read,
    onSuccess: (content) =>
      save(content, name, name.endsWith('.pdf') ? 'application/pdf' : 'text/csv'),
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconDownload size={15} />}
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        {label}
      </Button>
      {download.error !== null && <Trouble error={download.error} />}
    </>
  );
}
