import { paths } from '../../lib/paths.ts';
import type { Crumb, Tab } from '../../ui/page.tsx';

/** Configuration › Customers: four tabs, each a page of its own. */
export const customerTabs: readonly Tab[] = [
  { label: 'Organizations', path: paths.organizations() },
  { label: 'Subscribers', path: paths.subscribers() },
  { label: 'Credentials', path: paths.credentials() },
  { label: 'Statements', path: paths.statements() },
];

export const customerCrumbs: readonly Crumb[] = [
  { label: 'Configuration' },
  { label: 'Customers', path: paths.organizations() },
];
