import { paths } from '../../lib/paths.ts';
import type { Crumb, Tab } from '../../ui/page.tsx';

export const settingsTabs: readonly Tab[] = [
  { label: 'Seller', path: paths.settingsSeller() },
  { label: 'Billing', path: paths.settingsBilling() },
  { label: 'Ingest', path: paths.settingsIngest() },
  { label: 'API keys', path: paths.settingsApiKeys() },
  { label: 'People', path: paths.settingsPeople() },
  { label: 'Audit log', path: paths.settingsAuditLog() },
  { label: 'My sign-in', path: paths.settingsSecurity() },
];

export const settingsCrumbs: readonly Crumb[] = [{ label: 'Settings' }];
