import type { Asked } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { limits } from '../lib/limits.ts';
import { Problem } from '../lib/problem.ts';
import { type Place, type SpanFacts, traced } from '../lib/tracing.ts';
import { ingest } from './actions.ts';
import { emptyCaches } from './caches.ts';
import type { IngestResult } from './schema.ts';
import type { Sorted } from './validation-schema.ts';

/**
 * Requests on their way in. Those that arrive while others are being recorded wait, and then go together in one
 * transaction, so that many small requests share the cost of a commit; nobody waits when nothing is under way.
 * What waits is bounded in bytes: beyond it requests are refused before their body is read.
 */
export type Intake = {
  /** Makes room for a body; answers how to give it back. @throws Problem `unavailable` when there is none. */
  admit(bytes: number): () => void;
  record(asked: Asked, sorted: Sorted): Promise<IngestResult>;
  /** For metrics: what waits or is being recorded. */
  load(): { requests: number; events: number; bytes: number };
};

type Waiting = {
  asked: Asked;
  sorted: Sorted;
  /** The span that it waits in. */
  place: Place | null;
  resolve(result: IngestResult): void;
  reject(error: unknown): void;
  /** Ends the waiting once it has been long enough. */
  timer: NodeJS.Timeout;
};

export function createIntake(deployment: Deployment): Intake {
  const { tracing } = deployment.database;
  const caches = emptyCaches();
  const waiting: Waiting[] = [];
  const under = { transactions: 0, requests: 0, events: 0, bytes: 0 };

  const recordOne = async (group: readonly Waiting[]) => {
    const [first] = group;
    if (first === undefined) return;
    const requestId = group.length === 1 ? (first.asked.requestId ?? null) : null;
    const [place, ...others] = group.flatMap((each) => each.place ?? []);
    const facts = { 'customary.requests': group.length, 'customary.events': eventsOf(group) };
    const results = await traced(
      tracing,
      'ingest group',
      { facts, under: place, with: others },
      () =>
        ingest(
          deployment,
          caches,
          { ...first.asked, requestId },
          group.map(({ sorted }) => sorted),
        ),
    );
    group.forEach((each, i) => each.resolve(results[i] as IngestResult));
  };

  /** What fails together is tried alone, so that nobody fails for a neighbour. */
  const recordGroup = async (group: readonly Waiting[]) => {
    try {
      await recordOne(group);
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else
        for (const each of group)
          await recordOne([each]).catch((alone: unknown) => each.reject(alone));
    }
  };

  const pump = (): void => {
    while (under.transactions < limits.recordedAtOnceMax && waiting.length > 0) {
      const group = takeGroup(waiting);
      under.transactions += 1;
      void recordGroup(group).finally(() => {
        under.transactions -= 1;
        under.requests -= group.length;
        under.events -= eventsOf(group);
        pump();
      });
    }
  };

  const giveUp = (one: Waiting): void => {
    waiting.splice(waiting.indexOf(one), 1);
    under.requests -= 1;
    under.events -= one.sorted.valid.length;
    one.reject(
      new Problem(
        'unavailable',
        'Usage cannot be stored at the moment. Nothing of this request was; send it again shortly.',
      ),
    );
  };

  const enqueue = (asked: Asked, sorted: Sorted): Promise<IngestResult> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => giveUp(one), limits.ingestWaitingMsMax);
      const place = tracing?.here() ?? null;
      const one: Waiting = { asked, sorted, place, resolve, reject, timer };
      waiting.push(one);
      under.requests += 1;
      under.events += sorted.valid.length;
      pump();
    });

  return {
    admit(bytes) {
      if (under.bytes > 0 && under.bytes + bytes > limits.ingestWaitingBytesMax) {
        throw new Problem(
          'unavailable',
          'More usage is arriving than can be stored at once. Nothing of this request was read; send it again shortly.',
        );
      }
      under.bytes += bytes;
      let isGiven = true;
      return () => {
        if (isGiven) under.bytes -= bytes;
        isGiven = false;
      };
    },
    record(asked, sorted) {
      const facts = { 'customary.events': sorted.valid.length };
      return traced(tracing, 'ingest', { facts }, async (tell) => {
        const result = await enqueue(asked, sorted);
        tell(countsOf(result));
        return result;
      });
    },
    load: () => ({ requests: under.requests, events: under.events, bytes: under.bytes }),
  };
}

function eventsOf(group: readonly Waiting[]): number {
  return group.reduce((events, { sorted }) => events + sorted.valid.length, 0);
}

function countsOf(result: IngestResult): SpanFacts {
  return {
    'customary.accepted': result.accepted,
    'customary.duplicates': result.duplicates,
    'customary.conflicts': result.conflicts.length,
    'customary.rejected': result.rejected.length,
  };
}

/** From the front, in order of arrival: one principal's, as many as one transaction takes. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  const actor = waiting[0]?.asked.actor;
  const group: Waiting[] = [];
  let events = 0;
  while (waiting[0]?.asked.actor === actor && waiting[0] !== undefined) {
    events += waiting[0].sorted.valid.length;
    if (group.length > 0 && events > limits.recordedTogetherEventsMax) break;
    const one = waiting.shift() as Waiting;
    clearTimeout(one.timer);
    group.push(one);
  }
  return group;
}
