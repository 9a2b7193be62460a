import { LosslessNumber } from 'lossless-json';
import { Ndjson, parseJson } from '../lib/json.ts';
import { fieldErrors, type ZodIssue } from '../lib/field-errors.ts';
import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { Problem } from '../lib/problem.ts';
import { UNSTORABLE, unstorableText } from '../lib/text.ts';
import { canonical, latestTime, timeProblem, type ValidEvent } from './rules.ts';
import { eventInput } from './schema.ts';

const POINTER_CHARS_MAX = 256;

export type Rejection = {
  index: number;
  code: string;
  pointer: string;
  detail: string;
  body: string | null;
};
export type Sorted = { valid: ValidEvent[]; rejected: Rejection[]; single: boolean };

/** Splits a request into its events and judges each on its own. */
export function validateEvents(body: unknown, now: Instant): Sorted {
  if (body === undefined || body === null) {
    throw new Problem(
      'malformed_json',
      'The body is empty. Send an event, an array of events, or NDJSON.',
    );
  }
  const items = itemsOf(body);
  if (items.length > limits.batchEventsMax) {
    throw new Problem(
      'body_too_large',
      `The request holds ${items.length} events; at most ${limits.batchEventsMax} are taken at once. Send them in smaller parts.`,
    );
  }
  const single = !Array.isArray(body) && !(body instanceof Ndjson);
  const sorted: Sorted = { valid: [], rejected: [], single };
  const latest = latestTime(now);
  items.forEach((item, index) => {
    const judged = 'problem' in item ? badLine(item, index) : judge(item.value, index, latest);
    if ('code' in judged) sorted.rejected.push(judged);
    else sorted.valid.push(judged);
  });
  return sorted;
}

type Item = { value: unknown } | { problem: Problem; line: string };

function itemsOf(body: unknown): Item[] {
  if (body instanceof Ndjson) {
    return body.text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(parseLine);
  }
  return (Array.isArray(body) ? body : [body]).map((value: unknown) => ({ value }));
}

/** A line that is no JSON is rejected by itself; its neighbours are not affected. */
function parseLine(line: string): Item {
  try {
    return { value: parseJson(line) };
  } catch (problem) {
    if (problem instanceof Problem) return { problem, line };
    throw problem;
  }
}

function badLine({ problem, line }: { problem: Problem; line: string }, index: number): Rejection {
  const { code, detail } = problem;
  return {
    index,
    code,
    pointer: '',
    detail: detail.replace('The body', 'The line'),
    body: bounded(line),
  };
}

function judge(item: unknown, index: number, latest: Instant): ValidEvent | Rejection {
  const reject = (code: string, pointer: string, detail: string): Rejection => ({
    index,
    code,
    pointer,
    detail,
    body: bounded(textOf(item)),
  });
  if (
    bytesAtMost(item) > limits.eventBytesMax &&
    Buffer.byteLength(textOf(item)) > limits.eventBytesMax
  )
    return reject('event_too_large', '', `An event takes at most ${limits.eventBytesMax} bytes.`);
  const unstorable = unstorableText(item);
  if (unstorable !== null)
    return reject('unstorable_text', unstorable.slice(0, POINTER_CHARS_MAX), UNSTORABLE);
  const parsed = eventInput.safeParse(item);
  if (!parsed.success) {
    const [first] = parsed.error.issues.flatMap((issue) => fieldErrors(issue as ZodIssue));
    return reject(
      first?.code ?? 'invalid',
      first?.pointer ?? '',
      first?.detail ?? 'The event is not valid.',
    );
  }
  const valid = canonical(parsed.data, index);
  const wrongTime = timeProblem(valid.time, latest);
  return wrongTime === null ? valid : reject(wrongTime.code, '/time', wrongTime.detail);
}

function textOf(item: unknown): string {
  return JSON.stringify(item, (_key, value: unknown) =>
    value instanceof LosslessNumber ? value.value : value,
  );
}

/** Of a character in JSON: six, where it has to be escaped. */
const CHAR_BYTES_MAX = 6;
const SCALAR_BYTES_MAX = 32;

/** No less than the event takes as text, and quickly known: nearly every event is far smaller than it may be. */
function bytesAtMost(value: unknown): number {
  if (typeof value === 'string') return value.length * CHAR_BYTES_MAX + 2;
  if (typeof value !== 'object' || value === null) return SCALAR_BYTES_MAX;
  if (value instanceof LosslessNumber) return value.value.length;
  let bytes = 2;
  for (const key of Object.keys(value))
    bytes += key.length * CHAR_BYTES_MAX + 4 + bytesAtMost((value as Record<string, unknown>)[key]);
  return bytes;
}

/** What was refused is kept for replay, unless it is too large to keep. */
function bounded(text: string): string | null {
  return Buffer.byteLength(text) <= limits.eventBytesMax ? text : null;
}
