import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Instant, parseInstant } from '../../lib/instant.ts';
import { OperatorError } from '../settings.ts';

/** One request of a trace. */
export type TraceRow = {
  /** Counted from 1, without the line of titles: the line in the file is one more. */
  row: number;
  at: Instant;
  inputTokens: string;
  outputTokens: string;
};

const TITLES = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(?:\+00:00|Z)?$/;
const TOKENS = /^\d{1,15}$/;

/** What is wrong with a line, or the request it holds. */
export function parseTraceLine(text: string, row: number): TraceRow | { problem: string } {
  const cells = text.split(',');
  const [timestamp = '', inputTokens = '', outputTokens = ''] = cells;
  if (cells.length !== 3) return { problem: `has ${cells.length} columns; expected ${TITLES}` };
  const [, day, time] = TIMESTAMP.exec(timestamp) ?? [];
  const at = day === undefined || time === undefined ? null : parseInstant(`${day}T${time}Z`);
  if (at === null)
    return {
      problem: `TIMESTAMP is ${quote(timestamp)}; expected UTC, such as 2023-11-16 18:17:03.9799600`,
    };
  if (!TOKENS.test(inputTokens))
    return { problem: `ContextTokens is ${quote(inputTokens)}; expected a count` };
  if (!TOKENS.test(outputTokens))
    return { problem: `GeneratedTokens is ${quote(outputTokens)}; expected a count` };
  return { row, at, inputTokens: plainCount(inputTokens), outputTokens: plainCount(outputTokens) };
}

function plainCount(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}

/** The lines of a file below its titles, as requests or as problems. Never more than a few lines in memory. */
async function* parseLines(
  path: string,
): AsyncGenerator<{ line: number; parsed: TraceRow | { problem: string } }> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (line > 1 && text !== '') yield { line, parsed: parseTraceLine(text, line - 1) };
    else if (line === 1 && text.replace(/^\uFEFF/, '') !== TITLES) {
      throw new OperatorError(
        `${path}, line 1: expected the titles ${TITLES}, found ${quote(text)}`,
      );
    }
  }
  if (line === 0) throw new OperatorError(`${path} is empty; expected the titles ${TITLES}`);
}

export type TraceSummary = { rows: number; first: Instant; last: Instant };

const PROBLEMS_SHOWN = 10;

/**
 * Reads the whole file once before anything is sent, so that a bad line is known before half of the file is recorded.
 * @throws OperatorError naming the bad lines.
 */
export async function surveyTrace(path: string): Promise<TraceSummary> {
  const problems: string[] = [];
  let badRows = 0;
  let summary: TraceSummary | undefined;
  for await (const { line, parsed } of parseLines(path)) {
    if ('problem' in parsed) {
      badRows += 1;
      if (problems.length < PROBLEMS_SHOWN) problems.push(`  line ${line}: ${parsed.problem}`);
    } else {
      const { at } = parsed;
      summary ??= { rows: 0, first: at, last: at };
      summary.rows += 1;
      if (at < summary.first) summary.first = at;
      if (at > summary.last) summary.last = at;
    }
  }
  if (badRows > 0) {
    const more = badRows > problems.length ? `\n  … and ${badRows - problems.length} more` : '';
    throw new OperatorError(
      `${path} has ${badRows} bad line${badRows === 1 ? '' : 's'}; nothing was sent:\n${problems.join('\n')}${more}`,
    );
  }
  if (summary === undefined) throw new OperatorError(`${path} has no rows.`);
  return summary;
}

/** The requests of a file that was surveyed. */
export async function* readTrace(path: string): AsyncGenerator<TraceRow> {
  for await (const { line, parsed } of parseLines(path)) {
    if ('problem' in parsed)
      throw new OperatorError(
        `${path} has changed while it was read: line ${line} ${parsed.problem}`,
      );
    yield parsed;
  }
}
