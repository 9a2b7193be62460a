import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type BatcherOptions,
  type BatchFailure,
  type BatchResult,
  type EventBatcher,
  type UsageEvent,
} from '../src/index.ts';
import { createBatcher } from '../src/batcher.ts';
import { createSender } from '../src/request.ts';
import { fakeClock } from './support/fake-clock.ts';
import {
  type Handler,
  hangUp,
  inTurn,
  json,
  problem,
  type Seen,
  startServer,
} from './support/server.ts';

const flushAfterMs = 50_000;
const requestTimeoutMs = 100_000;

type Sent = { id: string; time: string; measures: Record<string, string> };
const sentIn = (seen: Seen | undefined): Sent[] => JSON.parse(seen?.body ?? '[]') as Sent[];
const idsIn = (seen: Seen | undefined): string[] => sentIn(seen).map(({ id }) => id);
const event = (id: string): UsageEvent => ({ id, credential: 'key', measures: { tokens: 1 } });

const acceptAll: Handler = (seen, response) =>
  json({ accepted: sentIn(seen).length, duplicates: 0, conflicts: [], rejected: [] })(
    seen,
    response,
  );

/** Holds requests until the test lets one go. */
function gate() {
  const held: (() => void)[] = [];
  const handler: Handler = (seen, response) =>
    new Promise((resolve) => held.push(() => resolve(acceptAll(seen, response))));
  return { handler, letOneGo: (): void => held.shift()?.() };
}

async function setup(handler: Handler, options: BatcherOptions = {}) {
  const unhandled = vi.fn<(reason: unknown) => void>();
  process.on('unhandledRejection', unhandled);
  const results: BatchResult[] = [];
  const failures: BatchFailure[] = [];
  const clock = fakeClock({ instantUnderMs: 20_000 });
  const server = await startServer(handler);
  const send = createSender({ baseUrl: server.baseUrl, clock, timeoutMs: requestTimeoutMs });
  const listeners = {
    onResult: (result: BatchResult) => void results.push(result),
    onError: (failure: BatchFailure) => void failures.push(failure),
  };
  const batcher = createBatcher(send, { flushAfterMs, ...listeners, ...options }, clock);
  onTestFinished(() => {
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    const { added, accepted, duplicates, conflicts, rejected, failed, pending } = batcher.totals();
    expect(added).toBe(accepted + duplicates + conflicts + rejected + failed + pending);
  });
  return { ...server, batcher, clock, results, failures };
}

async function addAll(batcher: EventBatcher, ids: string[]): Promise<void> {
  for (const id of ids) await batcher.add(event(id));
}

describe('when batches leave', () => {
  it('when one is full', async () => {
    const { batcher, requests, received, results } = await setup(acceptAll, { batchEventsMax: 2 });
    await addAll(batcher, ['1', '2', '3']);
    await received(1);
    expect(idsIn(requests[0])).toEqual(['1', '2']);
    await batcher.close();
    expect(idsIn(requests[1])).toEqual(['3']);
    expect(results.map(({ accepted }) => accepted)).toEqual([2, 1]);
  });

  it('when the first event has waited long enough, and no timer runs while nothing waits', async () => {
    const { batcher, requests, received, clock } = await setup(acceptAll);
    expect(clock.sleepers()).toEqual([]);
    await addAll(batcher, ['1', '2']);
    expect(clock.sleepers()).toEqual([flushAfterMs]);
    clock.pass(flushAfterMs);
    await received(1);
    expect(idsIn(requests[0])).toEqual(['1', '2']);
    await batcher.flush();
    expect(clock.sleepers()).toEqual([]);
  });

  it('when it is large enough', async () => {
    const size = (note: string): UsageEvent => ({ measures: { n: 1 }, attributes: { note } });
    const { batcher, requests } = await setup(acceptAll, { batchBytesMax: 1000 });
    for (let index = 0; index < 5; index += 1) await batcher.add(size('é'.repeat(200)));
    await batcher.flush();
    expect(requests.length).toBeGreaterThan(2);
    for (const { body } of requests) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(1100);
  });

  it('on flush, which ends when everything added before has its answer', async () => {
    const { handler, letOneGo } = gate();
    const { batcher, received, clock } = await setup(handler);
    await batcher.flush();
    await addAll(batcher, ['1']);
    let isFlushed = false;
    const flushed = batcher.flush().then(() => (isFlushed = true));
    await received(1);
    expect(isFlushed).toBe(false);
    expect(clock.sleepers()).toEqual([requestTimeoutMs]);
    letOneGo();
    await flushed;
    expect(batcher.totals()).toMatchObject({ added: 1, accepted: 1, pending: 0 });
  });

  it('at most requestsMax at once, in order', async () => {
    const { handler, letOneGo } = gate();
    const options = { batchEventsMax: 1, requestsMax: 2 };
    const { batcher, requests, received } = await setup(handler, options);
    await addAll(batcher, ['1', '2', '3', '4']);
    await received(2);
    expect(requests).toHaveLength(2);
    letOneGo();
    await received(3);
    expect(requests).toHaveLength(3);
    const flushed = batcher.flush();
    letOneGo();
    letOneGo();
    await received(4);
    letOneGo();
    await flushed;
    expect(requests.flatMap(idsIn).sort()).toEqual(['1', '2', '3', '4']);
  });
});

describe('bounds', () => {
  it('makes add wait while the buffer is full, counting events in flight', async () => {
    const { handler, letOneGo } = gate();
    const options = { batchEventsMax: 2, bufferEventsMax: 4, requestsMax: 1 };
    const { batcher, received } = await setup(handler, options);
    await addAll(batcher, ['1', '2', '3', '4']);
    await received(1);
    let isIn = false;
    const fifth = batcher.add(event('5')).then(() => (isIn = true));
    await new Promise(setImmediate);
    expect(isIn).toBe(false);
    expect(batcher.totals()).toMatchObject({ added: 5, pending: 5 });
    letOneGo();
    await fifth;
    const closed = batcher.close();
    for (const count of [2, 3]) {
      await received(count);
      letOneGo();
    }
    await closed;
    expect(batcher.totals()).toMatchObject({ accepted: 5, pending: 0 });
  });

  it('refuses an add when as many wait as the buffer holds, so that memory stays bounded', async () => {
    const { handler, letOneGo } = gate();
    const options = { bufferEventsMax: 2, requestsMax: 1 };
    const { batcher, received, failures } = await setup(handler, options);
    const adds = ['1', '2', '3', '4', '5'].map((id) => batcher.add(event(id)));
    await expect(adds[4]).rejects.toMatchObject({ code: 'buffer_full' });
    expect(failures.map(({ events }) => events.map(({ id }) => id))).toEqual([['5']]);
    const closed = batcher.close();
    for (const count of [1, 2]) {
      await received(count);
      letOneGo();
    }
    await closed;
    await Promise.all(adds.slice(0, 4));
    expect(batcher.totals()).toMatchObject({ accepted: 4, refused: 1, pending: 0 });
  });

  it('is bounded in bytes too, but takes an event larger than the bound', async () => {
    const { handler, letOneGo } = gate();
    const { batcher, received } = await setup(handler, { bufferBytesMax: 100, requestsMax: 1 });
    const large = { measures: { n: 1 }, attributes: { note: 'x'.repeat(1000) } };
    await batcher.add(large);
    const second = batcher.add(event('2'));
    await received(1);
    letOneGo();
    await second;
    const closed = batcher.close();
    await received(2);
    letOneGo();
    await closed;
    expect(batcher.totals()).toMatchObject({ accepted: 2 });
  });

  it.each([
    { batchEventsMax: 0 },
    { batchEventsMax: 10_001 },
    { requestsMax: 1.5 },
    { retriesMax: -1 },
  ])('refuses %j', (options) => {
    const send = createSender({ baseUrl: '' });
    expect(() => createBatcher(send, options)).toThrow(Object.keys(options)[0]);
  });
});

describe('retries', () => {
  it('send the same bytes, whatever happened to the event meanwhile', async () => {
    const { batcher, requests } = await setup(
      inTurn(hangUp, problem(503, 'unavailable'), acceptAll),
    );
    const mine: UsageEvent = { measures: { tokens: 0.0000001 } };
    await batcher.add(mine);
    mine.measures['tokens'] = 9;
    await batcher.flush();
    expect(requests).toHaveLength(3);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    const [sent] = sentIn(requests[0]);
    expect(sent).toMatchObject({
      measures: { tokens: '0.0000001' },
      time: '2026-10-01T00:00:00.000Z',
    });
    expect(sent?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(mine).not.toHaveProperty('id');
  });

  it('make up no time for an event that its author may add again', async () => {
    const { batcher, requests } = await setup(acceptAll);
    await batcher.add(event('mine'));
    await batcher.flush();
    expect(sentIn(requests[0])[0]).toEqual({
      id: 'mine',
      credential: 'key',
      measures: { tokens: '1' },
    });
  });

  it('end; the events come back with their ids, and can be added again', async () => {
    const options = { retriesMax: 2 };
    const { batcher, requests, failures } = await setup(
      inTurn(hangUp, hangUp, hangUp, acceptAll),
      options,
    );
    await batcher.add({ measures: { tokens: 1 } });
    await batcher.flush();
    expect(requests).toHaveLength(3);
    expect(failures).toMatchObject([{ error: { reason: 'network', attempts: 3 } }]);
    for (const lost of failures[0]?.events ?? []) await batcher.add(lost);
    await batcher.flush();
    expect(requests[3]?.body).toBe(requests[0]?.body);
    expect(batcher.totals()).toMatchObject({ added: 2, failed: 1, accepted: 1 });
  });

  it('are none when the server refuses the whole batch', async () => {
    const { batcher, requests, failures } = await setup(problem(401, 'unauthenticated'));
    await addAll(batcher, ['1', '2']);
    await batcher.flush();
    expect(requests).toHaveLength(1);
    expect(failures).toMatchObject([
      { error: { code: 'unauthenticated' }, events: [{ id: '1' }, { id: '2' }] },
    ]);
  });
});

describe('what is reported', () => {
  it('names the events that conflict or are rejected', async () => {
    const answer = {
      accepted: 1,
      duplicates: 1,
      conflicts: [{ index: 2, id: 'c' }],
      rejected: [{ index: 3, code: 'invalid', pointer: '/measures/tokens', detail: 'Too long.' }],
    };
    const { batcher, results, failures } = await setup(json(answer));
    await addAll(batcher, ['a', 'b', 'c', 'd']);
    await batcher.flush();
    expect(results).toMatchObject([
      {
        accepted: 1,
        duplicates: 1,
        conflicts: [{ id: 'c', event: { id: 'c', credential: 'key' } }],
        rejected: [{ code: 'invalid', pointer: '/measures/tokens', event: { id: 'd' } }],
      },
    ]);
    expect(failures).toEqual([]);
    expect(batcher.totals()).toMatchObject({ added: 4, conflicts: 1, rejected: 1, failed: 0 });
  });

  it('an answer that makes no sense is a failure', async () => {
    const { batcher, failures } = await setup(json({ hello: 'world' }));
    await addAll(batcher, ['1']);
    await batcher.flush();
    expect(failures).toMatchObject([{ events: [{ id: '1' }] }]);
  });

  it('survives listeners that throw or reject', async () => {
    const heard: string[] = [];
    const { batcher } = await setup(inTurn(acceptAll, problem(400, 'invalid_request')), {
      onResult: () => {
        throw new Error('mine');
      },
      onError: ({ error }): unknown => {
        heard.push(error.message);
        return Promise.reject(new Error('mine too'));
      },
    });
    await addAll(batcher, ['1']);
    await batcher.flush();
    await addAll(batcher, ['2']);
    await batcher.close();
    expect(heard).toEqual(['mine', expect.stringContaining('invalid_request')]);
  });

  it('says so on the console, without the events, when nobody listens', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { batcher } = await setup(problem(403, 'forbidden'), { onError: undefined });
    await batcher.add({ credential: 'sk-canary', measures: { tokens: 1 } });
    await batcher.flush();
    expect(log).toHaveBeenCalledOnce();
    expect(String(log.mock.calls[0])).toMatch(
      /^customary: 1 events were not delivered: .*forbidden/,
    );
    expect(String(log.mock.calls[0])).not.toContain('canary');
    log.mockRestore();
  });
});

describe('a wrong event', () => {
  it.each([Number.NaN, -Infinity, 2 ** 53, 'many', undefined])(
    'a measure of %s',
    async (tokens) => {
      const { batcher, failures, requests } = await setup(acceptAll);
      const wrong = { id: 'w', measures: { tokens } } as UsageEvent;
      await expect(batcher.add(wrong)).rejects.toMatchObject({ pointer: '/measures/tokens' });
      void batcher.add(wrong); // nobody listens
      await batcher.close();
      expect(failures.map(({ events }) => events)).toEqual([[wrong], [wrong]]);
      expect(batcher.totals()).toMatchObject({ added: 0, refused: 2 });
      expect(requests).toHaveLength(0);
    },
  );

  it('without measures, or with a number that JSON would change', async () => {
    const { batcher } = await setup(acceptAll);
    await expect(batcher.add({} as UsageEvent)).rejects.toMatchObject({ pointer: '/measures' });
    const rounded = { measures: {}, attributes: { id: 2 ** 60 } };
    await expect(batcher.add(rounded)).rejects.toMatchObject({ pointer: '/attributes/id' });
  });
});

describe('close', () => {
  it('flushes, then refuses', async () => {
    const { batcher, requests, failures } = await setup(acceptAll);
    await addAll(batcher, ['1', '2']);
    const closed = batcher.close();
    await expect(batcher.add(event('3'))).rejects.toMatchObject({ code: 'batcher_closed' });
    await closed;
    await batcher.close();
    expect(requests.flatMap(idsIn)).toEqual(['1', '2']);
    expect(failures).toMatchObject([{ events: [{ id: '3' }] }]);
  });

  it('gives back what has no answer in time', async () => {
    const options = { batchEventsMax: 1, requestsMax: 1, bufferEventsMax: 2 };
    const { batcher, failures, clock, received } = await setup(() => undefined, options);
    const adds = ['1', '2', '3'].map((id) => batcher.add(event(id)));
    await received(1);
    const closed = batcher.close({ timeoutMs: 60_000 });
    clock.pass(60_000);
    await closed;
    await Promise.all(adds);
    expect(failures.flatMap(({ events }) => events.map(({ id }) => id))).toEqual(['1', '2', '3']);
    expect(failures[0]).toMatchObject({ error: { code: 'batcher_closed' } });
    expect(batcher.totals()).toMatchObject({ failed: 3, pending: 0 });
    expect(clock.sleepers()).toEqual([]);
  });
});
