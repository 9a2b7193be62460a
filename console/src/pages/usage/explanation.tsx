import type { UsageExplained } from '@customary/sdk';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import { paths, pathOfId, type Path } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { Link } from '../../ui/link.tsx';
import { Trouble } from '../../ui/notice.tsx';
import { Card, CardGrid, Section } from '../../ui/page.tsx';
import { Said } from '../../ui/said.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { Cost, Quantity, sentenceCase, Time } from '../../ui/values.tsx';
import { explainQuery } from './queries.ts';
import type { Range, UsageSearch } from './ranges.ts';

/** What changed in a range against the one before: whose usage, and what it says of itself. */
export function Explanation({
  search,
  range,
  closePath,
}: {
  readonly search: UsageSearch;
  readonly range: Range;
  readonly closePath: Path;
}): ReactNode {
  const { data, error } = useQuery(explainQuery(search, range));
  return (
    <Section
      title="What changed"
      about={
        <>
          <Time value={range.from} /> – <Time value={range.to} />, against as long before
        </>
      }
      actions={
        <>
          <Action variant="default" path={eventsOf(search, range)} permission="events.read">
            Its events
          </Action>{' '}
          <Action variant="default" path={closePath}>
            Close
          </Action>
        </>
      }
    >
      {error !== null && <Trouble error={error} />}
      {data === undefined ? (
        error === null && <Skeleton height={180} />
      ) : (
        <Explained explained={data} />
      )}
    </Section>
  );
}

function eventsOf(search: UsageSearch, { from, to }: Range): Path {
  const { organizationId, subscriberId, credentialId, subscriptionId } = search;
  return paths.events({
    from,
    to,
    ...(organizationId !== undefined && { organizationId }),
    ...(subscriberId !== undefined && { subscriberId }),
    ...(credentialId !== undefined && { credentialId }),
    ...(subscriptionId !== undefined && { subscriptionId }),
  });
}

export function Explained({ explained }: { readonly explained: UsageExplained }): ReactNode {
  const { sentence, levels, attributes, before, after, change, metric } = explained;
  const figures = [before, after, change].map((figure) => figure.replace('-', ''));
  return (
    <>
      <p style={{ margin: '0 0 12px', fontWeight: 550 }}>
        <Said figures={figures}>{sentence}</Said>
      </p>
      <CardGrid min={360}>
        {levels.map(({ by, drivers }) => (
          <Card key={by}>
            <Drivers
              label={sentenceCase(by)}
              currency={metric.currency}
              rows={drivers.map((driver) => ({
                ...driver,
                key: driver.id ?? 'none',
                name: <DriverName id={driver.id} name={driver.name} />,
              }))}
            />
          </Card>
        ))}
        {attributes.length > 0 && (
          <Card>
            <Drivers
              label="Attribute"
              currency={metric.currency}
              rows={attributes.map((each) => ({
                ...each,
                key: `${each.name} ${each.value}`,
                name: `${each.name}: ${each.value ?? 'none'}`,
              }))}
            />
          </Card>
        )}
      </CardGrid>
    </>
  );
}

function DriverName({
  id,
  name,
}: {
  readonly id: string | null;
  readonly name: string | null;
}): ReactNode {
  const path = id === null ? null : pathOfId(id);
  const text = name ?? id ?? 'none';
  return path === null ? text : <Link path={path}>{text}</Link>;
}

type Driver = {
  readonly key: string;
  readonly name: ReactNode;
  readonly before: string;
  readonly after: string;
  readonly change: string;
  readonly sharePercent: string | null;
};

export function Drivers({
  label,
  currency,
  rows,
}: {
  readonly label: string;
  /** Of what is compared, where that is money. */
  readonly currency: string | null;
  readonly rows: readonly Driver[];
}): ReactNode {
  const figure = (value: string) =>
    currency === null ? <Quantity value={value} /> : <Cost amount={value} currency={currency} />;
  return (
    <PlainTable
      label={`What changed, by ${label.toLowerCase()}`}
      head={[label, 'Before#', 'After#', 'Share#']}
      rows={rows.map((driver) => ({
        key: driver.key,
        cells: [
          driver.name,
          <Fragment key="before">{figure(driver.before)}</Fragment>,
          <Fragment key="after">{figure(driver.after)}</Fragment>,
          driver.sharePercent === null ? '–' : `${driver.sharePercent} %`,
        ],
      }))}
    />
  );
}
