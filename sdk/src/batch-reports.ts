import type { Entry, IdentifiedEvent, UsageEvent } from './events.ts';

/** What the server said about one batch. */
export interface BatchResult {
  accepted: number;
  duplicates: number;
  /** Events whose id was used before with another body: the first stands. */
  conflicts: { event: IdentifiedEvent; id: string }[];
  rejected: { event: IdentifiedEvent; code: string; pointer: string; detail: string }[];
}

/** Events that did not get through. They carry their ids: keep them and `add` them again, and each counts once. */
export interface BatchFailure {
  error: Error;
  events: UsageEvent[];
}

/** added = accepted + duplicates + conflicts + rejected + failed + pending; `refused` were never added. */
export interface BatcherTotals {
  added: number;
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected: number;
  failed: number;
  pending: number;
  refused: number;
}

/** Who is told what became of events. */
interface Listeners {
  onResult?: ((result: BatchResult) => void) | undefined;
  onError?: ((failure: BatchFailure) => void) | undefined;
}

/** What the server answers to a batch. */
export interface Answered {
  accepted: number;
  duplicates: number;
  conflicts: { index: number; id: string }[];
  rejected: { index: number; code: string; pointer: string; detail: string }[];
}

/** Counts what became of every event and tells the caller; nothing it calls can break the batcher. */
export function createReporter({ onResult, onError = logFailure }: Listeners) {
  const totals = {
    added: 0,
    accepted: 0,
    duplicates: 0,
    conflicts: 0,
    rejected: 0,
    failed: 0,
    refused: 0,
  };

  const tellFailure = (failure: BatchFailure): void => {
    guarded(
      () => onError(failure),
      () => undefined,
    );
  };

  return {
    added: () => void (totals.added += 1),
    totals: () => ({ ...totals }),
    answered(batch: Entry[], answer: Answered): void {
      const eventAt = (index: number): IdentifiedEvent => {
        const entry = batch[index];
        if (entry === undefined)
          throw new Error(`The server names event ${index} of a batch of ${batch.length}.`);
        return entry.event;
      };
      const result: BatchResult = {
        accepted: answer.accepted,
        duplicates: answer.duplicates,
        conflicts: answer.conflicts.map(({ index, id }) => ({ event: eventAt(index), id })),
        rejected: answer.rejected.map(({ index, code, pointer, detail }) => ({
          event: eventAt(index),
          code,
          pointer,
          detail,
        })),
      };
      totals.accepted += result.accepted;
      totals.duplicates += result.duplicates;
      totals.conflicts += result.conflicts.length;
      totals.rejected += result.rejected.length;
      // What onResult throws is the caller's own; onError hears it, without events.
      guarded(
        () => onResult?.(result),
        (error) => tellFailure({ error: asError(error), events: [] }),
      );
    },
    failed(batch: Entry[], error: unknown): void {
      totals.failed += batch.length;
      tellFailure({ error: asError(error), events: batch.map((entry) => entry.event) });
    },
    refused(event: UsageEvent, error: unknown): void {
      totals.refused += 1;
      tellFailure({ error: asError(error), events: [event] });
    },
  };
}

/** Runs a callback that may throw, or be async and reject. */
function guarded(callback: () => unknown, onFailure: (error: unknown) => void): void {
  try {
    Promise.resolve(callback()).catch(onFailure);
  } catch (error) {
    onFailure(error);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Losing usage is never silent. The events are not printed: they hold credentials. */
function logFailure({ error, events }: BatchFailure): void {
  console.error(`customary: ${events.length} events were not delivered: ${error.message}`);
}
