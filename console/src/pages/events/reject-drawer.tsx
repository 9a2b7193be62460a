import type { Reject } from '@customary/sdk';
import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useClose } from '../../forms/form-drawer.tsx';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { IconRefresh } from '../../ui/icons.ts';
import { Link } from '../../ui/link.tsx';
import { Empty, Warning } from '../../ui/notice.tsx';
import { Facts, Section } from '../../ui/page.tsx';
import { Actor, Id, sentenceCase, Time } from '../../ui/values.tsx';
import { rejectsQuery, type RejectsSearch } from './queries.ts';
import { ReplayStatus } from './rejects-page.tsx';
import classes from './trace.module.css';

/** One refused event over the list that it is in: an address opens it, and back closes it. */
export function RejectDrawer({
  id,
  search,
  onReplay,
}: {
  readonly id: string;
  readonly search: RejectsSearch;
  readonly onReplay: () => void;
}): ReactNode {
  const close = useClose(paths.rejects(search));
  const { data } = useQuery(rejectsQuery(search)(search.cursor));
  const reject = data?.items.find((each) => each.id === id);
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size={520}
      title={reject === undefined ? 'Refused event' : sentenceCase(reject.code)}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {reject !== undefined && <Refused reject={reject} onReplay={onReplay} />}
      {data !== undefined && reject === undefined && (
        <Empty title="It is not on this page of the list">
          Close this, and look with other filters.
        </Empty>
      )}
    </Drawer>
  );
}

function Refused({
  reject,
  onReplay,
}: {
  readonly reject: Reject;
  readonly onReplay: () => void;
}): ReactNode {
  const { replay } = reject;
  const isThrough = replay !== null && replay.outcome !== 'rejected';
  return (
    <>
      <div style={{ marginBottom: 16 }}>
        <Warning title={reject.detail}>
          At <code>{reject.pointer === '' ? '/' : reject.pointer}</code>
        </Warning>
      </div>
      <Facts
        of={[
          ['ID', <Id key="id" value={reject.id} />],
          ['Refused', <Time key="at" value={reject.recordedAt} as="second" />],
          ['Sent by', <Actor key="actor" value={reject.actor} />],
          ['Place in the request', String(reject.index)],
          ['Sent again', <ReplayStatus key="replay" replay={replay} />],
          ...(replay === null ? [] : replayFacts(replay)),
        ]}
      />
      <Section
        title="As it was sent"
        about="text that may be a key is masked"
        actions={
          <Action
            variant="default"
            permission="rejects.replay"
            leftSection={<IconRefresh size={15} />}
            disabledReason={
              isThrough
                ? 'It got through.'
                : reject.body === null
                  ? 'It was too large to keep.'
                  : null
            }
            onClick={onReplay}
          >
            Send again
          </Action>
        }
      >
        <pre className={classes.body} tabIndex={0} aria-label="As it was sent">
          {reject.body === null ? 'Too large to keep.' : JSON.stringify(reject.body, null, 2)}
        </pre>
      </Section>
    </>
  );
}

function replayFacts({
  at,
  eventId,
  detail,
}: NonNullable<Reject['replay']>): (readonly [string, ReactNode])[] {
  return [
    ['The last time', <Time key="at" value={at} as="second" />],
    ...(detail === null ? [] : ([['It said', detail]] as const)),
    ...(eventId === null
      ? []
      : ([
          [
            'Recorded as',
            <Link key="event" path={paths.event(eventId)}>
              Open the event
            </Link>,
          ],
        ] as const)),
  ];
}
