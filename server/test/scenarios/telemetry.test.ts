import { once } from 'node:events';
import { type IncomingMessage, request as begin } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { testApp, type TestApp } from '../support/app.ts';
import { type Collector, type ReceivedSpan, startCollector } from '../support/collector.ts';
import { adminClient } from '../support/database.ts';
import { startServer } from '../support/server-process.ts';
import { readSources } from '../support/sources.ts';
import { readSettings } from '../../src/cli/settings.ts';
import { currentPosition } from '../../src/db/act.ts';
import { until } from '../../src/db/embedded/wait.ts';
import { createApp } from '../../src/http/app.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import type { Tracing } from '../../src/lib/tracing.ts';
import { foldUsage } from '../../src/usage/fold-actions.ts';
import { startTracing } from '../../src/telemetry/tracing-actions.ts';

const LONG_MS = 30_000;
const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-01`;

let api: TestApp;
let key: string;
let collector: Collector;
let tracing: Tracing;
let app: FastifyInstance;
let logged: string;

const tracedDeployment = () => ({ ...api.deployment, database: { ...api.database, tracing } });

beforeAll(async () => {
  api = await testApp();
  key = await api.key('admin');
});
afterAll(() => api.close());
beforeEach(async () => {
  logged = '';
  const log = pino({ level: 'warn' }, { write: (line: string) => void (logged += line) });
  collector = await startCollector();
  tracing = await startTracing(collector.url, log);
  app = await createApp(tracedDeployment());
});
afterEach(async () => {
  await app.close();
  await tracing.stop();
  await collector.close();
});

function ask(method: 'GET' | 'POST', url: string, body?: unknown, headers = {}) {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  return app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { payload }),
  });
}

/** All spans, once they have been sent. */
async function received(): Promise<ReceivedSpan[]> {
  await tracing.stop();
  return collector.spans;
}

function only(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const found = spans.filter((span) => span.name === name);
  expect(found, `${name} among ${spans.map((span) => span.name).join(', ')}`).toHaveLength(1);
  return found[0] as ReceivedSpan;
}

let events = 0;
const event = (fields = {}) => ({
  id: `traced ${(events += 1)}`,
  measures: { tokens: 1 },
  ...fields,
});

it('continues the trace of whoever sends usage, down to the transaction that records it', async () => {
  const answer = await ask(
    'POST',
    '/v1/events',
    [event(), event(), event({ measures: { tokens: 'x' } })],
    {
      traceparent,
    },
  );
  expect(answer.json()).toMatchObject({ accepted: 2 });
  const spans = await received();
  const request = only(spans, 'POST /v1/events');
  expect(request).toMatchObject({ traceId: CALLER.traceId, parentSpanId: CALLER.spanId, kind: 2 });
  expect(request.facts).toEqual({
    'http.request.method': 'POST',
    'http.route': '/v1/events',
    'http.response.status_code': 200,
    'customary.operation': 'events.ingest',
    'customary.request_id': answer.headers['x-request-id'],
  });
  const chain = ['POST /v1/events', 'ingest', 'ingest group', 'record events.ingest'];
  const line = chain.map((name) => only(spans, name));
  expect(line.slice(1).map((span) => span.parentSpanId)).toEqual(
    line.slice(0, -1).map((span) => span.spanId),
  );
  expect(spans.every((span) => span.traceId === CALLER.traceId && span.status === 0)).toBe(true);
  expect(line[1]?.facts).toMatchObject({ 'customary.accepted': 2, 'customary.rejected': 1 });
  expect(line[2]?.facts).toEqual({ 'customary.requests': 1, 'customary.events': 2 });
  expect([...collector.services]).toEqual(['customary']);
});

it('keeps to the trace though the body comes after everything else', async () => {
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const body = JSON.stringify(event());
  const authorization = `Bearer ${key}`;
  const sending = begin(`${url}/v1/events`, {
    method: 'POST',
    headers: {
      authorization,
      traceparent,
      'content-type': 'application/json',
      'content-length': body.length,
    },
  });
  const answered = once(sending, 'response');
  sending.write(body.slice(0, 5));
  const isRead = async () => {
    const { body: metrics } = await ask('GET', '/metrics');
    return metrics.includes(`customary_ingest_waiting{what="bytes"} ${body.length}`) || undefined;
  };
  expect(await until(LONG_MS, isRead)).toBe(true);
  sending.end(body.slice(5));
  const [answer] = (await answered) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  expect(answer.statusCode).toBe(200);
  const spans = await received();
  expect(spans.map(({ traceId }) => traceId)).toEqual(Array(4).fill(CALLER.traceId));
});

it('begins a trace where none, or nonsense, is named', async () => {
  for (const headers of [{}, { traceparent: `${traceparent}-more` }, { traceparent: 'x' }])
    await ask('GET', '/v1/organizations', undefined, headers);
  const spans = await received();
  expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual([null, null, null]);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3);
  expect(spans.some(({ traceId }) => traceId === CALLER.traceId)).toBe(false);
});

it('names each request that is recorded together with others', async () => {
  const holder = await adminClient(api.database.url);
  try {
    await holder.query('set search_path = customary, public');
    await holder.query('begin');
    await holder.query('select pg_advisory_xact_lock(ownership_lock_key())');
    const asked = Array.from({ length: 5 }, () => ask('POST', '/v1/events', event()));
    const isWaiting = async () => {
      const { body } = await ask('GET', '/metrics');
      return body.includes('customary_ingest_waiting{what="requests"} 5') ? true : undefined;
    };
    expect(await until(LONG_MS, isWaiting)).toBe(true);
    await holder.query('rollback');
    for (const answer of await Promise.all(asked)) expect(answer.statusCode).toBe(200);
  } finally {
    await holder.end();
  }
  const spans = await received();
  const requests = spans.filter(({ name }) => name === 'ingest');
  expect(new Set(requests.map(({ traceId }) => traceId)).size).toBe(5);
  const groups = spans.filter(({ name }) => name === 'ingest group');
  const together = groups.find(({ facts }) => facts['customary.requests'] === 3);
  expect(together?.facts['customary.events']).toBe(3);
  const named = groups.flatMap(({ parentSpanId, links }) => [parentSpanId ?? '', ...links]);
  expect(named.toSorted()).toEqual(requests.map(({ spanId }) => spanId).toSorted());
});

it('says why something was refused or failed, in a word', async () => {
  await ask('POST', '/v1/organizations', { name: '' });
  await ask('POST', '/v1/organizations', { name: 'A', externalId: 'same' });
  await ask('POST', '/v1/organizations', { name: 'B', externalId: 'same' });
  await ask('GET', '/v1/nowhere');
  const spans = await received();
  const reasons = (name: string) =>
    spans.filter((span) => span.name === name).map(({ facts }) => facts['error.type']);
  expect(reasons('POST /v1/organizations')).toEqual([
    'invalid_request',
    undefined,
    'already_exists',
  ]);
  expect(reasons('record organizations.create')).toEqual([undefined, 'already_exists']);
  expect(only(spans, 'GET').facts['http.response.status_code']).toBe(404);
  expect(spans.every(({ status }) => status === 0)).toBe(true);
});

it('says nothing that somebody sent', async () => {
  const secret = 'sk-live-Zq7Wm2Xv9Lp4Rt8Ny3';
  await ask('POST', '/v1/events', event({ credential: secret, attributes: { note: secret } }));
  await ask('POST', '/v1/events', `{"${secret}": `);
  await ask('POST', '/v1/events', event({ [secret]: 1 }));
  await ask('POST', '/v1/credentials/lookup', { credentialId: secret });
  await ask('GET', `/v1/organizations?${secret}=1`);
  await ask('GET', `/v1/organizations/${secret}`);
  await ask('GET', `/${secret}`);
  await ask('GET', '/v1/organizations', undefined, { tracestate: `a=${secret}`, traceparent });
  await ask('GET', '/v1/organizations', undefined, { authorization: `Bearer ${secret}` });
  expect((await received()).length).toBeGreaterThan(9);
  expect(collector.text).not.toContain(secret.slice(8, 16));
  expect(collector.text).not.toContain(key);
});

it('shows passes of the fold, and jobs, but none that have nothing to do', async () => {
  const { database } = tracedDeployment();
  for (const isNew of [true, true, false]) {
    if (isNew) await ask('POST', '/v1/events', event());
    await currentPosition(database);
    await foldUsage(database);
  }
  const { id } = (await ask('POST', '/v1/billing-runs', { period: '2026-09' })).json();
  const worker = await startWorker(tracedDeployment());
  const admin = await adminClient(api.database.url);
  const isDone = async () => {
    const { rows } = await admin.query('select from graphile_worker._private_jobs');
    return rows.length === 0 ? true : undefined;
  };
  expect(await until(LONG_MS, isDone)).toBe(true);
  await Promise.all([worker.stop(), admin.end()]);
  const spans = await received();
  const folds = spans.filter(({ name }) => name === 'fold').map(({ facts }) => facts);
  expect(folds).toHaveLength(2);
  expect(folds[0]?.['customary.position']).toBe(folds[1]?.['customary.position_after']);
  const job = only(spans, 'job billing.run');
  expect(job.facts).toEqual({ 'customary.subject': id, 'customary.attempt': 1 });
  expect(job.parentSpanId).toBeNull();
});

it('keeps nobody waiting for a collector that takes nothing, and says so once', async () => {
  collector.answer(400);
  for (let i = 0; i < 3; i += 1)
    expect((await ask('GET', '/v1/organizations')).statusCode).toBe(200);
  expect(await received()).toEqual([]);
  expect(logged.match(/the collector takes no traces/g)).toHaveLength(1);
});

it('sends what has not been sent when the server stops in good order', async () => {
  const server = await startServer(api.database.url, key, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_SERVICE_NAME: 'billing',
    OTEL_BSP_SCHEDULE_DELAY: '600000',
  });
  expect((await server.call('POST', '/v1/events', event())).status).toBe(200);
  expect(collector.spans).toEqual([]);
  expect(await server.stop()).toBe(0);
  const request = only(collector.spans, 'POST /v1/events');
  expect(collector.spans.filter(({ traceId }) => traceId === request.traceId)).toHaveLength(4);
  expect([...collector.services]).toEqual(['billing']);
});

it('is off unless it is asked for, and then nothing of it is loaded', async () => {
  expect(readSettings({}, '/srv').collectorUrl).toBeUndefined();
  expect(() => readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' }, '/srv')).toThrow(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  );
  await api.ok('POST', '/v1/events', event());
  expect(await received()).toEqual([]);
  const loading = /^import (?!type\b)[^;]*'@opentelemetry\//m;
  const sources = readSources(['server/src']).filter(({ path }) => !path.endsWith('.test.ts'));
  expect(sources.filter(({ text }) => loading.test(text)).map(({ path }) => path)).toEqual([]);
});
