import { paths } from '../../lib/paths.ts';
import type { Crumb, Tab } from '../../ui/page.tsx';

/** Billing: what is made out, what comes in, and the runs that draft it. */
export const billingTabs: readonly Tab[] = [
  { label: 'Invoices', path: paths.invoices() },
  { label: 'Payments', path: paths.payments() },
  { label: 'Credit notes', path: paths.creditNotes() },
  { label: 'Billing runs', path: paths.billingRuns() },
];

export const billingCrumbs: readonly Crumb[] = [{ label: 'Billing', path: paths.invoices() }];
