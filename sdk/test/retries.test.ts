import { describe, expect, it } from 'vitest';
import { CustomaryConnectionError, CustomaryProblem } from '../src/problem.ts';
import { retryAfterMs, retryDelayMs, retryLimits } from '../src/retry.ts';
import { fakeClock } from './support/fake-clock.ts';
import { sampleClient } from './support/sample-client.ts';
import {
  type Handler,
  hangUp,
  inTurn,
  json,
  problem,
  silence,
  startServer,
} from './support/server.ts';

const timeoutMs = 100_000;
const acme = { id: 'org_1', name: 'Acme' };

async function setup(handler: Handler, options: { retriesMax?: number } = {}) {
  const clock = fakeClock({ instantUnderMs: timeoutMs });
  const server = await startServer(handler);
  const client = sampleClient({ baseUrl: server.baseUrl, clock, timeoutMs, ...options });
  return { ...server, clock, client };
}

describe('what is tried again', () => {
  it.each([408, 429, 500, 502, 503, 504])('status %i', async (status) => {
    const { client, requests } = await setup(inTurn(problem(status, 'unavailable'), json(acme)));
    expect(await client.organizations.get('org_1')).toEqual(acme);
    expect(requests).toHaveLength(2);
  });

  it('a conflict only while the first request is still running', async () => {
    const running = problem(409, 'idempotency_in_progress');
    const first = await setup(inTurn(running, json(acme, 201)));
    expect(await first.client.organizations.create({ name: 'Acme' })).toEqual(acme);
    const other = await setup(inTurn(problem(409, 'already_exists'), json(acme)));
    await expect(other.client.organizations.create({ name: 'Acme' })).rejects.toThrow(
      'already_exists',
    );
    expect(other.requests).toHaveLength(1);
  });

  it('a connection that breaks before or within the answer', async () => {
    const half: Handler = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"id"');
      response.destroy();
    };
    const { client, requests } = await setup(inTurn(hangUp, half, json(acme)));
    expect(await client.organizations.get('org_1')).toEqual(acme);
    expect(requests).toHaveLength(3);
  });

  it.each([400, 401, 403, 404, 412, 422])('not status %i', async (status) => {
    const { client, requests } = await setup(problem(status, 'no'));
    await expect(client.organizations.get('org_1')).rejects.toBeInstanceOf(CustomaryProblem);
    expect(requests).toHaveLength(1);
  });
});

describe('how often and how long', () => {
  it('ends after retriesMax with the last problem, saying how often it tried', async () => {
    const { client, requests, clock } = await setup(problem(503, 'unavailable'), { retriesMax: 3 });
    const error = await client.organizations.get('org_1').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'unavailable', status: 503, attempts: 4 });
    expect(requests).toHaveLength(4);
    expect(clock.slept).toEqual([125, 250, 500]); // half of 250, 500, 1000
  });

  it('takes retriesMax for one call', async () => {
    const { client, requests } = await setup(problem(503, 'unavailable'));
    await expect(client.organizations.get('org_1', { retriesMax: 0 })).rejects.toThrow(
      'unavailable',
    );
    expect(requests).toHaveLength(1);
  });

  it('waits as long as the server asks', async () => {
    const busy = problem(429, 'busy', {}, { 'retry-after': '7' });
    const { client, clock } = await setup(inTurn(busy, json(acme)));
    clock.setRandom(0);
    await client.organizations.get('org_1');
    expect(clock.slept).toEqual([7000]);
  });

  it('gives up at once when the server asks for more patience than is sensible', async () => {
    const { client, requests } = await setup(
      problem(503, 'unavailable', {}, { 'retry-after': '3600' }),
    );
    await expect(client.organizations.get('org_1')).rejects.toThrow('unavailable');
    expect(requests).toHaveLength(1);
  });

  it('reads Retry-After as seconds or a date, and nothing else', () => {
    const now = Date.parse('2026-10-01T00:00:00Z');
    expect(retryAfterMs('2', now)).toBe(2000);
    expect(retryAfterMs('Thu, 01 Oct 2026 00:00:05 GMT', now)).toBe(5000);
    expect(retryAfterMs('Wed, 30 Sep 2026 00:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeNull();
    expect(retryAfterMs(null, now)).toBeNull();
  });

  it('doubles the ceiling up to a bound, and spreads below it', () => {
    expect([1, 2, 3, 20].map((attempts) => retryDelayMs(attempts, null, 1))).toEqual([
      250,
      500,
      1000,
      retryLimits.delayMsMax,
    ]);
    expect(retryDelayMs(20, null, 0)).toBe(0);
  });
});

describe('idempotency keys', () => {
  it('one of its own for each call, the same on every retry', async () => {
    const { client, requests } = await setup(
      inTurn(hangUp, problem(500, 'internal'), json(acme, 201), json(acme, 201)),
    );
    await client.organizations.create({ name: 'Acme' });
    await client.organizations.create({ name: 'Acme' });
    const keys = requests.map((request) => request.headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys.slice(0, 3)).toEqual([keys[0], keys[0], keys[0]]);
    expect(keys[3]).not.toBe(keys[0]);
    expect(new Set(requests.map((request) => request.body))).toEqual(new Set(['{"name":"Acme"}']));
  });

  it('the one that is given', async () => {
    const { client, requests } = await setup(json(acme));
    await client.invoices.finalize('inv_1', { idempotencyKey: 'finalize-inv_1' });
    expect(requests[0]?.headers['idempotency-key']).toBe('finalize-inv_1');
    expect(requests[0]?.headers['content-type']).toBeUndefined();
  });

  it('none where the operation takes none', async () => {
    const { client, requests } = await setup(json(acme));
    await client.credentials.lookup({ credentialId: 'sk-1' });
    await client.organizations.update('org_1', { name: 'B' }, { ifMatch: 3 });
    expect(requests.map((request) => request.headers['idempotency-key'])).toEqual([
      undefined,
      undefined,
    ]);
    expect(requests[1]?.headers['if-match']).toBe('3');
  });
});

describe('time-outs and giving up', () => {
  it('ends an attempt that takes too long and tries again', async () => {
    const { client, clock, requests, received } = await setup(inTurn(silence, json(acme)));
    const call = client.organizations.get('org_1');
    await received(1);
    clock.pass(timeoutMs);
    expect(await call).toEqual(acme);
    expect(requests).toHaveLength(2);
  });

  it('says that it timed out when no attempt was answered', async () => {
    const { client, clock, received } = await setup(silence, { retriesMax: 0 });
    const call = client.organizations.get('org_1').catch((caught: unknown) => caught);
    await received(1);
    clock.pass(timeoutMs);
    const error = await call;
    expect(error).toBeInstanceOf(CustomaryConnectionError);
    expect(error).toMatchObject({ reason: 'timeout', attempts: 1, operation: 'organizations.get' });
    expect(clock.sleepers()).toEqual([]);
  });

  it('says why a server cannot be reached', async () => {
    const client = sampleClient({ clock: fakeClock({ instantUnderMs: 20_000 }), retriesMax: 2 });
    const error = await client.organizations.get('org_1').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ reason: 'network', attempts: 3 });
    expect(String(error)).toMatch(/organizations\.get: no answer after 3 attempts: .+/);
  });

  it('stops at once, with the reason of the signal, during an attempt', async () => {
    const { client, clock, requests, received } = await setup(silence, { retriesMax: 0 });
    const aborter = new AbortController();
    const call = client.organizations.get('org_1', { signal: aborter.signal });
    await received(1);
    aborter.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    expect(requests).toHaveLength(1);
    expect(clock.sleepers()).toEqual([]);
  });

  it('stops at once while it waits for the next attempt', async () => {
    const server = await startServer(problem(503, 'unavailable', {}, { 'retry-after': '9' }));
    const clock = fakeClock();
    clock.setRandom(0);
    const client = sampleClient({ baseUrl: server.baseUrl, clock });
    const aborter = new AbortController();
    const call = client.organizations.get('org_1', { signal: aborter.signal });
    const outcome = call.catch((caught: unknown) => caught);
    await clock.sleeping(9000);
    aborter.abort(new Error('enough'));
    expect(await outcome).toMatchObject({ message: 'enough' });
    expect(server.requests).toHaveLength(1);
  });

  it('sends nothing when it was given up before it began', async () => {
    const { client, requests } = await setup(json(acme));
    const signal = AbortSignal.abort(new Error('never'));
    await expect(client.organizations.get('org_1', { signal })).rejects.toThrow('never');
    expect(requests).toHaveLength(0);
  });
});
