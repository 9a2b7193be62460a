import type { BillingSchedule, SendingSettings } from '@customary/sdk';
import { NativeSelect, Switch, TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { EditDrawer } from '../../forms/edit-drawer.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { latePolicies } from './billing-page.tsx';
import { scheduleQuery, sendingQuery } from './queries.ts';

type Values = {
  enabled: boolean;
  graceHours: string;
  latePolicy: BillingSchedule['latePolicy'];
  autoFinalize: boolean;
};

const valuesOf = ({ enabled, graceHours, latePolicy, autoFinalize }: BillingSchedule): Values => ({
  enabled,
  graceHours: String(graceHours),
  latePolicy,
  autoFinalize,
});

const bodyOf = (values: Values) => ({ ...values, graceHours: Number(values.graceHours) });

export function EditSchedule(): ReactNode {
  const { data: schedule } = useSuspenseQuery(scheduleQuery);
  return (
    <EditDrawer<BillingSchedule, Values, ReturnType<typeof bodyOf>>
      title="Schedule and late usage"
      parent={paths.settingsBilling()}
      permission="billingSchedule.update"
      thing={schedule}
      read={() => api().billingSchedule.get()}
      valuesOf={valuesOf}
      bodyOf={bodyOf}
      validate={({ graceHours }) =>
        /^\d+$/.test(graceHours.trim()) ? {} : { graceHours: 'Enter whole hours.' }
      }
      update={(changes, options) => api().billingSchedule.update(changes, options)}
      saved="The schedule was saved"
    >
      {(form) => (
        <>
          <Switch
            label="Bill each cycle by itself once it has ended"
            {...form.getInputProps('enabled', { type: 'checkbox' })}
          />
          <TextInput
            label="Hours to wait after a cycle"
            description="Usage that arrives in between is on its invoice."
            inputMode="numeric"
            {...form.getInputProps('graceHours')}
          />
          <NativeSelect
            label="Usage that is recorded later than that"
            data={Object.entries(latePolicies).map(([value, label]) => ({ value, label }))}
            {...form.getInputProps('latePolicy')}
          />
          <Switch
            label="Issue drafts by themselves once every wait is over"
            {...form.getInputProps('autoFinalize', { type: 'checkbox' })}
          />
        </>
      )}
    </EditDrawer>
  );
}

type Sending = { sendOnFinalize: boolean; reminderDays: string };

const sendingBody = ({ sendOnFinalize, reminderDays }: Sending) => ({
  sendOnFinalize,
  reminderDays: reminderDays
    .split(/[\s,]+/)
    .filter((day) => day !== '')
    .map(Number),
});

export function EditSending(): ReactNode {
  const { data: sending } = useSuspenseQuery(sendingQuery);
  return (
    <EditDrawer<SendingSettings, Sending, ReturnType<typeof sendingBody>>
      title="Sending"
      about="To the billing e-mail of the customer."
      parent={paths.settingsBilling()}
      permission="sendingSettings.update"
      thing={sending}
      read={() => api().sendingSettings.get()}
      valuesOf={({ sendOnFinalize, reminderDays }) => ({
        sendOnFinalize,
        reminderDays: reminderDays.join(', '),
      })}
      bodyOf={sendingBody}
      validate={({ reminderDays }) =>
        /^[\d\s,]*$/.test(reminderDays) ? {} : { reminderDays: 'Days, separated by commas.' }
      }
      update={(changes, options) => api().sendingSettings.update(changes, options)}
      saved="Sending was saved"
    >
      {(form) => (
        <>
          <Switch
            label="Send each invoice and credit note when it is issued"
            {...form.getInputProps('sendOnFinalize', { type: 'checkbox' })}
          />
          <TextInput
            label="Remind so many days past due"
            description="Separated by commas; empty: never."
            placeholder="3, 14, 30"
            {...form.getInputProps('reminderDays')}
          />
        </>
      )}
    </EditDrawer>
  );
}
