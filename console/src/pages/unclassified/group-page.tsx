import type { UnclassifiedGroup } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { OrganizationName, PlanName } from '../../ui/names.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Card, CardGrid, Facts, Figure, Page, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Money, Moneys, OrDash, Quantity, sentenceCase, Time } from '../../ui/values.tsx';
import { groupName } from './list-page.tsx';
import { groupQuery } from './queries.ts';
import { groupRoute } from './routes.ts';

type Suggestion = UnclassifiedGroup['suggestions'][number];

export function UnclassifiedGroupPage(): ReactNode {
  const { groupId } = groupRoute.useParams();
  const { data: group } = useSuspenseQuery(groupQuery(groupId));
  return (
    <Page
      title={groupName(group)}
      crumbs={[{ label: 'Usage' }, { label: 'Unclassified', path: paths.unclassified() }]}
      about={`${sentenceCase(group.reason)}. Claim it, and what was recorded since it was first seen follows.`}
      actions={
        <Action path={paths.unclassifiedClaim(groupId)} permission="unclassified.claim">
          Claim
        </Action>
      }
    >
      <CardGrid min={150}>
        <Figure
          label="Events"
          value={<Quantity value={group.events} />}
          note={
            <>
              last <Time value={group.lastSeenAt} as="relative" />
            </>
          }
        />
        <Figure
          label="At stake"
          value={<Money value={group.atStake.amount} />}
          note={stakeNote(group.atStake)}
        />
        <Figure
          label="Cost it carries"
          value={<Moneys values={group.costs} />}
          note="what its events say"
        />
      </CardGrid>
      <Suggestions group={group} />
      <Section title="What was used">
        <CardGrid min={320}>
          <Card>
            <PlainTable
              label="Measures"
              head={['Measure', 'Quantity#']}
              rows={group.measures.map(({ measure, quantity }) => ({
                key: measure,
                cells: [measure, <Quantity key="quantity" value={quantity} />],
              }))}
            />
          </Card>
          <Card>
            <Facts
              of={[
                ['Identified by', sentenceCase(group.kind)],
                ['First seen', <Time key="first" value={group.firstSeenAt} />],
                ['Last seen', <Time key="last" value={group.lastSeenAt} />],
                ['Source', <OrDash key="source">{group.source}</OrDash>],
                [
                  'Reached',
                  <OrDash key="reached">
                    {group.organizationId !== null && (
                      <OrganizationName id={group.organizationId} />
                    )}
                  </OrDash>,
                ],
              ]}
            />
          </Card>
        </CardGrid>
      </Section>
      <Outlet />
    </Page>
  );
}

function stakeNote({ basis, planId }: UnclassifiedGroup['atStake']): ReactNode {
  if (basis === 'none') return 'nothing to estimate it by';
  if (basis === 'cost' || planId === null) return 'its cost, or the list price';
  return (
    <>
      estimated by <PlanName id={planId} />
    </>
  );
}

function Suggestions({ group }: { readonly group: UnclassifiedGroup }): ReactNode {
  return (
    <Section title="Whose it may be" about="the likeliest first, with what speaks for it">
      {group.suggestions.length === 0 ? (
        <Empty title="Nothing points to an owner">
          Claim it for an organization that you know it is of, or make a new one.
        </Empty>
      ) : (
        <CardGrid min={320}>
          {group.suggestions.map((suggestion) => (
            <Card key={`${suggestion.organizationId} ${suggestion.subscriptionId}`}>
              <Suggested suggestion={suggestion} groupId={group.id} />
            </Card>
          ))}
        </CardGrid>
      )}
    </Section>
  );
}

function Suggested({
  suggestion,
  groupId,
}: {
  readonly suggestion: Suggestion;
  readonly groupId: string;
}): ReactNode {
  const { organizationId, organizationName, subscriberId, subscriptionId, score } = suggestion;
  return (
    <div style={{ display: 'flex', flexDirection: 'column', gap: 8 }}>
      <div style={{ display: 'flex', justifyContent: 'space-between', gap: 12 }}>
        <strong>{organizationName}</strong>
        <span className="dim tabular">{score} of 100</span>
      </div>
      <ul style={{ margin: 0, paddingLeft: 18 }}>
        {suggestion.evidence.map(({ kind, detail }) => (
          <li key={`${kind} ${detail}`}>{detail}</li>
        ))}
      </ul>
      <div>
        <Action
          variant="default"
          path={paths.unclassifiedClaim(groupId, {
            organizationId,
            ...(subscriberId !== null && { subscriberId }),
            ...(subscriptionId !== null && { subscriptionId }),
          })}
          permission="unclassified.claim"
        >
          {`Claim for ${organizationName}`}
        </Action>
      </div>
    </div>
  );
}
