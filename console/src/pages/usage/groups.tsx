import type { Usage } from '@customary/sdk';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
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
  const name = (row: Group) => {
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

const kinds = { usage: 'usage', fixed: 'what no usage caused' } as const;

function amountRows(usage: Usage, before: Usage | undefined, name: (row: Group) => ReactNode) {
  const key = (row: Usage['amounts'][number]) => keyOf(row, row.kind, row.currency);
  const earlier = new Map(before?.amounts.map((row) => [key(row), row] as const));
  return usage.amounts
    .toSorted((a, b) => Number(b.amount) - Number(a.amount))
    .map((row) => {
      const was = earlier.get(key(row));
      return {
        key: key(row),
        cells: [
          name(row),
          <Status key="kind" value={kinds[row.kind]} tone="quiet" />,
          <Money key="amount" value={row} />,
          <Money key="before" value={was} />,
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
