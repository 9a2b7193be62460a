import type { Reattribution } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { plural } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { useWrite } from '../../lib/write.ts';
import { Action } from '../../ui/action.tsx';
import {
  CredentialName,
  OrganizationName,
  SubscriberName,
  SubscriptionName,
} from '../../ui/names.tsx';
import { Trouble, Warning } from '../../ui/notice.tsx';
import { Card, CardGrid, Facts, Figure, Page, Section } from '../../ui/page.tsx';
import { Dash, Id, OrDash, Quantity, sentenceCase, Status, Time } from '../../ui/values.tsx';
import { PreviewFigures } from './preview.tsx';
import { reattributionQuery } from './queries.ts';
import { reattributionRoute } from './routes.ts';
import { useRepairSteps } from './steps.tsx';

export function ReattributionPage(): ReactNode {
  const { reattributionId } = reattributionRoute.useParams();
  const { data } = useSuspenseQuery(reattributionQuery(reattributionId));
  return (
    <Page
      title={data.owner === null ? 'Find owners anew' : 'Re-attribution'}
      aside={
        <>
          <Status value={data.status} />
          <Id value={data.id} />
        </>
      }
      crumbs={[{ label: 'Usage' }, { label: 'Re-attributions', path: paths.reattributions() }]}
      about={data.reason ?? undefined}
      actions={<Steps reattribution={data} />}
    >
      <CardGrid min={150}>
        <Figure
          label="Events selected"
          value={data.events === null ? <Dash /> : <Quantity value={data.events} />}
        />
        <Figure
          label={data.status === 'applied' || data.status === 'undone' ? 'Moved' : 'To move'}
          value={data.moved === null ? <Dash /> : <Quantity value={data.moved} />}
        />
        <Figure
          label="Recorded up to"
          value={data.position === null ? <Dash /> : `position ${data.position}`}
        />
      </CardGrid>
      {data.undo !== null && data.undo.left > 0 && (
        <Warning title={`${plural(data.undo.left, 'event')} stayed where they are`}>
          Something else has moved them since.
        </Warning>
      )}
      {data.preview === null ? (
        <Section title="Figures">
          <p className="dim" style={{ margin: 0 }}>
            Not worked out yet: choose Preview.
          </p>
        </Section>
      ) : (
        <PreviewFigures preview={data.preview} />
      )}
      <About reattribution={data} />
    </Page>
  );
}

/** Preview, apply, undo: what is next is the button. */
function Steps({
  reattribution: { id, status },
}: {
  readonly reattribution: Reattribution;
}): ReactNode {
  const { ask, dialog } = useRepairSteps(asks, (verb) => api().reattributions[verb](id));
  const preview = useWrite(() => api().reattributions.preview(id));
  const isOpen = status === 'pending' || status === 'previewed';
  return (
    <>
      {isOpen && (
        <Action
          variant={status === 'pending' ? 'filled' : 'default'}
          permission="reattributions.create"
          loading={preview.isPending}
          onClick={() => preview.mutate(undefined)}
        >
          {status === 'pending' ? 'Preview' : 'Preview again'}
        </Action>
      )}
      {isOpen && (
        <Action
          permission="reattributions.apply"
          disabledReason={status === 'pending' ? 'Look at its preview first.' : null}
          onClick={() => ask('apply')}
        >
          Apply
        </Action>
      )}
      {status === 'applied' && (
        <Action variant="default" permission="reattributions.apply" onClick={() => ask('undo')}>
          Undo
        </Action>
      )}
      {preview.error !== null && <Trouble error={preview.error} />}
      {dialog}
    </>
  );
}

const asks = {
  apply: {
    title: 'Apply the re-attribution?',
    label: 'Apply',
    done: 'Usage has moved',
    about:
      'Its usage moves now. Drafts are rated anew; issued invoices stay as they are, and the difference is posted to both sides. It can be undone.',
  },
  undo: {
    title: 'Undo the re-attribution?',
    label: 'Undo',
    done: 'It was undone',
    about: 'Its usage goes back to where it was, by entries that take the others back.',
  },
} as const;

function About({ reattribution }: { readonly reattribution: Reattribution }): ReactNode {
  const { selection, owner, cause } = reattribution;
  return (
    <Section title="What was asked">
      <CardGrid min={320}>
        <Card>
          <Facts
            of={Object.entries(selection).map(([name, value]) => [
              sentenceCase(name.replace(/Id$/, '')),
              <Selected key={name} name={name} value={value} />,
            ])}
          />
        </Card>
        <Card>
          <Facts
            of={[
              [
                'Goes to',
                owner === null ? (
                  'whom ownership says now'
                ) : (
                  <OrganizationName key="owner" id={owner.organizationId} />
                ),
              ],
              [
                'Subscription',
                <OrDash key="subscription">
                  {owner?.subscriptionId != null && <SubscriptionName id={owner.subscriptionId} />}
                </OrDash>,
              ],
              ['Because of', <OrDash key="cause">{cause?.action}</OrDash>],
              ['Made', <Time key="made" value={reattribution.createdAt} />],
              ['Applied', <Time key="applied" value={reattribution.appliedAt} />],
              ['Undone', <Time key="undone" value={reattribution.undoneAt} />],
            ]}
          />
        </Card>
      </CardGrid>
    </Section>
  );
}

function Selected({ name, value }: { readonly name: string; readonly value: unknown }): ReactNode {
  if (Array.isArray(value)) return plural(value.length, 'event');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (name === 'organizationId') return <OrganizationName id={text} />;
  if (name === 'credentialId') return <CredentialName id={text} />;
  if (name === 'subscriberId') return <SubscriberName id={text} />;
  if (name === 'subscriptionId') return <SubscriptionName id={text} />;
  return name === 'from' || name === 'to' ? <Time value={text} as="second" /> : text;
}
