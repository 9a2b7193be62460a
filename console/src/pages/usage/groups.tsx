import type { Usage } from '@customary/sdk';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import { change } from '../../lib/numbers.ts';
import type { Path } from '../../lib/paths.ts';
import { Link } from '../../ui/link.tsx';
import { Card, Section } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Dash, Money, Quantity, Status } from '../../ui/values.tsx';
import { groupLabel, usageBeforeQuery } from './queries.ts';
import type { UsageSearch } from './ranges.ts';

const exactly = 'added up exactly; a name leads to what it is made of';
const about = {
  quantity: exactly,
  cost: exactly,
  amount:
    'as invoices rate it, invoiced or not, before fees and taxes; a name leads to what it is made of',
} as const;

type Group = { group: Record<string, string | null>; other: boolean };

const filterable = new Set(['organizationId', 'subscriberId', 'credentialId', 'subscriptionId']);

/** Where a group leads: to itself alone, by what it is made of. */
function narrowed(search: UsageSearch, { group, other }: Group): UsageSearch | null {
  const [[name, value] = ['', null]] = Object.entries(group);
  if (other || value === null || !filterable.has(name)) return null;
  const { spike: _spike, groupBy: _groupBy, ...rest } = search;
  return { ...rest, [name]: value, groupBy: name === 'credentialId' ? 'measure' : 'credential' };
}

/** What each group comes to, added up by the server. */
export function Groups({
  search,
  measure,
  usage,
  path,
}: {
  readonly search: UsageSearch;
  readonly measure: string | null;
  readonly usage: Usage | undefined;
  readonly path: (search: UsageSearch) => Path;
}): ReactNode {
  const before = useQuery({ ...usageBeforeQuery(search), enabled: search.compare === true });
  if (usage === undefined) return <Skeleton height={200} mt={28} />;
  const name: Named = (row) => {
    const next = narrowed(search, row);
    const label = groupLabel(row, usage.names);
    return next === null ? label : <Link path={path(next)}>{label}</Link>;
  };
  const [columns, rows] =
    search.show === 'cost'
      ? [['Price', 'Events#', 'Cost#'], costRows(usage, before.data, name)]
      : search.show === 'amount'
        ? [['Owed for', 'Amount#'], amountRows(usage, before.data, name)]
        : [['Events#', 'Quantity#'], quantityRows(usage, before.data, measure, name)];
  const compared = search.compare === true ? ['Before#', 'Change#'] : [];
  const head = ['Group', ...columns, ...compared];
  return (
    <Section title="Groups" about={about[search.show ?? 'quantity']}>
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

type Named = (row: Group) => ReactNode;

/** The largest first, each with what is shown of it, and of the same group before. */
function comparedRows<Row extends Group>(
  rows: readonly Row[],
  before: readonly Row[],
  {
    key,
    amount,
    cells,
    figure,
  }: {
    readonly key: (row: Row) => string;
    readonly amount: (row: Row) => string | null;
    readonly cells: (row: Row) => readonly ReactNode[];
    readonly figure: (row: Row | undefined) => ReactNode;
  },
) {
  const earlier = new Map(before.map((row) => [key(row), row] as const));
  return rows
    .toSorted((a, b) => Number(amount(b)) - Number(amount(a)))
    .map((row) => {
      const was = earlier.get(key(row));
      return {
        key: key(row),
        cells: [
          ...cells(row),
          <Fragment key="now">{figure(row)}</Fragment>,
          <Fragment key="before">{figure(was)}</Fragment>,
          <Change key="change" now={amount(row)} before={was === undefined ? null : amount(was)} />,
        ],
      };
    });
}

function quantityRows(
  usage: Usage,
  before: Usage | undefined,
  measure: string | null,
  name: Named,
) {
  const rows = usage.items.filter((row) => measure === null || row.measure === measure);
  return comparedRows(rows, before?.items ?? [], {
    key: (row) => keyOf(row, row.measure),
    amount: ({ quantity }) => quantity,
    cells: (row) => [name(row), <Quantity key="events" value={row.events} />],
    figure: (row) => <Quantity value={row?.quantity ?? null} />,
  });
}

const sources = { event: 'carried by events', list: 'list price', none: 'no price known' } as const;

function costRows(usage: Usage, before: Usage | undefined, name: Named) {
  return comparedRows(usage.costs, before?.costs ?? [], {
    key: (row) => keyOf(row, row.source, row.currency),
    amount: ({ amount }) => amount,
    cells: (row) => [
      name(row),
      <Status key="source" value={sources[row.source]} tone="quiet" />,
      <Quantity key="events" value={row.events} />,
    ],
    figure: (row) => <Cost row={row} />,
  });
}

const kinds = { usage: 'usage', fixed: 'what no usage caused' } as const;

function amountRows(usage: Usage, before: Usage | undefined, name: Named) {
  return comparedRows(usage.amounts, before?.amounts ?? [], {
    key: (row) => keyOf(row, row.kind, row.currency),
    amount: ({ amount }) => amount,
    cells: (row) => [name(row), <Status key="kind" value={kinds[row.kind]} tone="quiet" />],
    figure: (row) => <Money value={row} />,
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
