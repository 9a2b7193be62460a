import type { Reject, RejectReplay } from '@customary/sdk';
import { useState, type ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { rangeOfDays } from '../../lib/times.ts';
import { Action } from '../../ui/action.tsx';
import { ChoiceFilter, DateFilter, FilterBar, TextFilter } from '../../ui/filters.tsx';
import { IconRefresh } from '../../ui/icons.ts';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { Actor, OrDash, sentenceCase, Status, Time, TwoLines } from '../../ui/values.tsx';
import { rejectsQuery, type RejectsSearch } from './queries.ts';
import { RejectDrawer } from './reject-drawer.tsx';
import { Replay } from './replay.tsx';
import { rejectsRoute } from './routes.ts';
import { eventCrumbs, eventTabs } from './tabs.ts';

const columns: readonly Column<Reject>[] = [
  {
    header: 'Refused',
    width: '180px',
    narrow: 'line',
    cell: ({ recordedAt }) => <Time value={recordedAt} />,
  },
  {
    header: 'Why',
    width: 'minmax(200px, 2fr)',
    narrow: 'title',
    cell: ({ code, detail }) => <TwoLines first={sentenceCase(code)} second={detail} />,
  },
  {
    header: 'Event',
    width: 'minmax(120px, 0.8fr)',
    narrow: 'line',
    cell: ({ body }) => (
      <TwoLines
        first={<OrDash>{textIn(body, 'id')}</OrDash>}
        second={<OrDash>{textIn(body, 'credential') ?? textIn(body, 'organization')}</OrDash>}
      />
    ),
  },
  {
    header: 'Sent by',
    width: 'minmax(110px, 0.8fr)',
    narrow: 'hidden',
    cell: ({ actor }) => <Actor value={actor} />,
  },
  {
    header: 'Sent again',
    width: '120px',
    narrow: 'aside',
    cell: ({ replay }) => <ReplayStatus replay={replay} />,
  },
];

/** A field of what was sent, which may be anything at all. */
function textIn(body: unknown, field: string): string | null {
  if (typeof body !== 'object' || body === null) return null;
  const value = (body as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : null;
}

export function ReplayStatus({ replay }: Pick<Reject, 'replay'>): ReactNode {
  if (replay === null) return <Status value="not yet" tone="warn" />;
  return <Status value={replay.outcome} tone={replay.outcome === 'rejected' ? 'warn' : 'good'} />;
}

const replayed = [
  ['false', 'Still refused'],
  ['true', 'Got through later'],
] as const;

/** The filter of a replay: what was sent again with success is never sent again. */
function filterOf({ code, from, to }: RejectsSearch): RejectReplay['filter'] {
  return { code, ...rangeOfDays({ from, to }) };
}

export function RejectsPage(): ReactNode {
  const search = rejectsRoute.useSearch();
  const { look, ...list } = search;
  const [replaying, setReplaying] = useState<RejectReplay | null>(null);
  const filters = { search: list, path: paths.rejects };
  const isNarrowed = list.code !== undefined || list.from !== undefined || list.to !== undefined;
  return (
    <Page
      title="Refused events"
      crumbs={eventCrumbs}
      tabs={eventTabs}
      about="What could not be recorded, and why. It is kept as it was sent: mend the cause, then send it again."
      actions={
        <Action
          permission="rejects.replay"
          leftSection={<IconRefresh size={15} />}
          onClick={() => setReplaying({ filter: filterOf(list) })}
        >
          {isNarrowed ? 'Send these again' : 'Send all again'}
        </Action>
      }
    >
      <FilterBar>
        <ChoiceFilter of={filters} name="replayed" label="State" choices={replayed} />
        <TextFilter of={filters} name="code" label="Code, such as unknown_credential" width={250} />
        <DateFilter of={filters} name="from" label="From" />
        <DateFilter of={filters} name="to" label="To" />
      </FilterBar>
      <QueryTable
        label="Refused events"
        query={rejectsQuery(search)}
        columns={columns}
        lines={2}
        rowId={({ id }) => id}
        rowPath={({ id }) => paths.rejects({ ...list, look: id })}
        cursor={list.cursor}
        pagePath={(cursor) => paths.rejects({ ...list, cursor })}
        empty={
          <Nothing search={list} of="refused event" all={paths.rejects()}>
            <Empty
              title="Nothing was refused"
              curl={{ method: 'POST', path: '/v1/rejects/replay', body: { filter: {} } }}
            >
              An event that is malformed, from the future or, in strict mode, of an unknown
              identifier would be kept here, so that it can be sent again.
            </Empty>
          </Nothing>
        }
      />
      {look !== undefined && (
        <RejectDrawer id={look} search={list} onReplay={() => setReplaying({ ids: [look] })} />
      )}
      {replaying !== null && <Replay what={replaying} onClose={() => setReplaying(null)} />}
    </Page>
  );
}
