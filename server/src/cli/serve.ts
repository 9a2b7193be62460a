import { setFlagsFromString } from 'node:v8';
import type { FastifyInstance } from 'fastify';
import { createApiKey } from '../access/actions.ts';
import { createOwnerLink } from '../access/link-actions.ts';
import { countApiKeys } from '../access/queries.ts';
import { act, lockOwnership } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { createApp } from '../http/app.ts';
import { followJournal } from '../jobs/journal-follower.ts';
import { followUnclassified } from '../jobs/unclassified-follower.ts';
import { followChecks } from '../jobs/checks-follower.ts';
import { followSchedules } from '../jobs/schedules.ts';
import { followUsage } from '../jobs/usage-follower.ts';
import { startWorker } from '../jobs/worker.ts';
import { startTracing } from '../telemetry/tracing-actions.ts';
import { openDeployment, type Opened } from './open.ts';
import { OperatorError, type Settings } from './settings.ts';

export type Serving = {
  url: string;
  opened: Opened;
  app: FastifyInstance;
  adminKey: string | null;
  /** The one-time link that makes the first owner; null where there is one. */
  ownerUrl: string | null;
  stop(): Promise<void>;
};

const CLOSE_SWEEP_MS = 50;

/** Starts everything and listens. Answers once requests are served. */
export async function startServing(
  settings: Settings,
  say: (line: string) => void,
  options: { durable?: boolean } = {},
): Promise<Serving> {
  const opened = await openDeployment({ settings, say, ...options });
  try {
    const stopping = new AbortController();
    const { mail, sso, url: publicUrl, trustedProxies, collectorUrl } = settings;
    const { log } = opened.deployment;
    const tracing = collectorUrl === undefined ? undefined : await startTracing(collectorUrl, log);
    const deployment = {
      ...opened.deployment,
      database: { ...opened.deployment.database, tracing },
      mail,
      sso,
      trustedProxies,
      url: publicUrl,
      stopping: stopping.signal,
    };
    const adminKey = await firstAdminKey(deployment, settings.bootstrapKey);
    const app = await createApp(deployment);
    const url = await listen(app, settings);
    const ownerLink = await createOwnerLink(deployment, {
      evenIfOwned: false,
      origin: publicUrl ?? url,
    });
    const follower = followJournal(deployment);
    const unclassified = followUnclassified(deployment);
    const schedules = followSchedules(deployment);
    const usage = followUsage(deployment);
    const checks = followChecks(deployment);
    const worker = await startWorker(deployment);
    const stop = async () => {
      stopping.abort();
      await closeListener(app);
      await schedules.stop();
      await usage.stop();
      await checks.stop();
      await worker.stop();
      await unclassified.stop();
      await follower.stop();
      await tracing?.stop();
      await opened.close();
    };
    return { url, opened, app, adminKey, ownerUrl: ownerLink?.url ?? null, stop };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/**
 * Answers what is under way, then closes. A connection whose last answer went out after closing began would be kept
 * alive by its client for more than a minute, so those that have become idle are closed as well.
 */
async function closeListener(app: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), CLOSE_SWEEP_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
  }
}

async function listen(app: FastifyInstance, { host, port }: Settings): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new OperatorError(
        `Port ${port} on ${host} is taken by another program. Set PORT to a free one, for example: PORT=${port + 1} npm start`,
      );
    if (code === 'EACCES')
      throw new OperatorError(
        `This user may not listen on port ${port}. Set PORT to one above 1023.`,
      );
    if (code === 'EADDRNOTAVAIL')
      throw new OperatorError(`This machine has no address ${host}. Set HOST to one that it has.`);
    throw error;
  }
}

/** An empty deployment gets its first admin key; the secret is answered this one time. */
async function firstAdminKey(
  deployment: Deployment,
  bootstrapKey: string | undefined,
): Promise<string | null> {
  return act(
    deployment.database,
    deployment.clock,
    { kind: 'apiKeys.create', actor: 'system' },
    async (action) => {
      await lockOwnership(action.tx); // two processes may start on an empty database at once
      if ((await countApiKeys(action.tx)) > 0) return null;
      const { secret } = await createApiKey(action, {
        name: 'First admin key',
        permissions: ['admin'],
        ...(bootstrapKey && { secret: bootstrapKey }),
      });
      return bootstrapKey === undefined ? secret : null;
    },
  );
}

/** Collected once there is as much again as is in use; otherwise V8 lets it become four times as much (ADR 0273). */
const HEAP_GROWING_PERCENT = 100;

/** `customary serve`: runs until it is told to stop. */
export async function serve(settings: Settings): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  const say = (line: string) => process.stdout.write(`  ${line}\n`);
  process.stdout.write('Customary is starting …\n');
  const serving = await startServing(settings, say);
  process.stdout.write(welcome(serving));
  await untilSignalled();
  process.stdout.write('\nCustomary is stopping …\n');
  await serving.stop();
}

export function welcome({
  url,
  adminKey,
  ownerUrl = null,
}: {
  url: string;
  adminKey: string | null;
  ownerUrl?: string | null;
}): string {
  const lines = [
    '',
    `Customary is ready at ${url}`,
    '',
    `  API documentation   ${url}/docs`,
    `  OpenAPI document    ${url}/openapi.json`,
  ];
  if (ownerUrl !== null)
    lines.push(
      '',
      '  Nobody can sign in yet. This link makes the first owner; it works once, for a day:',
      '',
      `      ${ownerUrl}`,
      '',
      '  ("customary owner-link" prints it again.)',
    );
  if (adminKey === null)
    lines.push(
      '',
      '  For the API, use a key you have (at first start: CUSTOMARY_BOOTSTRAP_KEY); "customary keys create" makes another.',
    );
  else {
    lines.push(
      '',
      '  Your admin API key, shown this once:',
      '',
      `      ${adminKey}`,
      '',
      '  Try it:',
      '',
      `      curl -H "Authorization: Bearer ${adminKey}" ${url}/v1/organizations`,
    );
  }
  return `${lines.join('\n')}\n\nPress Ctrl+C to stop.\n`;
}

export function untilSignalled(): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      process.off('SIGINT', done);
      process.off('SIGTERM', done);
      resolve();
    };
    process.on('SIGINT', done);
    process.on('SIGTERM', done);
  });
}
