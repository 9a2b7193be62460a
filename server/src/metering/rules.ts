import { hash } from 'node:crypto';
import type { Claim } from '../attribution/facts.ts';
import { type Instant, plusMs } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';

/** An event that passed validation, in its canonical form. */
export type ValidEvent = {
  index: number;
  clientId: string;
  source: string;
  /** As sent; null where the recording gives it. */
  time: Instant | null;
  credential: string | null;
  subscription: string | null;
  subscriber: string | null;
  organization: string | null;
  product: string | null;
  measures: Record<string, string>;
  cost: { amount: string; currency: string } | null;
  attributes: Record<string, string>;
};

type Input = {
  id: string;
  source: string;
  time?: Instant | undefined;
  credential?: string | undefined;
  subscription?: string | undefined;
  subscriber?: string | undefined;
  organization?: string | undefined;
  product?: string | undefined;
  measures: Record<string, string>;
  cost?: { amount: string; currency: string } | undefined;
  attributes: Record<string, string>;
};

/** With its names in order; most are sent in order. */
function sorted(record: Record<string, string>): Record<string, string> {
  const names = Object.keys(record);
  if (names.every((name, i) => i === 0 || (names[i - 1] as string) < name)) return record;
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** One spelling for each event: keys in order, e-mail in lower case, instants and numbers normalized already. */
export function canonical(input: Input, index: number): ValidEvent {
  const subscriber = input.subscriber ?? null;
  return {
    index,
    clientId: input.id,
    source: input.source,
    time: input.time ?? null,
    credential: input.credential ?? null,
    subscription: input.subscription ?? null,
    subscriber: subscriber?.includes('@') ? subscriber.toLowerCase() : subscriber,
    organization: input.organization ?? null,
    product: input.product ?? null,
    measures: sorted(input.measures),
    cost: input.cost ?? null,
    attributes: sorted(input.attributes),
  };
}

/**
 * SHA-256, in hex, over what the client said: equal for a retry, whenever it comes. A time that the client left out is left
 * out here too, or every retry would be a conflict.
 */
export function bodyHash(event: ValidEvent): string {
  const { index: _, ...body } = event;
  return hash('sha256', JSON.stringify(body), 'hex');
}

export type TimeProblem = { code: string; detail: string };

/** The latest that an event may have occurred which arrives now. */
export function latestTime(now: Instant): Instant {
  return plusMs(now, limits.occurredAheadMsMax);
}

export function timeProblem(time: Instant | null, latest: Instant): TimeProblem | null {
  if (time === null) return null;
  if (time < limits.occurredAtMin)
    return { code: 'time_too_early', detail: `The event must have occurred in 2000 or later.` };
  if (time > latest)
    return {
      code: 'time_in_future',
      detail: 'The event must not have occurred more than one hour from now.',
    };
  return null;
}

/** The order in which keys are claimed: any, as long as it is always the same. */
export function compareKeys(a: EventKey, b: EventKey): number {
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  return a.clientId < b.clientId ? -1 : 1;
}

export type EventKey = { source: string; clientId: string; hash: string };
export type Fate = 'new' | 'duplicate' | 'conflict';

/**
 * What becomes of each event of a batch, given what is stored already: the first of an id stands, an equal body is a
 * duplicate, another body a conflict. Within the batch, earlier events count as stored.
 */
export function fatesOf(events: readonly EventKey[], stored: ReadonlyMap<string, string>): Fate[] {
  const known = new Map(stored);
  return events.map((event) => {
    const key = keyOf(event);
    const first = known.get(key);
    if (first === undefined) known.set(key, event.hash);
    return first === undefined ? 'new' : first === event.hash ? 'duplicate' : 'conflict';
  });
}

/** One text for each pair. */
export function keyOf({ source, clientId }: { source: string; clientId: string }): string {
  return `${source.length} ${source}${clientId}`;
}

export function claimOf(
  event: ValidEvent,
  occurredAt: Instant,
  credentialKey: number | null,
): Claim {
  return {
    occurredAt,
    credentialKey,
    subscription: event.subscription,
    subscriber: event.subscriber,
    organization: event.organization,
    product: event.product,
    measures: Object.keys(event.measures),
    attributes: event.attributes,
    recorded: null,
  };
}

/** The event as a client would send it, to be kept for a replay. */
export function toInput(event: ValidEvent): Record<string, unknown> {
  const isSent = ([name, value]: [string, unknown]) =>
    value !== null && name !== 'index' && name !== 'clientId';
  return { id: event.clientId, ...Object.fromEntries(Object.entries(event).filter(isSent)) };
}

/** The first days of the months (UTC) that the instants lie in. */
export function monthsOf(instants: readonly Instant[]): string[] {
  return [...new Set(instants.map((instant) => `${instant.slice(0, 7)}-01`))].toSorted();
}
