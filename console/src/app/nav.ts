import type { ComponentType } from 'react';
import { paths, type Path } from '../lib/paths.ts';
import {
  IconActivity,
  IconAlertTriangle,
  IconBuilding,
  IconChartBar,
  IconFileInvoice,
  IconHelp,
  IconHome,
  IconReceipt,
  IconSettings,
  IconShieldCheck,
  IconTags,
  IconTransfer,
} from '../ui/icons.ts';

export type NavItem = {
  readonly label: string;
  readonly path: Path;
  /** Everything below this address belongs to the item. */
  readonly under: string;
  readonly icon: ComponentType<{ size?: number; stroke?: number }>;
  /** Without it the page has nothing to show. */
  readonly permission?: string;
  /** Where it leads for who lacks that, but may see a part. */
  readonly part?: { readonly label: string; readonly path: Path; readonly permission: string };
  /** After g, as in “go to”. */
  readonly key: string;
};

export type NavGroup = { readonly label: string; readonly items: readonly NavItem[] };

export const navigation: readonly NavGroup[] = [
  {
    label: 'Usage',
    items: [
      { label: 'Overview', path: paths.overview(), under: '/', icon: IconHome, key: 'h' },
      {
        label: 'Explorer',
        path: paths.usage(),
        under: '/usage',
        icon: IconChartBar,
        permission: 'usage.read',
        key: 'x',
      },
      {
        label: 'Events',
        path: paths.events(),
        under: '/events',
        icon: IconActivity,
        permission: 'events.read',
        key: 'e',
      },
      {
        label: 'Unclassified',
        path: paths.unclassified(),
        under: '/unclassified',
        icon: IconHelp,
        permission: 'unclassified.read',
        key: 'u',
      },
      {
        label: 'Re-attributions',
        path: paths.reattributions(),
        under: '/reattributions',
        icon: IconTransfer,
        permission: 'reattributions.read',
        key: 'r',
      },
    ],
  },
  {
    label: 'Billing',
    items: [
      {
        label: 'Invoices',
        path: paths.invoices(),
        under: '/billing',
        icon: IconFileInvoice,
        permission: 'invoices.read',
        key: 'i',
      },
    ],
  },
  {
    label: 'Configuration',
    items: [
      {
        label: 'Customers',
        path: paths.organizations(),
        under: '/customers',
        icon: IconBuilding,
        permission: 'organizations.read',
        part: { label: 'Statements', path: paths.statements(), permission: 'statements.read' },
        key: 'c',
      },
      {
        label: 'Subscriptions',
        path: paths.subscriptions(),
        under: '/subscriptions',
        icon: IconReceipt,
        permission: 'subscriptions.read',
        key: 's',
      },
      {
        label: 'Catalog',
        path: paths.plans(),
        under: '/catalog',
        icon: IconTags,
        permission: 'plans.read',
        key: 'p',
      },
      {
        label: 'Findings',
        path: paths.findings(),
        under: '/findings',
        icon: IconAlertTriangle,
        permission: 'findings.read',
        key: 'f',
      },
      {
        label: 'Checks',
        path: paths.checks(),
        under: '/checks',
        icon: IconShieldCheck,
        permission: 'checks.read',
        key: 'k',
      },
      {
        label: 'Settings',
        path: paths.settings(),
        under: '/settings',
        icon: IconSettings,
        permission: 'seller.read',
        part: { label: 'API keys', path: paths.settingsApiKeys(), permission: 'apiKeys.read' },
        key: 't',
      },
    ],
  },
];
