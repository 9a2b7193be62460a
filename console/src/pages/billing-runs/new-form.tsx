import type { BillingRun } from '@customary/sdk';
import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { today } from '../../lib/times.ts';
import { useGo } from '../../ui/link.tsx';
import { RunPreview } from './run-preview.tsx';

export function NewBillingRun(): ReactNode {
  const go = useGo();
  return (
    <VerbDrawer<{ period: string }, BillingRun>
      title="Start a billing run"
      about="Drafts an invoice for each payer whose billing cycle ends in the month, in its own time zone. What is drafted already is not drafted again; nothing is owed before you finalize it."
      parent={paths.billingRuns()}
      submitLabel="Start"
      permission="billingRuns.create"
      initialValues={{ period: lastMonth() }}
      validate={({ period }) => (period === '' ? { period: 'Choose a month.' } : {})}
      // Answered at once; the page of the run shows how far it is.
      submit={({ period }) => api().billingRuns.create({ period, wait: false })}
      done="The run has started"
      onDone={({ id }) => go(paths.billingRun(id), { replace: true })}
    >
      {(form) => (
        <>
          <TextInput
            type="month"
            label="Cycles that end in"
            required
            data-autofocus
            {...form.getInputProps('period')}
          />
          <RunPreview period={form.values.period} />
        </>
      )}
    </VerbDrawer>
  );
}

function lastMonth(): string {
  const [year = 0, month = 0] = today().split('-').map(Number);
  const last = month === 1 ? [year - 1, 12] : [year, month - 1];
  return last.map((part) => String(part).padStart(2, '0')).join('-');
}
