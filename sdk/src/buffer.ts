import type { Entry } from './events.ts';

/** What a buffer may hold, in the queue and in flight together. */
export interface BufferLimits {
  eventsMax: number;
  bytesMax: number;
}

export interface BatchLimits {
  eventsMax: number;
  bytesMax: number;
}

interface Waiter {
  entry: Entry;
  admit: () => void;
}

export type EventBuffer = ReturnType<typeof createBuffer>;

/**
 * Where events are between `add` and their answer, first in first out: *waiting* for room (at most `eventsMax`),
 * *queued*, then *in flight*. Events in flight keep their room, so memory is bounded whatever the server does.
 */
export function createBuffer(limits: BufferLimits) {
  const waiting: Waiter[] = [];
  const queued: Entry[] = [];
  const inFlight = new Set<Entry[]>();
  const held = { events: 0, sizeBytes: 0 };
  let queuedBytes = 0;

  const hasRoomFor = (entry: Entry): boolean =>
    held.events === 0 ||
    (held.events < limits.eventsMax && held.sizeBytes + entry.sizeBytes <= limits.bytesMax);

  const queue = (entry: Entry): void => {
    queued.push(entry);
    queuedBytes += entry.sizeBytes;
    held.events += 1;
    held.sizeBytes += entry.sizeBytes;
  };

  return {
    /** Takes an event now, or promises to once there is room; null: too many wait already. */
    offer(entry: Entry): Promise<void> | null {
      if (waiting.length === 0 && hasRoomFor(entry)) {
        queue(entry);
        return Promise.resolve();
      }
      if (waiting.length >= limits.eventsMax) return null;
      return new Promise((admit) => waiting.push({ entry, admit }));
    },

    /** Moves the next batch from the queue into flight. */
    take(batch: BatchLimits): Entry[] {
      const taken = queued.splice(0, countWithin(queued, batch));
      queuedBytes -= sizeOf(taken);
      inFlight.add(taken);
      return taken;
    },

    /** Forgets a batch that was answered or given up, and lets in who waits. */
    release(batch: Entry[]): void {
      inFlight.delete(batch);
      held.events -= batch.length;
      held.sizeBytes -= sizeOf(batch);
      for (let next = waiting[0]; next !== undefined && hasRoomFor(next.entry); next = waiting[0]) {
        waiting.shift();
        queue(next.entry);
        next.admit();
      }
    },

    holdsFullBatch: (batch: BatchLimits): boolean =>
      queued.length >= batch.eventsMax || queuedBytes >= batch.bytesMax,
    isFull: (): boolean => waiting.length > 0 || held.events >= limits.eventsMax,
    /** The sequence of the first and last event in the queue, or null. */
    firstQueued: (): number | null => queued[0]?.sequence ?? null,
    lastQueued: (): number | null => queued.at(-1)?.sequence ?? null,
    /** The oldest event without an answer, wherever it is; Infinity if there is none. */
    oldest(): number {
      const firsts = [...inFlight].map((batch) => batch[0]?.sequence ?? Infinity);
      return Math.min(
        ...firsts,
        queued[0]?.sequence ?? Infinity,
        waiting[0]?.entry.sequence ?? Infinity,
      );
    },
    /** Events that have no answer yet. */
    count: (): number => held.events + waiting.length,
  };
}

/** How many events from the front make one batch: at least one, however large it is. */
function countWithin(queued: Entry[], batch: BatchLimits): number {
  let sizeBytes = 0;
  const front = queued.slice(0, batch.eventsMax);
  const tooMuch = front.findIndex((entry) => (sizeBytes += entry.sizeBytes) > batch.bytesMax);
  return tooMuch === -1 ? front.length : Math.max(1, tooMuch);
}

function sizeOf(entries: Entry[]): number {
  return entries.reduce((total, entry) => total + entry.sizeBytes, 0);
}
