import type { BillingRun } from '@customary/sdk';
import { Progress } from '@mantine/core';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { quantity } from '../../lib/numbers.ts';
import { Action } from '../../ui/action.tsx';
import { OrganizationName } from '../../ui/names.tsx';
import { Warning } from '../../ui/notice.tsx';
import { Card, CardGrid, Facts, Figure, Page, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Id, Quantity, Status, Time } from '../../ui/values.tsx';
import { billingCrumbs } from '../billing/tabs.ts';
import { billingRunQuery, isUnderWay } from './queries.ts';
import { billingRunRoute } from './routes.ts';

const askedAgainMs = 700;

export function BillingRunPage(): ReactNode {
  const { runId } = billingRunRoute.useParams();
  const { data: run } = useSuspenseQuery({
    ...billingRunQuery(runId),
    refetchInterval: ({ state }) =>
      state.data === undefined || isUnderWay(state.data) ? askedAgainMs : false,
  });
  useInvoicesAfter(run);
  return (
    <Page
      title={`Billing run of ${run.period}`}
      aside={
        <>
          <Status value={run.status} />
          <Id value={run.id} />
        </>
      }
      crumbs={[...billingCrumbs, { label: 'Billing runs', path: paths.billingRuns() }]}
      actions={
        <Action
          path={paths.invoices({ billingRunId: run.id })}
          permission="invoices.read"
          disabledReason={run.invoicesDrafted === 0 ? 'It has drafted no invoice.' : null}
        >
          Its invoices
        </Action>
      }
    >
      <HowFar run={run} />
      <CardGrid min={150}>
        <Figure label="Invoices drafted" value={<Quantity value={run.invoicesDrafted} />} />
        <Figure label="Lines" value={<Quantity value={run.linesDrafted} />} />
        <Figure
          label="Credit notes issued"
          value={<Quantity value={run.creditNotesIssued} />}
          note="for credit that no invoice takes"
        />
        <Figure
          label="Payers"
          value={`${quantity(run.organizationsDone)} of ${quantity(run.organizationsTotal)}`}
        />
      </CardGrid>
      {run.problem !== null && <Problem problem={run.problem} />}
      <div style={{ marginTop: 28 }}>
        <Card>
          <Facts
            of={[
              ['Recorded up to', `position ${run.position}`],
              ['Started', <Time key="started" value={run.createdAt} as="second" />],
              ['Finished', <Time key="finished" value={run.finishedAt} as="second" />],
            ]}
          />
        </Card>
      </div>
    </Page>
  );
}

/** As high while it runs as afterwards, so that nothing moves when it ends. */
function HowFar({ run }: { readonly run: BillingRun }): ReactNode {
  const { organizationsDone: done, organizationsTotal: total } = run;
  const percent = isUnderWay(run) ? (total === 0 ? 0 : (done / total) * 100) : 100;
  return (
    <div style={{ marginBottom: 20 }}>
      <Progress
        value={percent}
        size="sm"
        animated={isUnderWay(run)}
        color={run.status === 'failed' ? 'red' : 'pine'}
        aria-label="Payers done"
      />
    </div>
  );
}

/** What the run has drafted is shown wherever invoices are. */
function useInvoicesAfter(run: BillingRun): void {
  const client = useQueryClient();
  const isDone = !isUnderWay(run);
  useEffect(() => {
    if (isDone) void client.invalidateQueries({ queryKey: ['invoices'], refetchType: 'none' });
  }, [client, isDone]);
}

function Problem({ problem }: { readonly problem: NonNullable<BillingRun['problem']> }): ReactNode {
  return (
    <Section title="What went wrong">
      <Warning title={problem.detail}>
        Those that could be billed are. Mend the cause, and start the run again for the rest.
      </Warning>
      <Card>
        <PlainTable
          label="Payers that could not be billed"
          head={['Payer', 'Why']}
          rows={problem.organizations.map(({ organizationId, detail }) => ({
            key: organizationId,
            cells: [<OrganizationName key="payer" id={organizationId} />, detail],
          }))}
        />
      </Card>
    </Section>
  );
}
