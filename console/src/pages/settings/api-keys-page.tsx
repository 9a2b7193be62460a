import type { ApiKey } from '@customary/sdk';
import { Outlet } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useWrite } from '../../lib/write.ts';
import { Action } from '../../ui/action.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { IconPlus } from '../../ui/icons.ts';
import { Link } from '../../ui/link.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryTable, type Column } from '../../ui/query-table.tsx';
import { toast } from '../../ui/toast.tsx';
import { Status, Time, TwoLines } from '../../ui/values.tsx';
import { apiKeysQuery } from './queries.ts';
import { apiKeysRoute } from './routes.ts';
import { settingsCrumbs, settingsTabs } from './tabs.ts';

const columnsFor = (onRevoke: (key: ApiKey) => void): readonly Column<ApiKey>[] => [
  {
    header: 'Name',
    width: 'minmax(150px, 1.5fr)',
    narrow: 'title',
    cell: ({ name, hint }) => (
      <TwoLines first={name} second={<span className="mono">{hint}</span>} />
    ),
  },
  {
    header: 'Permissions',
    width: 'minmax(140px, 1.5fr)',
    narrow: 'line',
    cell: ({ permissions }) => (
      <span className="ellipsis" title={permissions.join(', ')}>
        {permissions.join(', ')}
      </span>
    ),
  },
  {
    header: 'Made by',
    width: 'minmax(100px, 0.8fr)',
    narrow: 'line',
    cell: ({ id, createdBy, createdAt }) => (
      <TwoLines
        first={
          <Link path={paths.settingsAuditLog({ resourceId: id })}>{createdBy ?? 'not known'}</Link>
        }
        second={<Time value={createdAt} as="day" />}
      />
    ),
  },
  {
    header: 'Last used',
    width: '110px',
    narrow: 'line',
    cell: ({ lastUsedAt }) => <Time value={lastUsedAt} as="relative" />,
  },
  {
    header: 'Expires',
    width: '105px',
    narrow: 'line',
    cell: ({ expiresAt }) => <Time value={expiresAt} as="day" />,
  },
  { header: 'Status', width: '90px', narrow: 'aside', cell: (key) => <KeyStatus apiKey={key} /> },
  {
    header: 'Action',
    width: '180px',
    narrow: 'control',
    cell: (key) => (
      <span style={{ display: 'inline-flex', gap: 6 }}>
        <Action
          variant="default"
          aria-label={`Replace ${key.name}`}
          permission="apiKeys.create"
          path={paths.settingsApiKeyNew({ like: key.id })}
        >
          Replace
        </Action>
        <Action
          variant="default"
          aria-label={`Revoke ${key.name}`}
          permission="apiKeys.revoke"
          disabledReason={key.revokedAt === null ? null : 'It is revoked already.'}
          onClick={() => onRevoke(key)}
        >
          Revoke
        </Action>
      </span>
    ),
  },
];

function KeyStatus({ apiKey: { revokedAt, expiresAt } }: { readonly apiKey: ApiKey }): ReactNode {
  const [nowMs] = useState(() => Date.now());
  if (revokedAt !== null) return <Status value="revoked" />;
  const isOver = expiresAt !== null && Date.parse(expiresAt) <= nowMs;
  return <Status value={isOver ? 'expired' : 'active'} />;
}

export function ApiKeysPage(): ReactNode {
  const { cursor } = apiKeysRoute.useSearch();
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const [columns] = useState(() => columnsFor(setRevoking));
  const add = (
    <Action
      leftSection={<IconPlus size={15} />}
      path={paths.settingsApiKeyNew()}
      permission="apiKeys.create"
    >
      New API key
    </Action>
  );
  return (
    <Page
      title="API keys"
      crumbs={settingsCrumbs}
      tabs={settingsTabs}
      about="What programs identify themselves with here. A key is shown once, and kept as a hash."
      actions={add}
    >
      <QueryTable
        label="API keys"
        query={apiKeysQuery({})}
        columns={columns}
        lines={2}
        rowId={({ id }) => id}
        cursor={cursor}
        pagePath={(next) => paths.settingsApiKeys({ cursor: next })}
        empty={
          <Empty
            title="No API keys yet"
            actions={add}
            curl={{
              method: 'POST',
              path: '/v1/api-keys',
              body: { name: 'Metering', permissions: ['ingest'] },
            }}
          >
            Give each program a key of its own, with no more permissions than it needs.
          </Empty>
        }
      />
      <Outlet />
      {revoking !== null && <Revoke apiKey={revoking} onClose={() => setRevoking(null)} />}
    </Page>
  );
}

function Revoke({
  apiKey,
  onClose,
}: {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
}): ReactNode {
  const revoke = useWrite(
    () => api().apiKeys.revoke(apiKey.id),
    () => {
      toast(`${apiKey.name} was revoked`);
      onClose();
    },
  );
  return (
    <Confirm
      title={`Revoke ${apiKey.name}?`}
      confirmLabel="Revoke"
      isDanger
      isBusy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate(undefined)}
      onClose={onClose}
    >
      Whatever uses it is refused from now on. It cannot be taken back.
    </Confirm>
  );
}
