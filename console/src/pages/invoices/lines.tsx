import type { Invoice, InvoiceLine } from '@customary/sdk';
import { NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Link, useGo } from '../../ui/link.tsx';
import { SubscriptionName } from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Card, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Dash, Money, Quantity, sentenceCase, TwoLines } from '../../ui/values.tsx';
import { PeriodDays } from './invoice-values.tsx';
import type { InvoiceSearch } from './queries.ts';

export function InvoiceLines({
  invoice,
  search,
}: {
  readonly invoice: Invoice;
  readonly search: InvoiceSearch;
}): ReactNode {
  const { lines } = invoice;
  if (lines.length === 0)
    return (
      <Section title="Lines">
        <Empty title="It has no lines" />
      </Section>
    );
  return (
    <>
      <Section title="Lines" about="each leads to the events it was computed from">
        <Card>
          <PlainTable
            label="Lines"
            head={['Line', 'Service period', 'Quantity#', 'Unit price#', 'Amount#']}
            rows={[...lines.map((line) => lineRow(invoice, line)), ...totalRows(invoice)]}
          />
        </Card>
      </Section>
      <Breakdown invoice={invoice} search={search} />
    </>
  );
}

function lineRow(invoice: Invoice, line: InvoiceLine) {
  return {
    key: line.id,
    cells: [
      <TwoLines
        key="line"
        first={
          line.kind === 'fee' ? (
            line.description
          ) : (
            <Link path={paths.invoiceLine(invoice.id, line.id)}>{line.description}</Link>
          )
        }
        second={
          <>
            {line.kind === 'adjustment' && 'Adjustment · '}
            <SubscriptionName id={line.subscriptionId} />
          </>
        }
      />,
      <PeriodDays key="period" of={line} timeZone={invoice.recipient.timeZone} />,
      <Quantity key="quantity" value={line.quantity} />,
      line.unitPrice === null ? <Dash key="price" /> : <Quantity key="p" value={line.unitPrice} />,
      <Money key="amount" value={line.amount} />,
    ],
  };
}

function totalRows(invoice: Invoice) {
  const row = (key: string, label: ReactNode, value: ReactNode) => ({
    key,
    cells: [label, '', '', '', value],
  });
  return [
    row('subtotal', 'Subtotal', <Money value={invoice.subtotal} />),
    ...invoice.taxes.map((tax) =>
      row(
        `tax ${tax.name} ${tax.percent} ${tax.exemptReason}`,
        tax.percent === null
          ? `No tax: ${tax.exemptReason ?? tax.name}`
          : `${tax.name} ${tax.percent} %`,
        <Money value={tax.amount} />,
      ),
    ),
    row(
      'total',
      <strong>Total</strong>,
      <strong>
        <Money value={invoice.total} />
      </strong>,
    ),
  ];
}

const breakdowns = [
  { value: '', label: 'As the invoice has it' },
  { value: 'organization', label: 'By organization' },
  { value: 'subscriber', label: 'By subscriber' },
  { value: 'credential', label: 'By credential' },
  { value: 'tag', label: 'By tag' },
  { value: 'attribute:model', label: 'By model' },
];

/** Who has which part of each line. */
function Breakdown({
  invoice,
  search,
}: {
  readonly invoice: Invoice;
  readonly search: InvoiceSearch;
}): ReactNode {
  const go = useGo();
  const rows = invoice.lines.flatMap((line) =>
    line.breakdown.map((part) => ({ line, part, key: `${line.id} ${part.kind} ${part.value}` })),
  );
  return (
    <Section
      title="Breakdown"
      about={
        invoice.breakdownBy === null
          ? 'who has which part of each line'
          : `by ${sentenceCase(invoice.breakdownBy.replace('attribute:', '')).toLowerCase()}; parts sum to their line`
      }
      actions={
        <NativeSelect
          size="xs"
          aria-label="Break down by"
          data={breakdowns}
          value={search.breakdownBy ?? ''}
          onChange={({ currentTarget: { value } }) =>
            go(paths.invoice(invoice.id, value === '' ? {} : { breakdownBy: value }), {
              replace: true,
              inPlace: true,
            })
          }
        />
      }
    >
      {rows.length === 0 ? (
        <p className="dim" style={{ margin: 0 }}>
          This invoice is not broken down. Choose by what to see who has which part of it.
        </p>
      ) : (
        <Card>
          <PlainTable
            label="Breakdown"
            head={['Line', 'Part', 'Events#', 'Quantity#', 'Amount#']}
            rows={rows.map(({ line, part, key }) => ({
              key,
              cells: [
                line.description,
                part.label,
                <Quantity key="events" value={part.eventCount} />,
                <Quantity key="quantity" value={part.quantity} />,
                <Money key="amount" value={part.amount} />,
              ],
            }))}
          />
        </Card>
      )}
    </Section>
  );
}
