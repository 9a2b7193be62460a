import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { History } from '../../ui/history.tsx';
import { credentialHistoryQuery } from './queries.ts';
import { credentialRoute } from './routes.ts';

export function CredentialHistoryTab(): ReactNode {
  const { credentialId } = credentialRoute.useParams();
  const { data } = useSuspenseQuery(credentialHistoryQuery(credentialId));
  return <History entries={data.items} />;
}
