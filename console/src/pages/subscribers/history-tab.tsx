import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { History } from '../../ui/history.tsx';
import { subscriberHistoryQuery } from './queries.ts';
import { subscriberRoute } from './routes.ts';

export function SubscriberHistoryTab(): ReactNode {
  const { subscriberId } = subscriberRoute.useParams();
  const { data } = useSuspenseQuery(subscriberHistoryQuery(subscriberId));
  return <History entries={data.items} />;
}
