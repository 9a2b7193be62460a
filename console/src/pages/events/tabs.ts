import { paths } from '../../lib/paths.ts';
import type { Crumb, Tab } from '../../ui/page.tsx';

/** What was recorded, and what was not. */
export const eventTabs: readonly Tab[] = [
  { label: 'Recorded', path: paths.events() },
  { label: 'Refused', path: paths.rejects() },
  { label: 'Conflicts', path: paths.conflicts() },
  { label: 'Ignored', path: paths.ignoredUsage() },
];

export const eventCrumbs: readonly Crumb[] = [
  { label: 'Usage' },
  { label: 'Events', path: paths.events() },
];
