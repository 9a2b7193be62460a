import { LosslessNumber } from 'lossless-json';
import { parseJson } from '../lib/json.ts';
import { fieldErrors, type ZodIssue } from '../lib/field-errors.ts';
import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { Problem } from '../lib/problem.ts';
import { unstorableText } from '../lib/text.ts';
import { canonical, timeProblem, type ValidEvent } from './rules.ts';
import { eventInput } from './schema.ts';

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
  if (body === undefined || body === null)
    throw new Problem(
      'malformed_json',
      'The body is empty. Send an event, an array of events, or NDJSON.',
    );
  const ndjson = (body as { ndjson?: unknown }).ndjson;
  const isNdjson = typeof ndjson === 'string' && Object.keys(body).length === 1;
  const items: unknown[] = isNdjson
    ? ndjson
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map(parseLine)
    : Array.isArray(body)
      ? body
      : [body];
  if (items.length > limits.batchEventsMax) {
    throw new Problem(
      'body_too_large',
      `The request holds ${items.length} events; at most ${limits.batchEventsMax} are taken at once. Send them in smaller parts.`,
    );
  }
  const sorted: Sorted = { valid: [], rejected: [], single: !isNdjson && !Array.isArray(body) };
  items.forEach((item, index) => {
    const judged = judge(item, index, now);
    if ('code' in judged) sorted.rejected.push(judged);
    else sorted.valid.push(judged);
  });
  return sorted;
}

/** A line that is no JSON is rejected by itself; its neighbours are not affected. */
class BadLine {
  readonly problem: Problem;
  readonly line: string;
  constructor(problem: Problem, line: string) {
    this.problem = problem;
    this.line = line;
  }
}

function parseLine(line: string): unknown {
  try {
    return parseJson(line);
  } catch (error) {
    if (error instanceof Problem) return new BadLine(error, line);
    throw error;
  }
}

function judge(item: unknown, index: number, now: Instant): ValidEvent | Rejection {
  if (item instanceof BadLine)
    return {
      index,
      code: item.problem.code,
      pointer: '',
      detail: item.problem.detail,
      body: bounded(item.line),
    };
  const text = JSON.stringify(item, (_key, value: unknown) =>
    value instanceof LosslessNumber ? value.value : value,
  );
  const reject = (code: string, pointer: string, detail: string): Rejection => ({
    index,
    code,
    pointer,
    detail,
    body: bounded(text),
  });
  if (Buffer.byteLength(text) > limits.eventBytesMax)
    return reject('event_too_large', '', `An event takes at most ${limits.eventBytesMax} bytes.`);
  const unstorable = unstorableText(item);
  if (unstorable !== null)
    return reject(
      'unstorable_text',
      unstorable,
      'Text must not hold NUL or half of a surrogate pair.',
    );
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
  const wrongTime = timeProblem(valid.time, now);
  return wrongTime === null ? valid : reject(wrongTime.code, '/time', wrongTime.detail);
}

/** What was refused is kept for replay, unless it is too large to keep. */
function bounded(text: string): string | null {
  return Buffer.byteLength(text) <= limits.eventBytesMax ? text : null;
}
