import { createApiKey, revokeApiKey } from '../access/actions.ts';
import { type Grant, grants } from '../access/permissions.ts';
import { listApiKeys } from '../access/queries.ts';
import { act } from '../db/act.ts';
import { parseInstant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { openDeployment } from './open.ts';
import { OperatorError, type Settings } from './settings.ts';

/** The keys of a deployment, from its own machine: whoever may read the data folder needs no key to make one. */

const ASKED = { kind: 'apiKeys', actor: 'system' };

export async function withDeployment<T>(
  settings: Settings,
  work: (opened: Awaited<ReturnType<typeof openDeployment>>) => Promise<T>,
): Promise<T> {
  const opened = await openDeployment({
    settings,
    say: () => undefined,
    mayJoin: true,
    connectionsMax: 2,
  });
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

export async function keysCreate(
  settings: Settings,
  options: { name: string; permissions: string[]; expires?: string },
): Promise<void> {
  const unknown = options.permissions.filter(
    (permission) => !(grants as readonly string[]).includes(permission),
  );
  if (unknown.length > 0)
    throw new OperatorError(
      `There is no permission ${unknown.join(', ')}. There are the bundles admin, ingest and read, and: ${grants.slice(3).join(', ')}`,
    );
  const expiresAt = options.expires === undefined ? null : parseInstant(options.expires);
  if (options.expires !== undefined && expiresAt === null)
    throw new OperatorError('--expires wants an instant such as 2027-01-01T00:00:00Z');
  await withDeployment(settings, async ({ deployment }) => {
    const { row, secret } = await act(deployment.database, deployment.clock, ASKED, (action) =>
      createApiKey(action, {
        name: options.name,
        permissions: options.permissions as Grant[],
        expiresAt,
      }),
    );
    process.stdout.write(
      `Created ${row.id} (${row.permissions.join(', ')}). The key, shown this once:\n\n    ${secret}\n`,
    );
  });
}

export async function keysList(settings: Settings): Promise<void> {
  await withDeployment(settings, async ({ deployment }) => {
    const now = deployment.clock();
    const rows = await listApiKeys(deployment.database.db, { limit: limits.pageItemsMax });
    for (const row of rows) {
      const state =
        row.revoked_at !== null
          ? 'revoked'
          : row.expires_at !== null && row.expires_at <= now
            ? 'expired'
            : 'active';
      const used =
        row.last_used_at === null ? 'never used' : `used ${row.last_used_at.slice(0, 16)}Z`;
      process.stdout.write(
        `${row.id}  ${row.hint.padEnd(10)}  ${state.padEnd(8)} ${used.padEnd(24)} ${row.permissions.join(', ')}  ${row.name}\n`,
      );
    }
    if (rows.length === 0)
      process.stdout.write('There are no API keys yet. "customary serve" makes the first one.\n');
  });
}

export async function keysRevoke(settings: Settings, id: string): Promise<void> {
  await withDeployment(settings, async ({ deployment }) => {
    const row = await act(deployment.database, deployment.clock, ASKED, (action) =>
      revokeApiKey(action, id),
    );
    process.stdout.write(`Revoked ${row.id} (${row.name}).\n`);
  });
}
