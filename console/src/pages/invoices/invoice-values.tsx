import type { InvoiceHeader } from '@customary/sdk';
import type { ReactNode } from 'react';
import { dayInZone } from '../../lib/times.ts';
import { Status } from '../../ui/values.tsx';

type Dated = Pick<InvoiceHeader, 'status' | 'overdue'>;

const owed = new Set(['open', 'partially_paid']);

export function isOwed({ status }: Pick<InvoiceHeader, 'status'>): boolean {
  return owed.has(status);
}

/** Overdue is no status of its own: it is what an unpaid invoice becomes by the passing of time. */
export function InvoiceStatus({ invoice }: { readonly invoice: Dated }): ReactNode {
  return <Status value={invoice.overdue ? 'overdue' : invoice.status} />;
}

/** The days of a half-open period, the last one included, by the calendar of whom it is for. */
export function PeriodDays({
  of: { periodStart, periodEnd },
  timeZone = 'UTC',
}: {
  readonly of: { readonly periodStart: string; readonly periodEnd: string };
  readonly timeZone?: string | undefined;
}): ReactNode {
  const last = new Date(Date.parse(periodEnd) - 1).toISOString();
  const first = dayInZone(periodStart, timeZone);
  const until = dayInZone(last, timeZone);
  return (
    <span title={`${periodStart} – ${periodEnd}, the end not included`}>
      {first === until ? first : `${first} – ${until}`}
    </span>
  );
}
