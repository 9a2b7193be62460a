import type { Instant } from '../lib/instant.ts';
import type { TimelineRow } from '../lib/timeline.ts';
import type { Directory, PricedMeter, SubscriptionFacts } from './facts.ts';

/** A measure (`*`: any) that several subscriptions would price, once two organizations are one. */
export type Ambiguity = { readonly measure: string; readonly subscriptionIds: string[] };

type Stretch = Pick<TimelineRow<unknown>, 'from' | 'to'>;

/** What subscriptions of one side and of the other price at the same time, at or after an instant. */
export function ambiguitiesBetween(
  directory: Pick<Directory, 'subscriptions' | 'subscriptionsOf'>,
  one: readonly string[],
  other: readonly string[],
  from: Instant | null,
): Ambiguity[] {
  const of = (ids: readonly string[]) =>
    ids
      .flatMap((id) => directory.subscriptionsOf.get(id) ?? [])
      .flatMap((id) => directory.subscriptions.get(id) ?? []);
  const byMeasure = new Map<string, Set<string>>();
  for (const a of of(one)) {
    for (const b of of(other)) {
      for (const measure of sharedMeasures(a, b, from)) {
        const known = byMeasure.get(measure) ?? new Set();
        byMeasure.set(measure, known.add(a.id).add(b.id));
      }
    }
  }
  return [...byMeasure]
    .map(([measure, ids]) => ({ measure, subscriptionIds: [...ids].toSorted() }))
    .toSorted((a, b) => (a.measure < b.measure ? -1 : 1));
}

function sharedMeasures(a: SubscriptionFacts, b: SubscriptionFacts, from: Instant | null) {
  const within: Stretch[] = [
    { from, to: null },
    { from: a.startAt, to: a.endAt },
    { from: b.startAt, to: b.endAt },
  ];
  return a.plans.flatMap((planOfA) =>
    b.plans
      .filter((planOfB) => meet([...within, planOfA, planOfB]))
      .flatMap((planOfB) =>
        planOfA.value.prices.flatMap((x) =>
          planOfB.value.prices.flatMap((y) => sharedMeasure(x, y) ?? []),
        ),
      ),
  );
}

/** Whether all stretches have an instant in common. */
function meet(stretches: readonly Stretch[]): boolean {
  const start = stretches
    .flatMap(({ from }) => from ?? [])
    .toSorted()
    .at(-1);
  const end = stretches.flatMap(({ to }) => to ?? []).toSorted()[0];
  return start === undefined || end === undefined || start < end;
}

/** A meter without a measure prices every event. Filters that no event passes both of share nothing. */
function sharedMeasure(a: PricedMeter, b: PricedMeter): string | null {
  if (a.measure !== null && b.measure !== null && a.measure !== b.measure) return null;
  const apart = Object.entries(a.filter).some(([attribute, wanted]) => {
    const others = b.filter[attribute];
    return (
      others !== undefined && ![wanted].flat().some((value) => [others].flat().includes(value))
    );
  });
  return apart ? null : (a.measure ?? b.measure ?? '*');
}
