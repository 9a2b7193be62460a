import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { History } from '../../ui/history.tsx';
import { organizationHistoryQuery } from './queries.ts';
import { organizationRoute } from './routes.ts';

export function HistoryTab(): ReactNode {
  const { organizationId } = organizationRoute.useParams();
  const { data } = useSuspenseQuery(organizationHistoryQuery(organizationId));
  return <History entries={data.items} />;
}
