import type { Binding, CredentialBindings } from '@customary/sdk';
import { useQueries } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { organizationSource, subscriberSource } from '../../lib/choices.ts';
import { nameQuery } from '../../lib/names.ts';
import { timeText } from '../../lib/times.ts';
import { Timeline, type Lane, type Span } from '../../ui/timeline.tsx';

type Names = ReadonlyMap<string, string>;

/** Whose a credential was when, and by which IDs it was known. */
export function CredentialTimeline({
  bindings,
  only,
}: {
  readonly bindings: CredentialBindings;
  readonly only?: 'ids';
}): ReactNode {
  const names = useNames(bindings.items);
  const owners: Lane = {
    name: 'Belongs to',
    bars: bindings.items.map((binding) => ({
      key: `${binding.from} ${binding.organizationId}`,
      from: binding.from,
      to: binding.to,
      label: ownerText(binding, names),
      title: `${ownerText(binding, names)}, ${spanText(binding)}`,
    })),
  };
  const ids: Lane = {
    name: 'Known as',
    bars: bindings.credentialIds.map(({ credentialId, from, to }, index) => ({
      key: `${credentialId} ${index}`,
      from,
      to,
      label: credentialId,
      title: `${credentialId}, ${spanText({ from, to })}`,
    })),
  };
  return <Timeline lanes={only === 'ids' ? [ids] : [owners, ids]} />;
}

function ownerText({ organizationId, subscriberId }: Binding, names: Names): string {
  return `${names.get(organizationId) ?? '…'} · ${names.get(subscriberId) ?? '…'}`;
}

export function spanText({ from, to }: Span): string {
  const start = from === null ? 'since ever' : `from ${timeText(from)}`;
  return to === null ? start : `${start} until ${timeText(to)}`;
}

function useNames(bindings: readonly Binding[]): Names {
  const organizations = [...new Set(bindings.map(({ organizationId }) => organizationId))];
  const subscribers = [...new Set(bindings.map(({ subscriberId }) => subscriberId))];
  const results = useQueries({
    queries: [
      ...organizations.map((id) => nameQuery(organizationSource, id)),
      ...subscribers.map((id) => nameQuery(subscriberSource, id)),
    ],
  });
  return new Map(
    results.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data.label]])),
  );
}
