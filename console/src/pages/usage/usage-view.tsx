import type { Usage } from '@customary/sdk';
import { NativeSelect, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { change } from '../../lib/numbers.ts';
import type { Path } from '../../lib/paths.ts';
import { Link, useGo } from '../../ui/link.tsx';
import { Empty, Trouble } from '../../ui/notice.tsx';
import { Card, Section } from '../../ui/page.tsx';
import { StackedBars } from '../../ui/stacked-bars.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Dash, Money, Quantity, Status, Time } from '../../ui/values.tsx';
import { Explanation } from './explanation.tsx';
import {
  currenciesOf,
  drawn,
  groupLabel,
  measuresOf,
  usageBeforeQuery,
  usageOverTimeQuery,
  usageTotalsQuery,
  type Drawn,
} from './queries.ts';
import { intervalFrom, intervalOf, rangeOf, type UsageSearch } from './ranges.ts';

type Props = {
  readonly search: UsageSearch;
  readonly path: (search: UsageSearch) => Path;
};

/** The chart, its table, and what explains a bar of it. */
export function UsageView({ search, path }: Props): ReactNode {
  const overTime = useQuery({ ...usageOverTimeQuery(search), placeholderData: keepPreviousData });
  const totals = useQuery({ ...usageTotalsQuery(search), placeholderData: keepPreviousData });
  const go = useGo();
  const isCost = search.show === 'cost';
  const measures = useMemo(
    () => (totals.data === undefined ? [] : measuresOf(totals.data)),
    [totals.data],
  );
  const currencies = totals.data === undefined ? [] : currenciesOf(totals.data);
  const measure = search.measure ?? measures[0] ?? null;
  const currency = search.currency ?? currencies[0] ?? null;
  const unit = isCost ? currency : measure;
  const chart = useMemo(
    () => (overTime.data === undefined ? undefined : drawn(overTime.data, search, unit)),
    [overTime.data, search, unit],
  );
  const error = overTime.error ?? totals.error;
  if (error !== null) return <Trouble error={error} onRetry={() => void overTime.refetch()} />;
  const isEmpty = totals.data?.items.length === 0 && totals.data.costs.length === 0;
  if (isEmpty)
    return (
      <Empty
        title="No usage in this range"
        curl={{
          method: 'POST',
          path: '/v1/events',
          body: {
            id: 'req-1',
            credential: 'the-key-that-was-used',
            measures: { input_tokens: 812 },
          },
        }}
      >
        Choose another range or fewer filters, or send what was used.
      </Empty>
    );
  const look = (changes: UsageSearch) =>
    go(path({ ...search, ...changes }), { inPlace: true, replace: true });
  const explain = (start: string) => path({ ...search, spike: start });
  const pick = (index: number) => {
    const start = chart?.starts[index];
    if (start !== undefined)
      go(explain(new Date(start * 1000).toISOString()), { inPlace: true, replace: true });
  };
  return (
    <>
      <Card>
        <div style={{ display: 'flex', justifyContent: 'flex-end', minHeight: 34 }}>
          {isCost ? (
            currencies.length > 1 && (
              <UnitSelect
                label="Currency"
                value={currency}
                choices={currencies}
                onChange={(value) => look({ currency: value })}
              />
            )
          ) : (
            <UnitSelect
              label="Measure"
              value={measure}
              choices={measures}
              onChange={(value) => look({ measure: value })}
            />
          )}
        </div>
        {isCost && totals.data !== undefined && currency === null ? (
          <p className="dim" style={{ margin: 0, minHeight: 268 }}>
            No cost is known in this range: no event carries one, and no list price fits its model.
          </p>
        ) : chart === undefined ? (
          <Skeleton height={268} />
        ) : (
          <StackedBars
            label={
              isCost
                ? `Cost in ${currency ?? 'money'} over time`
                : `${measure ?? 'Usage'} over time`
            }
            starts={chart.starts}
            series={chart.series}
            onPick={pick}
          />
        )}
      </Card>
      <Explained search={search} measure={measure} path={path} />
      <Totals search={search} measure={measure} usage={totals.data} path={path} />
      {chart !== undefined && <OverTime chart={chart} explain={explain} />}
    </>
  );
}

function UnitSelect({
  label,
  value,
  choices,
  onChange,
}: {
  readonly label: string;
  readonly value: string | null;
  readonly choices: readonly string[];
  readonly onChange: (value: string) => void;
}): ReactNode {
  return (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={value ?? ''}
      data={[...new Set([...choices, ...(value === null ? [] : [value])])].map((each) => ({
        value: each,
        label: each === '' ? 'events' : each,
      }))}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

function Explained({
  search,
  measure,
  path,
}: Props & { readonly measure: string | null }): ReactNode {
  const { spike, ...rest } = search;
  if (spike === undefined) return null;
  const range = rangeOf(search);
  const isCost = search.show === 'cost';
  return (
    <Explanation
      search={{ ...rest, ...(!isCost && measure !== null && { measure }) }}
      range={intervalFrom(spike, intervalOf(search, range), range)}
      closePath={path(rest)}
    />
  );
}

type Group = { group: Record<string, string | null>; other: boolean };

const filterable = new Set(['organizationId', 'subscriberId', 'credentialId', 'subscriptionId']);

/** Where a group leads: to itself alone, by what it is made of. */
function narrowed(search: UsageSearch, { group, other }: Group): UsageSearch | null {
  const [[name, value] = ['', null]] = Object.entries(group);
  if (other || value === null || !filterable.has(name)) return null;
  const { spike: _spike, groupBy: _groupBy, ...rest } = search;
  return { ...rest, [name]: value, groupBy: name === 'credentialId' ? 'measure' : 'credential' };
}

function Totals({
  search,
  measure,
  usage,
  path,
}: Props & {
  readonly measure: string | null;
  readonly usage: Usage | undefined;
}): ReactNode {
  const before = useQuery({ ...usageBeforeQuery(search), enabled: search.compare === true });
  if (usage === undefined) return <Skeleton height={200} mt={28} />;
  const name = (row: Group) => {
    const next = narrowed(search, row);
    const label = groupLabel(row, usage.names);
    return next === null ? label : <Link path={path(next)}>{label}</Link>;
  };
  const rows =
    search.show === 'cost'
      ? costRows(usage, before.data, name)
      : quantityRows(usage, before.data, measure, name);
  const compared = search.compare === true ? ['Before#', 'Change#'] : [];
  const head =
    search.show === 'cost'
      ? ['Group', 'Price', 'Events#', 'Cost#', ...compared]
      : ['Group', 'Events#', 'Quantity#', ...compared];
  return (
    <Section title="Groups" about="added up exactly; a name leads to what it is made of">
      <Card>
        <PlainTable
          label="Groups"
          head={head}
          rows={rows.map(({ key, cells }) => ({ key, cells: cells.slice(0, head.length) }))}
        />
      </Card>
    </Section>
  );
}

const keyOf = ({ group, other }: Group, ...more: readonly unknown[]) =>
  JSON.stringify([group, other, ...more]);

function quantityRows(
  usage: Usage,
  before: Usage | undefined,
  measure: string | null,
  name: (row: Group) => ReactNode,
) {
  const earlier = new Map(
    before?.items.map((row) => [keyOf(row, row.measure), row.quantity] as const),
  );
  return usage.items
    .filter((row) => measure === null || row.measure === measure)
    .toSorted((a, b) => Number(b.quantity) - Number(a.quantity))
    .map((row) => {
      const was = earlier.get(keyOf(row, row.measure)) ?? null;
      return {
        key: keyOf(row, row.measure),
        cells: [
          name(row),
          <Quantity key="events" value={row.events} />,
          <Quantity key="quantity" value={row.quantity} />,
          <Quantity key="before" value={was} />,
          <Change key="change" now={row.quantity} before={was} />,
        ],
      };
    });
}

const sources = { event: 'carried by events', list: 'list price', none: 'no price known' } as const;

function costRows(usage: Usage, before: Usage | undefined, name: (row: Group) => ReactNode) {
  const key = (row: Usage['costs'][number]) => keyOf(row, row.source, row.currency);
  const earlier = new Map(before?.costs.map((row) => [key(row), row] as const));
  return usage.costs
    .toSorted((a, b) => Number(b.amount) - Number(a.amount))
    .map((row) => {
      const was = earlier.get(key(row));
      return {
        key: key(row),
        cells: [
          name(row),
          <Status key="source" value={sources[row.source]} tone="quiet" />,
          <Quantity key="events" value={row.events} />,
          <Cost key="cost" row={row} />,
          <Cost key="before" row={was} />,
          <Change key="change" now={row.amount} before={was?.amount ?? null} />,
        ],
      };
    });
}

function Cost({ row }: { readonly row: Usage['costs'][number] | undefined }): ReactNode {
  if (row === undefined || row.amount === null || row.currency === null) return <Dash />;
  return <Money value={{ amount: row.amount, currency: row.currency }} />;
}

function Change({
  now,
  before,
}: {
  readonly now: string | null;
  readonly before: string | null;
}): ReactNode {
  const text = now === null || before === null ? null : change(now, before);
  return text === null ? <Dash /> : <span className="tabular">{text}</span>;
}

/** The chart as a table, for who cannot or will not point at it. */
function OverTime({
  chart,
  explain,
}: {
  readonly chart: Drawn;
  readonly explain: (start: string) => Path;
}): ReactNode {
  const rows = chart.starts.map((start, index) => ({
    start: new Date(start * 1000).toISOString(),
    total: chart.series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
  }));
  return (
    <details style={{ marginTop: 24 }}>
      <summary style={{ cursor: 'pointer', fontWeight: 550 }}>The chart as a table</summary>
      <PlainTable
        label="Over time"
        head={['Begins', 'Explain', 'Total#']}
        rows={rows
          .filter(({ total }) => total > 0)
          .map(({ start, total }) => ({
            key: start,
            cells: [
              <Time key="start" value={start} />,
              <Link key="explain" path={explain(start)} inPlace>
                What changed
              </Link>,
              <Quantity key="total" value={total} />,
            ],
          }))}
      />
    </details>
  );
}
