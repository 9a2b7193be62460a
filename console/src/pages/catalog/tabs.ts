import { paths } from '../../lib/paths.ts';
import type { Crumb, Tab } from '../../ui/page.tsx';

/** What is measured and sold. */
export const catalogTabs: readonly Tab[] = [
  { label: 'Plans', path: paths.plans() },
  { label: 'Products', path: paths.products() },
  { label: 'Meters', path: paths.meters() },
];

export const catalogCrumbs: readonly Crumb[] = [
  { label: 'Configuration' },
  { label: 'Catalog', path: paths.plans() },
];
