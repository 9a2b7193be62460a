import { z } from 'zod';
import { idOf, money as moneyShape } from '../http/shapes.ts';
import { decimal, negate, sum } from '../lib/decimal.ts';
import { groupBy } from '../lib/group.ts';
import { money } from '../lib/money.ts';
import {
  breakdownName,
  header,
  invoiceIssuer,
  invoiceRecipient,
  lineFields,
  lineToApi,
} from './invoice-schema.ts';
import type { BreakdownBy } from '../lib/breakdown.ts';
import type { Period } from '../lib/period.ts';
import type { PartRow } from './breakdown-queries.ts';
import type { InvoiceLineRow } from './invoice-queries.ts';
import type { Tax } from './tax-rules.ts';

type Line = Omit<InvoiceLineRow, 'id' | 'invoice_id' | 'ordinal' | 'price'> & {
  readonly price: string;
};

export type UpcomingInvoice = {
  readonly currency: string;
  readonly groupingKey: string;
  readonly standalone: true | null;
  readonly subtotal: string;
  readonly tax_total: string;
  readonly total: string;
  readonly taxes: readonly Tax[];
  readonly recipient: object;
  readonly issuer: object;
  readonly breakdownBy: BreakdownBy | null;
  readonly lines: readonly (Line & { readonly id: string })[];
  readonly parts: readonly PartRow[];
};

export type UpcomingCredit = {
  readonly currency: string;
  readonly invoiceId: string | null;
  readonly invoiceNumber: string | null;
  readonly lines: readonly Line[];
};

/** What a payer's running cycle comes to, as if it had ended. */
export type Upcoming = {
  readonly organizationId: string;
  readonly cycle: Period;
  readonly position: number;
  readonly invoices: readonly UpcomingInvoice[];
  readonly credits: readonly UpcomingCredit[];
};

export const upcomingQuery = z.strictObject({
  organizationId: idOf('org').describe('The payer.'),
});

const { organizationId, subscriptionId, standalone, currency, periodStart, periodEnd } = header;
const { subtotal, taxes, taxTotal, total, position, recipient, issuer } = header;

const upcomingLine = z.object({ ordinal: z.int(), ...lineFields }).meta({ id: 'UpcomingLine' });

const upcomingInvoice = z
  .object({
    organizationId,
    subscriptionId,
    standalone,
    currency,
    periodStart,
    periodEnd,
    subtotal,
    taxes,
    taxTotal,
    total,
    position,
    recipient,
    issuer,
    breakdownBy: breakdownName,
    lines: z.array(upcomingLine),
  })
  .meta({ id: 'UpcomingInvoice' });

export const upcoming = z
  .object({
    organizationId,
    periodStart,
    periodEnd,
    position,
    invoices: z
      .array(upcomingInvoice)
      .describe('As a run would draft them: one for each currency and grouping.'),
    credits: z
      .array(
        z.object({
          invoiceId: z
            .string()
            .nullable()
            .describe('The invoice that a credit note would correct.'),
          invoiceNumber: z.string().nullable(),
          amount: moneyShape.describe('What the customer would get, without tax.'),
          lines: z.array(upcomingLine),
        }),
      )
      .describe('What no invoice would take: credit notes, once the cycle has ended.'),
  })
  .meta({ id: 'Upcoming' });

function upcomingLineToApi(
  { price, ...line }: Line,
  index: number,
  parts: readonly PartRow[],
  inCurrency: string,
): z.output<typeof upcomingLine> {
  const row = { ...line, price: JSON.parse(price) as unknown };
  return { ordinal: index + 1, ...lineToApi(row, parts, inCurrency) };
}

export function upcomingToApi(row: Upcoming): z.output<typeof upcoming> {
  const { cycle, ...of } = row;
  const place = {
    organizationId: of.organizationId,
    periodStart: cycle.start,
    periodEnd: cycle.end,
    position: of.position,
  };
  return {
    ...place,
    invoices: row.invoices.map((each) => {
      const byLine = groupBy(each.parts, (part) => part.line_id);
      const inMoney = (text: string) => money(decimal(text), each.currency);
      return {
        ...place,
        subscriptionId: each.groupingKey === '' ? null : each.groupingKey,
        standalone: each.standalone === true,
        currency: each.currency,
        subtotal: inMoney(each.subtotal),
        taxes: each.taxes.map((tax) => ({
          name: tax.name,
          percent: tax.percent,
          exemptReason: tax.exemptReason,
          taxable: money(tax.taxable, each.currency),
          amount: money(tax.amount, each.currency),
          lineOrdinals: [...tax.lineOrdinals],
        })),
        taxTotal: inMoney(each.tax_total),
        total: inMoney(each.total),
        recipient: each.recipient as z.output<typeof invoiceRecipient>,
        issuer: each.issuer as z.output<typeof invoiceIssuer>,
        breakdownBy: each.breakdownBy,
        lines: each.lines.map((line, i) =>
          upcomingLineToApi(line, i, byLine.get(line.id) ?? [], each.currency),
        ),
      };
    }),
    credits: row.credits.map((each) => ({
      invoiceId: each.invoiceId,
      invoiceNumber: each.invoiceNumber,
      amount: money(negate(sum(each.lines.map((line) => decimal(line.amount)))), each.currency),
      lines: each.lines.map((line, i) => upcomingLineToApi(line, i, [], each.currency)),
    })),
  };
}
