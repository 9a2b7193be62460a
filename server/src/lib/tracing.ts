import { Problem } from './problem.ts';

/**
 * What is told of a span: words, counts and ids of ours. Never what somebody sent, for it may be a live key, nor the
 * text of an error, for that may repeat it.
 */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** Names a span, ours or one of whoever asks. */
export type Place = {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
};

export type SpanStart = {
  readonly facts?: SpanFacts;
  /** Absent: under what goes on where it begins. Null: under nothing. */
  readonly under?: Place | null | undefined;
  /** What else it is a part of. */
  readonly with?: readonly Place[] | undefined;
  /** It answers somebody outside. */
  readonly isAnswer?: boolean;
};

export type Span = {
  readonly place: Place;
  tell(facts: SpanFacts): void;
  /** It ends once; `isFailure`: for a reason of ours. */
  end(isFailure?: boolean): void;
};

/** Where spans go. Whoever has none makes none, at no cost. */
export type Tracing = {
  /** Whatever goes on where this is asked. */
  here(): Place | null;
  /** What the header `traceparent` (W3C) names; null where it names nothing. */
  placeOf(traceparent: string): Place | null;
  begin(name: string, start: SpanStart): Span;
  /** Works as a part of a span. */
  within<T>(place: Place, work: () => T): T;
  /** Sends what has not been sent yet, for a while, and no more after that. */
  stop(): Promise<void>;
};

const ignore = (): void => undefined;

/** Works in a span of its own, where there is tracing. */
export async function traced<T>(
  tracing: Tracing | undefined,
  name: string,
  start: SpanStart,
  work: (tell: (facts: SpanFacts) => void) => Promise<T>,
): Promise<T> {
  if (tracing === undefined) return work(ignore);
  const span = tracing.begin(name, start);
  try {
    const result = await tracing.within(span.place, () => work((facts) => span.tell(facts)));
    span.end();
    return result;
  } catch (error) {
    const reason = reasonOf(error);
    span.tell({ 'error.type': reason.type });
    span.end(!reason.isRefusal);
    throw error;
  }
}

/** What went wrong in a word: the code of a problem, the SQLSTATE of PostgreSQL, or the kind of error. */
function reasonOf(error: unknown): { type: string; isRefusal: boolean } {
  if (!(error instanceof Error)) return { type: 'unknown', isRefusal: false };
  const { code } = error as { code?: unknown };
  const type = typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : error.constructor.name;
  return { type, isRefusal: error instanceof Problem };
}
