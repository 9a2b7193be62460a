import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { expect } from 'vitest';
import { createApiKey } from '../../src/access/actions.ts';
import type { Grant } from '../../src/access/permissions.ts';
import { act, type Action } from '../../src/db/act.ts';
import { connect, type Database } from '../../src/db/connect.ts';
import type { Deployment } from '../../src/db/deployment.ts';
import { createApp } from '../../src/http/app.ts';
import { parseInstant, plusMs, type Instant } from '../../src/lib/instant.ts';
import { createSecrets } from '../../src/lib/secrets.ts';
import { testDatabase } from './database.ts';

/** A JSON answer, loosely typed: a test reads what it expects. */
export type Json = ReturnType<typeof JSON.parse>;

export type Called = { status: number; body: Json; headers: Record<string, unknown>; text: string };

export type CallOptions = { key?: string; idempotencyKey?: string; ifMatch?: number };

export type TestApp = {
  app: FastifyInstance;
  database: Database;
  deployment: Deployment;
  /** Sets the clock, or moves it on by milliseconds. It starts at noon on 1 October 2026, UTC. */
  setClock(to: string | number): Instant;
  now(): Instant;
  /** A new API key with these grants. */
  key(...grants: Grant[]): Promise<string>;
  /** Calls the API, as admin unless another key is given. */
  call(method: string, url: string, body?: unknown, options?: CallOptions): Promise<Called>;
  /** The same, insisting on success; answers the body. */
  ok(method: string, url: string, body?: unknown, options?: CallOptions): Promise<Json>;
  /** Runs an action beside the API, as ingest and jobs do. */
  act<T>(work: (action: Action) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** The whole API on a migrated database of its own: make it in `beforeAll`, close it in `afterAll`. */
export async function testApp(): Promise<TestApp> {
  const { url, drop } = await testDatabase();
  const database = connect({ url, role: 'app', connectionsMax: 8, name: 'customary test' });
  let now = instantOf('2026-10-01T12:00:00Z');
  const secrets = createSecrets('test secret key');
  const deployment = {
    database,
    clock: () => now,
    secrets,
    log: pino({ level: 'silent' }),
    passwordCost: { N: 1024, r: 8, p: 1 },
  };
  const app = await createApp(deployment);
  const runAct = <T>(work: (action: Action) => Promise<T>) =>
    act(database, deployment.clock, { kind: 'test', actor: 'system' }, work);
  const key = (...permissions: Grant[]) =>
    runAct(
      async (action) =>
        (await createApiKey(action, { name: permissions.join().slice(0, 200), permissions }))
          .secret,
    );
  const admin = await key('admin');

  const call: TestApp['call'] = async (method, path, body, options = {}) => {
    const answer = await app.inject({
      method: method as 'GET',
      url: path,
      headers: {
        authorization: `Bearer ${options.key ?? admin}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(options.idempotencyKey !== undefined && { 'idempotency-key': options.idempotencyKey }),
        ...(options.ifMatch !== undefined && { 'if-match': `"${options.ifMatch}"` }),
      },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    });
    const { statusCode: status, headers, body: text } = answer;
    return { status, headers, text, body: text === '' ? undefined : JSON.parse(text) };
  };

  return {
    app,
    database,
    deployment,
    now: () => now,
    setClock: (to) => (now = typeof to === 'number' ? plusMs(now, to) : instantOf(to)),
    key,
    call,
    ok: async (method, path, body, options) => {
      const answer = await call(method, path, body, options);
      expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300);
      return answer.body;
    },
    act: runAct,
    close: async () => {
      await app.close();
      await database.close();
      await drop();
    },
  };
}

function instantOf(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new RangeError(`Not an instant: ${text}`);
  return instant;
}
