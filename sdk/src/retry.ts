import type { ProblemDocument } from './problem.ts';

/** All bounds of retrying. */
export const retryLimits = {
  delayFirstMs: 250,
  delayMsMax: 8_000,
  /** A server that asks for more patience than this gets none: the call fails with what it said. */
  retryAfterMsMax: 60_000,
} as const;

const REPEATABLE = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Whether the same request may be answered otherwise if it is sent again. That it is *safe* to send again holds for
 * every operation: reads change nothing, POSTs carry a key, events their ids, and a change says what shall be.
 */
export function isRepeatable(document: ProblemDocument): boolean {
  return REPEATABLE.has(document.status) || document.code === 'idempotency_in_progress';
}

/**
 * How long to wait before attempt `attempts + 1`: exponential with full jitter, so that clients which failed together
 * do not return together. What the server asked for comes first.
 */
export function retryDelayMs(attempts: number, retryAfter: number | null, random: number): number {
  if (retryAfter !== null) return retryAfter + Math.round(random * retryLimits.delayFirstMs);
  const ceiling = Math.min(retryLimits.delayMsMax, retryLimits.delayFirstMs * 2 ** (attempts - 1));
  return Math.round(random * ceiling);
}

/** `Retry-After`: seconds, or a date. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
