import { type BatchLimits, createBuffer, type EventBuffer } from './buffer.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Entry, prepareEvent, type UsageEvent } from './events.ts';
import { path } from './path.ts';
import { CustomaryInputError } from './problem.ts';
import {
  type Answered,
  type BatcherTotals,
  type BatchFailure,
  type BatchResult,
  createReporter,
} from './batch-reports.ts';
import type { Call, Send } from './request.ts';

export interface BatcherOptions {
  /** Events in one request (500; at most 10 000). */
  batchEventsMax?: number | undefined;
  /** Bytes in one request (8 MiB; the server takes 16). */
  batchBytesMax?: number | undefined;
  /** Events without an answer (10 000). When there are as many, `add` waits. */
  bufferEventsMax?: number | undefined;
  /** Bytes without an answer (64 MiB). */
  bufferBytesMax?: number | undefined;
  /** How long an event may wait for its batch to fill (1000). */
  flushAfterMs?: number | undefined;
  /** Requests at once (2). */
  requestsMax?: number | undefined;
  /** Attempts after the first, for each batch (20: about a minute without a server). */
  retriesMax?: number | undefined;
  onResult?: ((result: BatchResult) => void) | undefined;
  /**
   * Hears of every event that is not delivered, also of those that `add` refused, so that `add` need not be awaited.
   * Without it a line on the console says how many they are.
   */
  onError?: ((failure: BatchFailure) => void) | undefined;
}

export interface EventBatcher {
  /**
   * Adds an event. Resolves once it is in the buffer, which is at once while there is room: awaiting it is how a
   * producer is slowed to the pace of the server. Rejects, without an unhandled rejection if nobody listens, when
   * the event is wrong, the batcher is closed, or as many calls as the buffer holds are waiting already.
   */
  add: (event: UsageEvent) => Promise<void>;
  /** Sends what was added so far without waiting for full batches; resolves when all of it has its answer. */
  flush: () => Promise<void>;
  /** Refuses further events and flushes; what has no answer in time (30 000 ms) goes to `onError`. */
  close: (bound?: { timeoutMs: number }) => Promise<void>;
  totals: () => BatcherTotals;
}

const refusals = {
  batcher_closed: 'The batcher is closed.',
  buffer_full: 'The buffer is full, and as many calls of add are waiting as it holds. Await them.',
} as const;

/** The batcher takes this event no further. */
export class CustomaryBatcherError extends Error {
  override readonly name = 'CustomaryBatcherError';
  readonly code: keyof typeof refusals;

  constructor(code: keyof typeof refusals, detail: string = refusals[code]) {
    super(detail);
    this.code = code;
  }
}

const defaults = {
  batchEventsMax: 500,
  batchBytesMax: 8 * 1024 * 1024,
  bufferEventsMax: 10_000,
  bufferBytesMax: 64 * 1024 * 1024,
  flushAfterMs: 1000,
  requestsMax: 2,
  retriesMax: 20,
} as const;

const batchEventsLimit = 10_000;
const closeTimeoutMs = 30_000;

/**
 * Collects events and sends them in batches: when one is full, when its first event has waited `flushAfterMs`, when
 * the buffer is full, or on `flush`. At most `requestsMax` requests are under way.
 */
export function createBatcher(
  send: Send,
  options: BatcherOptions = {},
  clock: Clock = systemClock,
): EventBatcher {
  const settings = checkSettings(options);
  const buffer = createBuffer({
    eventsMax: settings.bufferEventsMax,
    bytesMax: settings.bufferBytesMax,
  });
  const reporter = createReporter(options);
  const shutdown = new AbortController();
  const deliver = async (batch: Entry[]): Promise<void> => {
    try {
      const call = ingestCall(batch, { signal: shutdown.signal, retriesMax: settings.retriesMax });
      reporter.answered(batch, await send<Answered>(call));
    } catch (error) {
      reporter.failed(batch, error);
    }
  };
  const schedule = createSchedule(buffer, settings, deliver, clock);
  let sequence = 0;
  let closing: Promise<void> | null = null;

  const offer = async (event: UsageEvent): Promise<void> => {
    try {
      if (closing !== null) throw new CustomaryBatcherError('batcher_closed');
      const entry = prepareEvent(event, sequence + 1, clock.now());
      const taken = buffer.offer(entry);
      if (taken === null) throw new CustomaryBatcherError('buffer_full');
      sequence += 1;
      reporter.added();
      schedule.pump();
      return await taken;
    } catch (error) {
      reporter.refused(event, error);
      throw error;
    }
  };
  const flush = (): Promise<void> => schedule.flushTo(sequence);
  const close = async (timeoutMs: number): Promise<void> => {
    const finished = new AbortController();
    void clock.sleep(timeoutMs, finished.signal).then(() => {
      const reason = 'The batcher was closed before these events had an answer.';
      if (!finished.signal.aborted)
        shutdown.abort(new CustomaryBatcherError('batcher_closed', reason));
    });
    await flush();
    finished.abort();
  };

  return {
    add(event) {
      const added = offer(event);
      added.catch(() => undefined); // onError has it: a caller may ignore the promise
      return added;
    },
    flush,
    close: ({ timeoutMs } = { timeoutMs: closeTimeoutMs }) => (closing ??= close(timeoutMs)),
    totals: () => ({ ...reporter.totals(), pending: buffer.count() }),
  };
}

type Settings = { -readonly [Name in keyof typeof defaults]: number };

function checkSettings(options: BatcherOptions): Settings {
  const settings: Settings = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof Settings)[]) {
    const value = options[name];
    if (value === undefined) continue;
    const least = name === 'retriesMax' || name === 'flushAfterMs' ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new CustomaryInputError('', `${name} must be a whole number of at least ${least}.`);
    }
    settings[name] = value;
  }
  if (settings.batchEventsMax > batchEventsLimit) {
    throw new CustomaryInputError('', `batchEventsMax must be at most ${batchEventsLimit}.`);
  }
  return settings;
}

function ingestCall(batch: Entry[], options: Call['options']): Call {
  const bodyText = `[${batch.map((entry) => entry.text).join(',')}]`;
  return { operation: 'events.ingest', method: 'POST', path: path`/v1/events`, bodyText, options };
}

/** Decides when batches leave, and who waits for which of them. */
function createSchedule(
  buffer: EventBuffer,
  settings: Settings,
  deliver: (batch: Entry[]) => Promise<void>,
  clock: Clock,
) {
  const batchLimits: BatchLimits = {
    eventsMax: settings.batchEventsMax,
    bytesMax: settings.batchBytesMax,
  };
  let requests = 0;
  /** Events up to this one leave without waiting for a full batch. */
  let dueTo = 0;
  let timer: AbortController | null = null;
  const flushes = createFlushes(buffer);

  const isTimeToSend = (): boolean => {
    const first = buffer.firstQueued();
    return (
      first !== null && (first <= dueTo || buffer.holdsFullBatch(batchLimits) || buffer.isFull())
    );
  };

  const run = async (): Promise<void> => {
    const batch = buffer.take(batchLimits);
    requests += 1;
    await deliver(batch);
    requests -= 1;
    buffer.release(batch);
    flushes.settle();
    pump();
  };

  /** One timer, only while events wait, so that an idle batcher keeps no process alive. */
  const setTimer = (): void => {
    const first = buffer.firstQueued();
    if (first === null || first <= dueTo) {
      timer?.abort();
      timer = null;
    } else if (timer === null) {
      const started = new AbortController();
      timer = started;
      void clock.sleep(settings.flushAfterMs, started.signal).then(() => {
        if (started.signal.aborted) return;
        timer = null;
        dueTo = Math.max(dueTo, buffer.lastQueued() ?? 0);
        pump();
      });
    }
  };

  function pump(): void {
    while (requests < settings.requestsMax && isTimeToSend()) void run();
    setTimer();
  }

  return {
    pump,
    flushTo(target: number): Promise<void> {
      dueTo = Math.max(dueTo, target);
      pump();
      return flushes.reach(target);
    },
  };
}

/** Who waits until everything up to some event has its answer. */
function createFlushes(buffer: EventBuffer) {
  let waiting: { target: number; resolve: () => void }[] = [];
  const settle = (): void => {
    const oldest = buffer.oldest();
    const settled = waiting.filter(({ target }) => target < oldest);
    waiting = waiting.filter(({ target }) => target >= oldest);
    for (const { resolve } of settled) resolve();
  };
  return {
    settle,
    reach: (target: number): Promise<void> =>
      new Promise((resolve) => {
        waiting.push({ target, resolve });
        settle();
      }),
  };
}
