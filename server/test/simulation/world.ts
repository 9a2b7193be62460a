/**
 * What the simulation believes: a plain list of events and plain timelines. Times are half-days since the simulation
 * began, so that things often happen at the very same instant, where ranges end and begin.
 */

/** What holds from an instant on, up to the next one; the first holds since ever. */
export type Steps<V> = { from: number; value: V }[];

export const EVER = -Infinity;
export const since = <V>(value: V): Steps<V> => [{ from: EVER, value }];
export const at = <V>(steps: Steps<V>, time: number): V =>
  (steps.findLast(({ from }) => from <= time) ?? steps[0])?.value as V;
/** From an instant on, in place of what was planned for later. */
export const put = <V>(steps: Steps<V>, from: number, value: V): Steps<V> => [
  ...steps.filter((step) => step.from < from),
  { from, value },
];
/** Over a stretch of time only. */
export function overlay<V>(steps: Steps<V>, from: number, to: number, value: V): Steps<V> {
  if (from >= to) return steps;
  const after = to === Infinity ? [] : [{ from: to, value: at(steps, to) }];
  const kept = steps.filter((step) => step.from < from || step.from > to);
  return [...kept, { from, value }, ...after].toSorted((a, b) => a.from - b.from);
}

/** `own`: the measures that subscriptions of both price, of which each keeps its own. */
export type Alias = { into: string; own: string[] };

export type Organization = {
  id: string;
  name: string;
  externalId: string | null;
  domain: string | null;
  parents: Steps<string | null>;
  payers: Steps<string | null>;
  aliases: Steps<Alias | null>;
};
export type Subscriber = { id: string; email: string; memberships: Steps<string[]> };
export type Subscription = {
  id: string;
  externalId: string | null;
  organizationId: string;
  measure: string;
  start: number;
  end: number;
  paused: Steps<boolean>;
  /** By name. */
  plans: Steps<string>;
};
export type Bound = { subscriber: string; organization: string; subscription: string | null };
export type Binding = { from: number; to: number; bound: Bound };
/** A credential; `null` as its id until somebody looks: usage made it. */
export type Key = {
  id: string;
  bindings: Binding[];
  names: { text: string; from: number; to: number }[];
};

export type Event = {
  id: string;
  time: number;
  measure: string;
  quantity: number;
  credential?: string;
  subscription?: string;
  subscriber?: string;
  organization?: string;
};
/**
 * Whose an event is. `meant`: the organization that it named, for names go on meaning what they meant. `byHand`: the
 * re-attribution that says so.
 */
export type Owner = {
  organization: string;
  subscription: string | null;
  meant: string | null;
  byHand: string | null;
};

export type World = {
  now: number;
  organizations: Map<string, Organization>;
  subscribers: Map<string, Subscriber>;
  subscriptions: Map<string, Subscription>;
  keys: Key[];
  /** In the order of recording. */
  events: Event[];
  owners: Map<string, Owner>;
  /** Something that the design leaves open has come up: such a step is not taken. */
  isAwkward: boolean;
};

export const emptyWorld = (): World => ({
  now: 1,
  organizations: new Map(),
  subscribers: new Map(),
  subscriptions: new Map(),
  keys: [],
  events: [],
  owners: new Map(),
  isAwkward: false,
});

/** A copy to try a step on. Events and owners are never changed, only replaced. */
export const copyOf = (world: World): World => ({
  ...structuredClone({ ...world, events: [], owners: new Map<string, Owner>() }),
  events: [...world.events],
  owners: new Map(world.owners),
});

// Time -------------------------------------------------------------------------------------------

const BEGIN = Date.UTC(2026, 0, 1);
const HALF_DAY = 12 * 60 * 60 * 1000;
/** When a month begins, counted from that of the beginning. */
export const monthStart = (month: number): number => (Date.UTC(2026, month, 1) - BEGIN) / HALF_DAY;
export function monthOf(time: number): number {
  let month = Math.floor(time / 60) - 1;
  while (monthStart(month + 1) <= time) month += 1;
  return month;
}
const two = (n: number) => String(n).padStart(2, '0');
export const monthName = (month: number): string =>
  `${2026 + Math.floor(month / 12)}-${two((((month % 12) + 12) % 12) + 1)}`;
export function instant(time: number): string {
  const halfDays = time - monthStart(monthOf(time));
  const hour = halfDays % 2 === 0 ? '00' : '12';
  return `${monthName(monthOf(time))}-${two(Math.floor(halfDays / 2) + 1)}T${hour}:00:00.000000Z`;
}
export const instantOrEver = (time: number): string | null =>
  time === EVER ? null : instant(time);
export const timeOf = (text: string): number => (Date.parse(text) - BEGIN) / HALF_DAY;
