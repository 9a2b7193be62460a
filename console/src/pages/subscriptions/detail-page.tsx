import type { Subscription } from '@customary/sdk';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useName } from '../../lib/names.ts';
import { planSource } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { ActionMenu } from '../../ui/action-menu.tsx';
import { History } from '../../ui/history.tsx';
import { OrganizationName, PlanName } from '../../ui/names.tsx';
import { Card, CardGrid, Facts, Metadata, Page, Section } from '../../ui/page.tsx';
import { Timeline, type Lane } from '../../ui/timeline.tsx';
import { Id, OrDash, Status, Time, TimeRange } from '../../ui/values.tsx';
import { subscriptionHistoryQuery, subscriptionQuery } from './queries.ts';
import { subscriptionRoute } from './routes.ts';
import { subscriptionName } from './subscriptions-table.tsx';

export function SubscriptionPage(): ReactNode {
  const { subscriptionId } = subscriptionRoute.useParams();
  const { data: subscription } = useSuspenseQuery(subscriptionQuery(subscriptionId));
  const { data: history } = useQuery(subscriptionHistoryQuery(subscriptionId));
  return (
    <Page
      title={subscriptionName(subscription)}
      aside={
        <>
          <Status value={subscription.status} />
          <Id value={subscription.id} />
        </>
      }
      crumbs={[{ label: 'Configuration' }, { label: 'Subscriptions', path: paths.subscriptions() }]}
      actions={<Actions subscription={subscription} />}
    >
      <Section title="Timeline" about="its plans and pauses">
        <Timeline lanes={useLanes(subscription)} />
      </Section>
      <About subscription={subscription} />
      <Section title="Metadata">
        <Card>
          <Metadata of={subscription.metadata} />
        </Card>
      </Section>
      {history !== undefined && (
        <Section title="History">
          <History entries={history.items} />
        </Section>
      )}
      <Outlet />
    </Page>
  );
}

function Actions({ subscription }: { readonly subscription: Subscription }): ReactNode {
  const { id, status } = subscription;
  const isPaused = status === 'paused';
  const endedReason = status === 'ended' ? 'It has ended.' : null;
  const change = 'subscriptions.update';
  return (
    <>
      <Action variant="default" path={paths.subscriptionEdit(id)} permission={change}>
        Edit
      </Action>
      <Action
        variant="default"
        path={paths.subscriptionChangePlan(id)}
        permission={change}
        disabledReason={endedReason}
      >
        Change plan
      </Action>
      <ActionMenu
        label="More actions"
        actions={[
          {
            label: isPaused ? 'Resume' : 'Pause',
            path: paths.subscriptionPause(id),
            permission: change,
            disabledReason: endedReason,
          },
          {
            label: 'Its usage',
            path: paths.usage({ subscriptionId: id, groupBy: 'credential' }),
            permission: 'usage.read',
          },
          {
            label: 'Its credentials',
            path: paths.credentials({ subscriptionId: id }),
            permission: 'credentials.read',
          },
          {
            label: 'Its events',
            path: paths.events({ subscriptionId: id }),
            permission: 'events.read',
          },
          {
            label: 'Cancel',
            path: paths.subscriptionCancel(id),
            permission: change,
            disabledReason: endedReason,
            isDanger: true,
          },
        ]}
      />
    </>
  );
}

function useLanes(subscription: Subscription): readonly Lane[] {
  const { planId, nextPlan, startAt, endAt, trialEndAt, pauses } = subscription;
  const plan = useName(planSource, planId) ?? 'plan';
  const next = useName(planSource, nextPlan?.planId) ?? 'next plan';
  const plans = [
    { key: 'plan', label: plan, title: plan, from: startAt, to: nextPlan?.from ?? endAt },
    ...(nextPlan === null
      ? []
      : [{ key: 'next', label: next, title: next, from: nextPlan.from, to: endAt }]),
  ];
  const others = [
    ...(trialEndAt === null
      ? []
      : [{ key: 'trial', label: 'trial', title: 'trial', from: startAt, to: trialEndAt }]),
    ...pauses.map(({ from, to }) => ({
      key: `pause ${from}`,
      label: 'paused',
      title: 'paused',
      from,
      to,
    })),
  ];
  return [
    { name: 'Plan', bars: plans },
    ...(others.length === 0 ? [] : [{ name: 'Without charge', bars: others }]),
  ];
}

function About({ subscription }: { readonly subscription: Subscription }): ReactNode {
  const { currentPeriod, nextPlan, lateUsage } = subscription;
  return (
    <Section title="Agreement">
      <CardGrid min={320}>
        <Card>
          <Facts
            of={[
              ['Organization', <OrganizationName key="org" id={subscription.organizationId} />],
              ['Plan', <PlanName key="plan" id={subscription.planId} />],
              ['Plan version', subscription.planVersion],
              [
                'Next plan',
                <OrDash key="next">
                  {nextPlan !== null && (
                    <>
                      <PlanName id={nextPlan.planId} /> from <Time value={nextPlan.from} as="day" />
                    </>
                  )}
                </OrDash>,
              ],
              ['External ID', <OrDash key="external">{subscription.externalId}</OrDash>],
            ]}
          />
        </Card>
        <Card>
          <Facts
            of={[
              ['Start', <Time key="start" value={subscription.startAt} />],
              ['End', <Time key="end" value={subscription.endAt} />],
              [
                'Service period',
                <OrDash key="period">
                  {currentPeriod !== null && (
                    <TimeRange from={currentPeriod.start} to={currentPeriod.end} />
                  )}
                </OrDash>,
              ],
              ['Turns on day', `${subscription.anchorDay}, ${subscription.timeZone}`],
              [
                'Late usage',
                lateUsage === null
                  ? 'as the organization has it'
                  : `${lateUsage.policy}, ${lateUsage.graceHours} h grace`,
              ],
            ]}
          />
        </Card>
      </CardGrid>
    </Section>
  );
}
