import { NativeSelect, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import type { Path } from '../../lib/paths.ts';
import { Link, useGo } from '../../ui/link.tsx';
import { Empty, Trouble } from '../../ui/notice.tsx';
import { Card } from '../../ui/page.tsx';
import { StackedBars } from '../../ui/stacked-bars.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Quantity, Time } from '../../ui/values.tsx';
import { Explanation } from './explanation.tsx';
import { Groups } from './groups.tsx';
import {
  currenciesOf,
  drawn,
  measuresOf,
  usageOverTimeQuery,
  usageTotalsQuery,
  type Drawn,
} from './queries.ts';
import { intervalFrom, intervalOf, rangeOf, type UsageSearch } from './ranges.ts';

const shown = { cost: 'Cost', amount: 'Amount' } as const;
const nothing = {
  cost: 'No cost is known in this range: no event carries one, and no list price fits its model.',
  amount: 'Nothing is owed for usage in this range: no charge of a plan prices it.',
} as const;

type Props = {
  readonly search: UsageSearch;
  readonly path: (search: UsageSearch) => Path;
};

/** The chart, its table, and what explains a bar of it. */
export function UsageView({ search, path }: Props): ReactNode {
  const overTime = useQuery({ ...usageOverTimeQuery(search), placeholderData: keepPreviousData });
  const totals = useQuery({ ...usageTotalsQuery(search), placeholderData: keepPreviousData });
  const go = useGo();
  const { show } = search;
  const measures = useMemo(
    () => (totals.data === undefined ? [] : measuresOf(totals.data)),
    [totals.data],
  );
  const currencies =
    totals.data === undefined || show === undefined ? [] : currenciesOf(totals.data, show);
  const measure = search.measure ?? measures[0] ?? null;
  const currency = search.currency ?? currencies[0] ?? null;
  const unit = show === undefined ? measure : currency;
  const chart = useMemo(
    () => (overTime.data === undefined ? undefined : drawn(overTime.data, search, unit)),
    [overTime.data, search, unit],
  );
  const error = overTime.error ?? totals.error;
  if (error !== null) return <Trouble error={error} onRetry={() => void overTime.refetch()} />;
  const isEmpty =
    show !== 'amount' && totals.data?.items.length === 0 && totals.data.costs.length === 0;
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
          {show === undefined ? (
            <UnitSelect
              label="Measure"
              value={measure}
              choices={measures}
              onChange={(value) => look({ measure: value })}
            />
          ) : (
            currencies.length > 1 && (
              <UnitSelect
                label="Currency"
                value={currency}
                choices={currencies}
                onChange={(value) => look({ currency: value })}
              />
            )
          )}
        </div>
        {show !== undefined && totals.data !== undefined && currency === null ? (
          <p className="dim" style={{ margin: 0, minHeight: 268 }}>
            {nothing[show]}
          </p>
        ) : chart === undefined ? (
          <Skeleton height={268} />
        ) : (
          <StackedBars
            label={`${show === undefined ? (measure ?? 'Usage') : `${shown[show]} in ${currency ?? 'money'}`} over time`}
            starts={chart.starts}
            series={chart.series}
            onPick={pick}
          />
        )}
      </Card>
      <Explained search={search} measure={measure} path={path} />
      <Groups search={search} measure={measure} usage={totals.data} path={path} />
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
  return (
    <Explanation
      search={{ ...rest, ...(search.show === undefined && measure !== null && { measure }) }}
      range={intervalFrom(spike, intervalOf(search, range), range)}
      closePath={path(rest)}
    />
  );
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
