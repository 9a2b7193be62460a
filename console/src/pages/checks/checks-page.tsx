import type { Check } from '@customary/sdk';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Action } from '../../ui/action.tsx';
import { IconRefresh } from '../../ui/icons.ts';
import { Trouble } from '../../ui/notice.tsx';
import { Card, CardGrid, Facts, Page } from '../../ui/page.tsx';
import { PlainTable } from '../../ui/timeline.tsx';
import { sentenceCase, Status } from '../../ui/values.tsx';
import { checksQuery } from './routes.ts';

/** What must always hold, proven from the rows themselves, now. */
export function ChecksPage(): ReactNode {
  const { data, error, isFetching, refetch } = useQuery(checksQuery);
  const broken = data?.checks.filter(({ ok }) => !ok).length ?? 0;
  return (
    <Page
      title="Checks"
      aside={
        data !== undefined && (
          <Status
            value={broken === 0 ? 'all hold' : `${broken} broken`}
            tone={broken === 0 ? 'good' : 'bad'}
          />
        )
      }
      about={
        data === undefined
          ? 'Reading what was recorded …'
          : `What must always hold, worked out from the rows up to position ${data.position}.`
      }
      actions={
        <Action
          variant="default"
          leftSection={<IconRefresh size={15} />}
          permission="checks.read"
          loading={isFetching}
          onClick={() => void refetch()}
        >
          Run again
        </Action>
      }
    >
      {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
      <CardGrid min={380}>
        {data === undefined && error === null
          ? placeholders.map((key) => <Skeleton key={key} height={170} radius={8} />)
          : data?.checks.map((check) => <OneCheck key={check.name} check={check} />)}
      </CardGrid>
    </Page>
  );
}

const placeholders = ['a', 'b', 'c', 'd', 'e', 'f'];

function OneCheck({ check }: { readonly check: Check }): ReactNode {
  return (
    <Card>
      <section aria-label={sentenceCase(check.name)}>
        <div style={{ display: 'flex', justifyContent: 'space-between', gap: 12 }}>
          <h2 style={{ margin: 0, fontSize: '0.875rem' }}>{sentenceCase(check.name)}</h2>
          <Status value={check.ok ? 'holds' : 'broken'} tone={check.ok ? 'good' : 'bad'} />
        </div>
        <p className="dim" style={{ margin: '4px 0 12px' }}>
          {check.claim}
        </p>
        <Facts
          of={Object.entries(check.figures).map(([name, value]) => [sentenceCase(name), value])}
        />
        {check.problems.length > 0 && (
          <PlainTable
            label="What breaks it"
            head={['Row', 'Detail']}
            rows={check.problems.map(({ row, detail }) => ({ key: row, cells: [row, detail] }))}
          />
        )}
      </section>
    </Card>
  );
}
