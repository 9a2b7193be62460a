import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { plural } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { Branch, TreeFrame } from './organization-tree.tsx';
import { descendantsQuery } from './queries.ts';
import { organizationRoute } from './routes.ts';

export function TreeTab(): ReactNode {
  const { organizationId } = organizationRoute.useParams();
  const { data } = useSuspenseQuery(descendantsQuery(organizationId));
  const addBelow = (
    <Action
      variant="default"
      path={paths.organizationNew({ parentId: organizationId })}
      permission="organizations.create"
    >
      New organization below it
    </Action>
  );
  if (data.items.length === 0)
    return (
      <Empty
        title="Nothing is nested below it"
        actions={addBelow}
        curl={{
          method: 'POST',
          path: '/v1/organizations',
          body: { name: 'A team', parentId: organizationId },
        }}
      >
        Teams, departments and subsidiaries nest to any depth; their usage rolls up here. It is
        easier to add levels later than to take them away.
      </Empty>
    );
  const firstLevel = new Set(
    data.items.filter(({ parentId }) => parentId === organizationId).map(({ id }) => id),
  );
  return (
    <Section
      title={plural(data.items.length, 'organization below it', 'organizations below it')}
      actions={addBelow}
    >
      <TreeFrame>
        <Branch parentId={organizationId} level={0} expanded={firstLevel} />
      </TreeFrame>
    </Section>
  );
}
