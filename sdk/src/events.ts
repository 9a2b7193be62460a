import { decimalText } from './decimals.ts';
import { randomId } from './id.ts';
import { encodeJson, escape } from './json.ts';
import { CustomaryInputError } from './problem.ts';

/** One record of usage, as an application reports it. Any of the identifiers says whose it is. */
export interface UsageEvent {
  /**
   * Together with `source` it makes the event count once, for ever. Choose one that a repeat of the same work would
   * choose again (a request id); without one a random id is made when the event is added.
   */
  id?: string | undefined;
  source?: string | undefined;
  /**
   * When it happened, RFC 3339. Give it wherever you give an `id`: without one, such an event counts as having happened
   * when the server records it. An event without an `id` gets the time at which it was added.
   */
  time?: string | undefined;
  /** The credential ID that the request was made with. */
  credential?: string | undefined;
  subscription?: string | undefined;
  /** An e-mail address or a subscriber's id. */
  subscriber?: string | undefined;
  organization?: string | undefined;
  product?: string | undefined;
  /** Quantities: decimal text, or numbers that are exact. */
  measures: Record<string, number | string>;
  cost?: { amount: string; currency: string } | undefined;
  attributes?: Record<string, string | number | boolean> | undefined;
}

/** An event whose id is known, so that it can be sent again without counting twice. */
export type IdentifiedEvent = UsageEvent & { id: string };

/** An event ready to be sent, byte for byte the same each time. */
export interface Entry {
  event: IdentifiedEvent;
  text: string;
  sizeBytes: number;
  /** Counts the events of one batcher, in the order of `add`. */
  sequence: number;
}

/** Gives an event what its retries need (id, time, exact text), or refuses it. */
export function prepareEvent(event: UsageEvent, sequence: number, now: number): Entry {
  if (typeof event.measures !== 'object' || event.measures === null) {
    throw new CustomaryInputError(
      '/measures',
      'Expected an object of measures, such as {"requests": 1}.',
    );
  }
  const measures: [string, string][] = [];
  for (const [name, value] of Object.entries(event.measures)) {
    measures.push([name, decimalText(value, `/measures/${escape(name)}`)]);
  }
  const identified = { ...identify(event, now), measures: Object.fromEntries(measures) };
  const text = encodeJson(identified);
  return { event: identified, text, sizeBytes: new TextEncoder().encode(text).length, sequence };
}

/**
 * An event whose id its author chose may be added again, by a rerun or by another process. It must then be the same
 * event, or it would be a conflict: so a time is only made up where the id is.
 */
function identify(event: UsageEvent, now: number): IdentifiedEvent {
  if (event.id !== undefined) return { ...event, id: event.id };
  return { ...event, id: randomId(), time: event.time ?? new Date(now).toISOString() };
}
