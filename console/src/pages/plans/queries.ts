import type { Plan } from '@customary/sdk';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { listQuery, oneQuery } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { planSimulator, plans } from '../../lib/searches.ts';
import { endOfDay, startOfDay } from '../../lib/times.ts';

export type SimulatorSearch = Search<typeof planSimulator>;

export const plansQuery = listQuery<Search<typeof plans>, Plan>('plans', (query, reading) =>
  api().plans.list(query, reading),
);

export const planQuery = oneQuery('plans', (id, reading) => api().plans.get(id, reading));

const versionsMax = 100;

export const planVersionsQuery = oneQuery(
  'plans',
  (id, reading) => api().plans.versions(id, { limit: versionsMax }, reading),
  'versions',
);

/** Whether the address says enough to work something out. */
export function isAsked(search: SimulatorSearch): boolean {
  const { organizationId, from, to, quantities } = search;
  return organizationId === undefined
    ? quantitiesOf(quantities).size > 0
    : from !== undefined && to !== undefined && from <= to;
}

/** What usage comes to on a plan: quantities of one's own, or what a customer used. Asks, and keeps nothing. */
export const simulationQuery = (planId: string, search: SimulatorSearch) =>
  queryOptions({
    queryKey: ['plans', 'simulation', planId, search] as readonly unknown[],
    queryFn: ({ signal }) => api().plans.simulate(planId, termsOf(search), { signal }),
    enabled: isAsked(search),
  });

function termsOf({ organizationId, from, to, quantities }: SimulatorSearch) {
  if (organizationId === undefined)
    return {
      quantities: Object.fromEntries(
        [...quantitiesOf(quantities)].map(([meter, quantity]) => [meter, [{ quantity }]]),
      ),
    };
  return {
    organizationId,
    from: startOfDay(from ?? ''),
    to: new Date(Date.parse(endOfDay(to ?? '')) + 1).toISOString(),
  };
}

/** `input_tokens:1000,output_tokens:50`, as the address has it. */
export function quantitiesOf(text: string | undefined): Map<string, string> {
  const pairs = (text ?? '').split(',').map((part): [string, string] => {
    const at = part.lastIndexOf(':');
    return [part.slice(0, Math.max(0, at)), part.slice(at + 1)];
  });
  return new Map(pairs.filter(([meter, quantity]) => meter !== '' && quantity !== ''));
}

export function quantitiesText(quantities: ReadonlyMap<string, string>): string {
  return [...quantities]
    .filter(([, quantity]) => quantity.trim() !== '')
    .map(([meter, quantity]) => `${meter}:${quantity.trim()}`)
    .join(',');
}
