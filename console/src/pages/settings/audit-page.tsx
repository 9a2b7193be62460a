import type { AuditEntry } from '@customary/sdk';
import { Modal } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { fileName } from '../../lib/download.ts';
import { paths, pathOfId } from '../../lib/paths.ts';
import { today } from '../../lib/times.ts';
import { Action } from '../../ui/action.tsx';
import { DownloadButton } from '../../ui/download-button.tsx';
import { DateFilter, FilterBar, TextFilter } from '../../ui/filters.tsx';
import { History } from '../../ui/history.tsx';
import { Link } from '../../ui/link.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Nothing } from '../../ui/nothing.tsx';
import { Facts, Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { OrDash, shortId, Time, TwoLines } from '../../ui/values.tsx';
import { auditQuery, auditTerms } from './queries.ts';
import { auditLogRoute } from './routes.ts';
import { settingsCrumbs, settingsTabs } from './tabs.ts';

const columnsFor = (onOpen: (entry: AuditEntry) => void): readonly Column<AuditEntry>[] => [
  {
    header: 'When',
    width: '190px',
    narrow: 'line',
    cell: ({ at }) => <Time value={at} as="second" />,
  },
  {
    header: 'What',
    width: 'minmax(150px, 1.2fr)',
    narrow: 'title',
    cell: ({ action, reason }) => <TwoLines first={action} second={reason ?? 'no reason given'} />,
  },
  {
    header: 'Who',
    width: 'minmax(130px, 1fr)',
    narrow: 'line',
    cell: ({ actor, actorName, ip }) => (
      <TwoLines first={actorName ?? actor} second={ip ?? 'from here'} />
    ),
  },
  {
    header: 'Of what',
    width: 'minmax(130px, 1fr)',
    narrow: 'line',
    cell: ({ resourceId }) => <Resource id={resourceId} />,
  },
  {
    header: 'Change',
    width: '90px',
    narrow: 'aside',
    cell: (entry) => (
      <Action
        variant="default"
        aria-label={`Show the change ${entry.action}`}
        onClick={() => onOpen(entry)}
      >
        Show
      </Action>
    ),
  },
];

function Resource({ id }: { readonly id: string }): ReactNode {
  const path = pathOfId(id);
  return path === null ? shortId(id) : <Link path={path}>{shortId(id)}</Link>;
}

/** Every change: who, from where, when, why, before and after. */
export function AuditLogPage(): ReactNode {
  const search = auditLogRoute.useSearch();
  const filters = { search, path: paths.settingsAuditLog };
  const [open, setOpen] = useState<AuditEntry | null>(null);
  const [columns] = useState(() => columnsFor(setOpen));
  const base = fileName('audit-log', today());
  return (
    <Page
      title="Audit log"
      crumbs={settingsCrumbs}
      tabs={settingsTabs}
      about="Every change of every thing, append-only."
      actions={
        <>
          <DownloadButton
            label="CSV"
            fileName={`${base}.csv`}
            permission="auditLog.read"
            read={() => api().auditLog.csv(auditTerms(search))}
          />
          <DownloadButton
            label="NDJSON"
            fileName={`${base}.ndjson`}
            permission="auditLog.read"
            read={() => api().auditLog.ndjson(auditTerms(search))}
          />
        </>
      }
    >
      <FilterBar>
        <TextFilter of={filters} name="search" label="Search" />
        <TextFilter of={filters} name="action" label="Action" width={150} />
        <TextFilter of={filters} name="actor" label="Who, by id" width={150} />
        <TextFilter of={filters} name="resourceId" label="Of what, by id" width={150} />
        <DateFilter of={filters} name="from" label="From" />
        <DateFilter of={filters} name="to" label="to" />
      </FilterBar>
      <QueryTable
        label="Audit log"
        query={auditQuery(search)}
        columns={columns}
        lines={2}
        rowId={({ id }) => id}
        cursor={search.cursor}
        pagePath={(cursor) => paths.settingsAuditLog({ ...search, cursor })}
        empty={
          <Nothing search={search} of="entry" all={paths.settingsAuditLog()}>
            <Empty title="Nothing was changed yet" curl={{ path: '/v1/audit-log' }} />
          </Nothing>
        }
      />
      {open !== null && (
        <Modal
          opened
          size="lg"
          title={open.action}
          onClose={() => setOpen(null)}
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          <History entries={[open]} />
          <Facts
            of={[
              ['Address', <OrDash key="ip">{open.ip}</OrDash>],
              ['Browser', <OrDash key="agent">{open.userAgent}</OrDash>],
              ['Request', <OrDash key="request">{open.requestId}</OrDash>],
            ]}
          />
        </Modal>
      )}
    </Page>
  );
}
