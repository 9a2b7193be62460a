import { type Clock, systemClock } from './clock.ts';
import { randomId } from './id.ts';
import { encodeJson } from './json.ts';
import { type Address, queryText } from './path.ts';
import { readAnswer } from './answer.ts';
import {
  type CallNotes,
  CustomaryConnectionError,
  CustomaryInputError,
  CustomaryProblem,
} from './problem.ts';
import { isRepeatable, retryAfterMs, retryDelayMs, retryLimits } from './retry.ts';

/** What any call can be given, last. */
export interface CallOptions {
  /** Gives up, between and during attempts; the call then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** For one attempt, not for the call. */
  timeoutMs?: number | undefined;
  /** How often to try again after the first attempt. */
  retriesMax?: number | undefined;
}

export interface IdempotentOptions extends CallOptions {
  /**
   * Makes repeats of this call, even by another process, have one effect. Without one the call makes its own, which
   * covers its own retries only.
   */
  idempotencyKey?: string | undefined;
}

export interface ConditionalOptions extends CallOptions {
  /** The `version` last read: the call is refused (412 `version_conflict`) if it has changed since. */
  ifMatch?: number | string | undefined;
}

export interface IdempotentConditionalOptions extends IdempotentOptions, ConditionalOptions {}

export interface SenderOptions {
  /** Where the server is, e.g. `https://billing.example.com`; '' in a page that it serves itself. */
  baseUrl: string;
  /** An API key. Leave it out where a signed-in session's cookie speaks. */
  apiKey?: string | undefined;
  /** In place of the platform's own `fetch`. */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** For each attempt (30 000). */
  timeoutMs?: number | undefined;
  /** Attempts after the first (4). */
  retriesMax?: number | undefined;
  /** For tests: time and chance. */
  clock?: Clock | undefined;
}

/** One call of one operation, as generated code describes it. */
export interface Call {
  operation: string;
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: Address;
  query?: object;
  body?: unknown;
  /** The body as JSON text already, in place of `body`. */
  bodyText?: string;
  takesIdempotencyKey?: true;
  /** How to read a success; default: JSON. */
  answer?: 'json' | 'text' | 'bytes' | 'none';
  accept?: string;
  options: IdempotentConditionalOptions;
}

/** Sends a call until it is answered, and resolves to what the answer holds. */
export type Send = <Result>(call: Call) => Promise<Result>;

/** A request made ready once: every attempt sends the same bytes under the same key. */
interface Prepared {
  url: string;
  init: RequestInit;
}

interface Settings {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  timeoutMs: number;
  clock: Clock;
}

/** An attempt that did not succeed. */
interface Failure {
  error: CustomaryProblem | CustomaryConnectionError;
  isRepeatable: boolean;
  retryAfterMs: number | null;
}

type Attempt = { value: unknown } | Failure;

const defaults = { timeoutMs: 30_000, retriesMax: 4 } as const;

/** The one place that talks to the server. */
export function createSender(options: SenderOptions): Send {
  const { clock = systemClock, apiKey } = options;
  const baseUrl = checkBaseUrl(options.baseUrl);
  const send = options.fetch ?? ((url, init) => fetch(url, init));
  if (apiKey !== undefined) checkHeader('authorization', `Bearer ${apiKey}`, 'apiKey');

  return async <Result>(call: Call): Promise<Result> => {
    const timeoutMs = call.options.timeoutMs ?? options.timeoutMs ?? defaults.timeoutMs;
    const retriesMax = call.options.retriesMax ?? options.retriesMax ?? defaults.retriesMax;
    const { signal } = call.options;
    const prepared = prepare(call, baseUrl, apiKey);
    for (let attempts = 1; ; attempts += 1) {
      signal?.throwIfAborted();
      const notes = { operation: call.operation, attempts };
      const attempt = await attemptOnce(call, prepared, { fetch: send, timeoutMs, clock }, notes);
      if ('value' in attempt) return attempt.value as Result;
      if (!attempt.isRepeatable || attempts > retriesMax) throw attempt.error;
      if ((attempt.retryAfterMs ?? 0) > retryLimits.retryAfterMsMax) throw attempt.error;
      await clock.sleep(retryDelayMs(attempts, attempt.retryAfterMs, clock.random()), signal);
    }
  };
}

function prepare(call: Call, baseUrl: string, apiKey: string | undefined): Prepared {
  const { options } = call;
  const headers = new Headers({
    accept: `${call.accept ?? 'application/json'}, application/problem+json`,
  });
  const body = call.bodyText ?? (call.body === undefined ? undefined : encodeJson(call.body));
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (apiKey !== undefined) headers.set('authorization', `Bearer ${apiKey}`);
  if (call.takesIdempotencyKey) {
    const key = options.idempotencyKey ?? randomId();
    headers.set('idempotency-key', checkHeader('idempotency-key', key, 'idempotencyKey'));
  }
  if (options.ifMatch !== undefined) {
    headers.set('if-match', checkHeader('if-match', String(options.ifMatch), 'ifMatch'));
  }
  return {
    url: baseUrl + call.path() + queryText(call.query),
    // A followed redirect would turn a POST into a GET: it is reported instead.
    init: { method: call.method, headers, redirect: 'manual', ...(body !== undefined && { body }) },
  };
}

async function attemptOnce(
  call: Call,
  { url, init }: Prepared,
  settings: Settings,
  notes: CallNotes,
): Promise<Attempt> {
  const { signal } = call.options;
  const deadline = startDeadline(settings, signal);
  try {
    const response = await settings.fetch(url, { ...init, signal: deadline.signal });
    const answer = await readAnswer(response, call.answer ?? 'json');
    if (answer.ok) return { value: answer.value };
    const retryAfter = retryAfterMs(response.headers.get('retry-after'), settings.clock.now());
    const error = new CustomaryProblem(answer.document, notes);
    return { error, isRepeatable: isRepeatable(answer.document), retryAfterMs: retryAfter };
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    const [reason, detail] = deadline.hasPassed()
      ? (['timeout', `timed out after ${settings.timeoutMs} ms`] as const)
      : (['network', describe(cause)] as const);
    const error = new CustomaryConnectionError(reason, detail, notes, cause);
    return { error, isRepeatable: true, retryAfterMs: null };
  } finally {
    deadline.stop();
  }
}

/** Aborts one attempt when its time is up or the caller gives up. */
function startDeadline({ clock, timeoutMs }: Settings, caller: AbortSignal | undefined) {
  const attempt = new AbortController();
  const timer = new AbortController();
  let hasPassed = false;
  const giveUp = (): void => attempt.abort(caller?.reason);
  caller?.addEventListener('abort', giveUp, { once: true });
  void clock.sleep(timeoutMs, timer.signal).then(() => {
    if (timer.signal.aborted) return;
    hasPassed = true;
    attempt.abort();
  });
  return {
    signal: attempt.signal,
    hasPassed: () => hasPassed,
    stop: () => {
      timer.abort();
      caller?.removeEventListener('abort', giveUp);
    },
  };
}

/** `fetch failed` says nothing; the reason is in its cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return `${error.message} (${cause.message || String((cause as { code?: unknown }).code)})`;
}

function checkBaseUrl(baseUrl: string): string {
  const isRelative = baseUrl === '' || baseUrl.startsWith('/');
  if (!isRelative) {
    const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
    if (
      url === null ||
      !/^https?:$/.test(url.protocol) ||
      url.username !== '' ||
      url.search !== ''
    ) {
      throw new CustomaryInputError(
        '',
        'baseUrl must be an http(s) address, such as http://127.0.0.1:8787.',
      );
    }
  }
  return baseUrl.replace(/\/+$/, '');
}

/** The platform's own error would repeat the value, which may be a secret. */
function checkHeader(name: string, value: string, option: string): string {
  try {
    new Headers().set(name, value);
  } catch {
    throw new CustomaryInputError('', `${option} holds characters that a header cannot carry.`);
  }
  if (value.trim() === '') throw new CustomaryInputError('', `${option} is empty.`);
  return value;
}
