import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { plural } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { Link } from '../../ui/link.tsx';
import { Card, CardGrid, Facts, Page, Section } from '../../ui/page.tsx';
import { OrDash, Status, Time } from '../../ui/values.tsx';
import { scheduleQuery, sendingQuery } from './queries.ts';
import { settingsCrumbs, settingsTabs } from './tabs.ts';

export const latePolicies = {
  adjustNextInvoice: 'adjusted on the next invoice',
  creditNote: 'a document of its own',
  ignore: 'recorded and shown, never billed',
} as const;

const onOff = (isOn: boolean) => (
  <Status value={isOn ? 'on' : 'off'} tone={isOn ? 'good' : 'quiet'} />
);

/** What happens by itself: runs, what comes late, finalizing, sending. */
export function BillingSettingsPage(): ReactNode {
  const { data: schedule } = useSuspenseQuery(scheduleQuery);
  const { data: sending } = useSuspenseQuery(sendingQuery);
  return (
    <Page
      title="Billing"
      crumbs={settingsCrumbs}
      tabs={settingsTabs}
      about="What happens by itself. Organizations and subscriptions may have a late policy of their own."
    >
      <CardGrid min={340}>
        <Card>
          <Section
            title="Schedule and late usage"
            actions={
              <Action
                variant="default"
                path={paths.settingsSchedule()}
                permission="billingSchedule.update"
              >
                Edit
              </Action>
            }
          >
            <Facts
              of={[
                ['Runs by themselves', onOff(schedule.enabled)],
                ['Wait after a cycle', plural(schedule.graceHours, 'hour')],
                ['Late usage', latePolicies[schedule.latePolicy]],
                ['Drafts are issued by themselves', onOff(schedule.autoFinalize)],
                ['Billed until', <Time key="until" value={schedule.billedUntil} />],
                ['Next run', <Time key="next" value={schedule.nextRunAt} />],
                [
                  'Last run',
                  <OrDash key="last">
                    {schedule.lastRunId !== null && (
                      <Link path={paths.billingRun(schedule.lastRunId)}>Open it</Link>
                    )}
                  </OrDash>,
                ],
              ]}
            />
          </Section>
        </Card>
        <Card>
          <Section
            title="Sending"
            actions={
              <Action
                variant="default"
                path={paths.settingsSending()}
                permission="sendingSettings.update"
              >
                Edit
              </Action>
            }
          >
            <Facts
              of={[
                ['Send what is issued', onOff(sending.sendOnFinalize)],
                [
                  'Remind',
                  <OrDash key="remind">
                    {sending.reminderDays.length > 0 &&
                      `${sending.reminderDays.join(', ')} days past due`}
                  </OrDash>,
                ],
                [
                  'Mail server',
                  sending.smtpConfigured ? 'configured' : 'not configured: set CUSTOMARY_SMTP_URL',
                ],
                ['From', <OrDash key="from">{sending.from}</OrDash>],
              ]}
            />
          </Section>
        </Card>
      </CardGrid>
      <Outlet />
    </Page>
  );
}
