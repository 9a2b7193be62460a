import { basename } from 'node:path';
import type { BatchFailure, BatchResult, Customary, UsageEvent } from '@customary/sdk';
import { systemClock } from '../../lib/clock.ts';
import { plusMs } from '../../lib/instant.ts';
import { limits } from '../../lib/limits.ts';
import { calendarMonth, type Period } from '../../lib/period.ts';
import { count, durationText, type Out, plural, progress, table } from '../output.ts';
import { OperatorError } from '../settings.ts';
import { pick, timeMapping, type TimeMapping } from './mapping.ts';
import { readTrace, surveyTrace, type TraceRow, type TraceSummary } from './trace-file.ts';

export type ReplayOptions = {
  file: string;
  /** Where the events are to occur; null: as in the file. */
  period: string | null;
  spread: boolean;
  source: string | null;
  models: readonly string[];
  /** Requests under way at once. */
  parallel: number;
  /** The credential IDs to spread over, given when the first event is to be recorded. */
  credentials: (firstAt: string) => Promise<readonly string[]>;
};

export type ReplayTotals = {
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected: number;
};

const BATCH_EVENTS = 500;
const PROBLEMS_SHOWN = 5;

/** Streams a trace through HTTP. Answers whether every event counts now (by this run or by one before). */
export async function replay(
  api: Customary,
  options: ReplayOptions,
  out: Out,
): Promise<{ totals: ReplayTotals; ok: boolean }> {
  const survey = await surveyTrace(options.file);
  const mapTime = timeMapping(
    survey,
    options.period === null ? null : monthOf(options.period),
    options.spread,
  );
  refuseFuture(mapTime(survey.last));
  const credentials = await options.credentials(mapTime(survey.first));
  const toEvent = eventMaker(options, mapTime, credentials);
  out.write(
    `Replaying ${plural(survey.rows, 'request')} of ${basename(options.file)}, ${mapTime(survey.first).slice(0, 19)}Z to ${mapTime(survey.last).slice(0, 19)}Z, over ${plural(credentials.length, 'credential')}\n`,
  );
  return send(api, { survey, options, toEvent }, out);
}

export function monthOf(text: string): Period {
  if (!/^20\d\d-(0[1-9]|1[0-2])$/.test(text))
    throw new OperatorError(`--period wants a month such as 2026-10, not ${JSON.stringify(text)}`);
  return calendarMonth(text, 'UTC');
}

/** The server would refuse them, one by one. */
function refuseFuture(last: string): void {
  if (last <= plusMs(systemClock(), limits.occurredAheadMsMax)) return;
  throw new OperatorError(
    `The events would occur up to ${last.slice(0, 19)}Z, which is still to come. Choose a period in the past.`,
  );
}

/** `AzureLLMInferenceTrace_code.csv` → `azure-llm-inference-trace-code`. */
export function sourceOf(file: string): string {
  return baseOf(file)
    .replaceAll(
      /([a-z\d])([A-Z])|([A-Z])(?=[A-Z][a-z])/g,
      (_, lower: string | undefined, upper: string | undefined, before: string | undefined) =>
        lower === undefined ? `${before}-` : `${lower}-${upper}`,
    )
    .replaceAll(/[^A-Za-z\d]+/g, '-')
    .toLowerCase();
}

function baseOf(file: string): string {
  return basename(file).replace(/\.csv$/i, '');
}

function eventMaker(
  options: ReplayOptions,
  mapTime: TimeMapping,
  credentials: readonly string[],
): (row: TraceRow) => UsageEvent {
  const base = baseOf(options.file);
  const source = options.source ?? sourceOf(options.file);
  return ({ row, at, inputTokens, outputTokens }) => ({
    id: `${base}:${row}`,
    source,
    time: mapTime(at),
    credential: pick(credentials, row, 0),
    measures: { input_tokens: inputTokens, output_tokens: outputTokens },
    ...(options.models.length > 0 && { attributes: { model: pick(options.models, row, 1) } }),
  });
}

type Sending = {
  survey: TraceSummary;
  options: ReplayOptions;
  toEvent: (row: TraceRow) => UsageEvent;
};

async function send(
  api: Customary,
  { survey, options, toEvent }: Sending,
  out: Out,
): Promise<{ totals: ReplayTotals; ok: boolean }> {
  const startedMs = performance.now();
  const perSecond = (events: number) =>
    `${count(Math.round((events * 1000) / Math.max(1, performance.now() - startedMs)))} events/s`;
  const bar = progress(out, 'events', survey.rows);
  const problems: string[] = [];
  let failure: Error | undefined;
  const batcher = api.events.batcher({
    batchEventsMax: BATCH_EVENTS,
    requestsMax: options.parallel,
    bufferEventsMax: BATCH_EVENTS * (options.parallel + 2),
    onResult(result) {
      if (problems.length < PROBLEMS_SHOWN) problems.push(...problemsOf(result));
      const { accepted, duplicates, conflicts, rejected } = batcher.totals();
      const answered = accepted + duplicates + conflicts + rejected;
      bar.update(answered, perSecond(answered));
    },
    onError({ error }: BatchFailure) {
      failure ??= error;
    },
  });
  for await (const row of readTrace(options.file)) {
    if (failure !== undefined) break;
    await batcher.add(toEvent(row));
  }
  await batcher.close({ timeoutMs: 120_000 });
  bar.done();
  const { accepted, duplicates, conflicts, rejected } = batcher.totals();
  const totals = { accepted, duplicates, conflicts, rejected };
  const elapsedMs = performance.now() - startedMs;
  out.write(
    `\n${report(totals)}\n\n  ${perSecond(accepted + duplicates + conflicts + rejected)}, ${durationText(elapsedMs)}\n`,
  );
  for (const problem of problems.slice(0, PROBLEMS_SHOWN)) out.write(`  ${problem}\n`);
  const unshown = conflicts + rejected - PROBLEMS_SHOWN;
  if (unshown > 0) out.write(`  … and ${plural(unshown, 'more problem')}\n`);
  if (failure !== undefined) throw failure;
  return { totals, ok: conflicts === 0 && rejected === 0 };
}

function report(totals: ReplayTotals): string {
  const rows = (Object.keys(totals) as (keyof ReplayTotals)[]).map((name) => [
    name,
    count(totals[name]),
  ]);
  return table([{ title: 'event' }, { title: 'count', right: true }], rows);
}

function problemsOf({ conflicts, rejected }: BatchResult): string[] {
  return [
    ...conflicts.map(({ id }) => `${id}: recorded before with another body; the first stands`),
    ...rejected.map(({ event, pointer, detail }) => `${event.id} ${pointer}: ${detail}`),
  ];
}
