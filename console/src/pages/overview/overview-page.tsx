import type { UsageExplained } from '@customary/sdk';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { change, quantity, roundedText as rounded } from '../../lib/numbers.ts';
import { paths, type Path } from '../../lib/paths.ts';
import { useMe } from '../../lib/session.ts';
import { Action } from '../../ui/action.tsx';
import { Link } from '../../ui/link.tsx';
import { Empty, Trouble } from '../../ui/notice.tsx';
import { Card, CardGrid, Figure, Page, Section } from '../../ui/page.tsx';
import { StackedBars } from '../../ui/stacked-bars.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Money, Quantity, sentenceCase, Time } from '../../ui/values.tsx';
import { findingsCountQuery } from '../findings/queries.ts';
import { unclassifiedId } from '../organizations/queries.ts';
import { groupName } from '../unclassified/list-page.tsx';
import { Explained } from '../usage/explanation.tsx';
import {
  costsQuery,
  drawn,
  explainQuery,
  measuresOf,
  usageOverTimeQuery,
} from '../usage/queries.ts';
import { rangeBefore, rangeOf, type UsageSearch } from '../usage/ranges.ts';
import {
  countedMax,
  draftsQuery,
  firstCustomersQuery,
  overdueQuery,
  overviewRows,
  queueQuery,
} from './queries.ts';

/** How things stand: what was used against before, who moved, what is unclassified, what is overdue. */
export function OverviewPage(): ReactNode {
  const me = useMe();
  const may = (permission: string) => me.permissions.has(permission);
  const { data: first } = useQuery({
    ...firstCustomersQuery,
    enabled: may('organizations.read'),
  });
  const isNew = first !== undefined && first.items.every(({ id }) => id === unclassifiedId);
  return (
    <Page title="Overview" about="The last 30 days against the 30 before.">
      {isNew ? (
        <Begin />
      ) : (
        <>
          <Figures may={may} />
          {may('usage.read') && <UsageNow />}
          <CardGrid min={420}>
            {may('unclassified.read') && <Queue />}
            {may('invoices.read') && <Overdue />}
          </CardGrid>
          {may('statements.read') && !may('usage.read') && <ToStatements />}
        </>
      )}
    </Page>
  );
}

function Begin(): ReactNode {
  return (
    <Empty
      title="Begin with a customer"
      actions={
        <Action path={paths.organizationNew()} permission="organizations.create">
          New Org
        </Action>
      }
      curl={{ method: 'POST', path: '/v1/organizations', body: { name: 'Acme' } }}
    >
      An organization, a subscriber, a subscription, a credential: four steps, and usage finds its
      way from an event to a statement.
    </Empty>
  );
}

function ToStatements(): ReactNode {
  return (
    <Empty
      title="What customers owe"
      actions={<Action path={paths.statements()}>Open the statements</Action>}
    >
      Outstanding balances, ageing and unpaid invoices.
    </Empty>
  );
}

const search: UsageSearch = { range: '30d' };

function Figures({ may }: { readonly may: (permission: string) => boolean }): ReactNode {
  const explained = useQuery({
    ...explainQuery(search, rangeOf(search)),
    enabled: may('usage.read'),
  });
  const queue = useQuery({ ...queueQuery, enabled: may('unclassified.read') });
  const overdue = useQuery({ ...overdueQuery, enabled: may('invoices.read') });
  const drafts = useQuery({ ...draftsQuery, enabled: may('invoices.read') });
  const findings = useQuery({ ...findingsCountQuery, enabled: may('findings.read') });
  return (
    <CardGrid min={150}>
      {may('usage.read') && (
        <>
          <Change explained={explained.data} />
          <Costs />
        </>
      )}
      {may('unclassified.read') && (
        <Count
          label="Unclassified"
          path={paths.unclassified()}
          items={queue.data?.items}
          note="identifiers without owner"
        />
      )}
      {may('invoices.read') && (
        <>
          <Count
            label="Overdue invoices"
            path={paths.invoices({ overdue: true })}
            items={overdue.data?.items}
            note="past their due day"
          />
          <Count
            label="Drafts"
            path={paths.invoices({ status: 'draft' })}
            items={drafts.data?.items}
            note="to be finalized"
          />
        </>
      )}
      {may('findings.read') && (
        <Count
          label="Findings"
          path={paths.findings()}
          items={findings.data?.items}
          note="to be mended"
        />
      )}
    </CardGrid>
  );
}

function Change({ explained }: { readonly explained: UsageExplained | undefined }): ReactNode {
  if (explained === undefined) return <Figure label="Usage" value={undefined} />;
  const { metric, before, after } = explained;
  // Beside it, the cost has a figure of its own.
  if (metric.currency !== null) return null;
  return (
    <Figure
      label={sentenceCase(metric.by)}
      value={<Quantity value={after} />}
      note={`${change(after, before) ?? 'nothing before'}, ${quantity(before)} before`}
    />
  );
}

const costSources = { event: 'as events say', list: 'at list prices', none: '' } as const;

/** What most usage cost; the explorer has the other currencies. */
function Costs(): ReactNode {
  const range = rangeOf(search);
  const { data } = useQuery(costsQuery('costs-now', range));
  const { data: earlier } = useQuery(costsQuery('costs-before', rangeBefore(range)));
  if (data === undefined || earlier === undefined) return <Figure label="Cost" value={undefined} />;
  const known = data.costs
    .filter(({ amount }) => amount !== null)
    .toSorted((a, b) => b.events - a.events);
  const [now] = known;
  if (now === undefined || now.amount === null || now.currency === null)
    return <Figure label="Cost" value="–" note="no price is known" />;
  const { amount, currency, source } = now;
  const before = earlier.costs.find(
    (row) => row.currency === currency && row.source === source,
  )?.amount;
  const changed = before == null ? null : change(amount, before);
  return (
    <Figure
      label={`Cost in ${currency}, ${costSources[source]}`}
      value={
        <Link path={paths.usage({ show: 'cost', currency })}>{rounded({ amount, currency })}</Link>
      }
      note={
        before == null || changed === null
          ? 'nothing before'
          : `${changed}, ${rounded({ amount: before, currency })} before`
      }
    />
  );
}

function Count({
  label,
  path,
  items,
  note,
}: {
  readonly label: string;
  readonly path: Path;
  readonly items: readonly unknown[] | undefined;
  readonly note: string;
}): ReactNode {
  const value =
    items === undefined ? undefined : items.length === countedMax ? `${countedMax}+` : items.length;
  return (
    <Figure
      label={label}
      value={value === undefined ? undefined : <Link path={path}>{value}</Link>}
      note={note}
    />
  );
}

function UsageNow(): ReactNode {
  const { data, error } = useQuery(usageOverTimeQuery(search));
  const explained = useQuery(explainQuery(search, rangeOf(search)));
  const chart = useMemo(() => {
    if (data === undefined) return undefined;
    return { ...drawn(data, search, measuresOf(data)[0] ?? null), measure: measuresOf(data)[0] };
  }, [data]);
  return (
    <Section
      title="Usage"
      about={chart?.measure ?? ''}
      actions={
        <Action variant="default" path={paths.usage()} permission="usage.read">
          Explore
        </Action>
      }
    >
      {error !== null && <Trouble error={error} />}
      <Card>
        {chart === undefined ? (
          <Skeleton height={268} />
        ) : (
          <StackedBars
            label="Usage of the last 30 days by organization"
            starts={chart.starts}
            series={chart.series}
          />
        )}
      </Card>
      <Section title="Who moved" about="what changed most, level by level">
        {explained.error !== null && <Trouble error={explained.error} />}
        {explained.data === undefined ? (
          <ExplainedSoon />
        ) : (
          <Explained explained={explained.data} />
        )}
      </Section>
    </Section>
  );
}

/** As much room as what comes will take. */
function ExplainedSoon(): ReactNode {
  return (
    <>
      <Skeleton height={20} width="60%" mb={12} />
      <CardGrid min={360}>
        {levelPlaceholders.map((key) => (
          <Skeleton key={key} height={cardPx} radius={8} />
        ))}
      </CardGrid>
    </>
  );
}

const levelPlaceholders = ['a', 'b', 'c', 'd'];
/** A head and as many rows as a card shows. */
const cardPx = 194;

function Queue(): ReactNode {
  const { data } = useQuery(queueQuery);
  return (
    <Section title="Unclassified" about="most events first">
      <Card minHeightPx={cardPx}>
        {data === undefined ? (
          <Skeleton height={cardPx} />
        ) : data.items.length === 0 ? (
          <p className="dim" style={{ margin: 0 }}>
            Everything has found its owner.
          </p>
        ) : (
          <PlainTable
            label="Unclassified"
            head={['Identifier', 'Why', 'Events#']}
            rows={data.items.slice(0, overviewRows).map((group) => ({
              key: group.id,
              cells: [
                <Link key="name" path={paths.unclassifiedGroup(group.id)}>
                  {groupName(group)}
                </Link>,
                sentenceCase(group.reason),
                <Quantity key="events" value={group.events} />,
              ],
            }))}
          />
        )}
      </Card>
    </Section>
  );
}

function Overdue(): ReactNode {
  const { data } = useQuery(overdueQuery);
  return (
    <Section title="Overdue" about="the latest first">
      <Card minHeightPx={cardPx}>
        {data === undefined ? (
          <Skeleton height={cardPx} />
        ) : data.items.length === 0 ? (
          <p className="dim" style={{ margin: 0 }}>
            Nothing is overdue.
          </p>
        ) : (
          <PlainTable
            label="Overdue invoices"
            head={['Invoice', 'Customer', 'Due', 'Amount due#']}
            rows={data.items.slice(0, overviewRows).map((invoice) => ({
              key: invoice.id,
              cells: [
                <Link key="number" path={paths.invoice(invoice.id)}>
                  {invoice.number}
                </Link>,
                invoice.recipient.name,
                <Time key="due" value={invoice.dueAt} as="day" />,
                <Money key="amount" value={invoice.amountDue} />,
              ],
            }))}
          />
        )}
      </Card>
    </Section>
  );
}
