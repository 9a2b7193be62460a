import { expect } from 'vitest';
import type { Company, Customer } from './company.ts';
import type { UsageEvent } from './model.ts';
import { servicePeriods } from './oracle-calendar.ts';
import { isoOf } from './server.ts';

/** The usage of the sample company: a few events for each customer and month, some of them at the edges of periods. */

const BATCH = 5000;
const models = ['small', 'large'];

function eventOf(company: Company, customer: Customer, at: number): UsageEvent {
  const { random } = company;
  const { subscription, credentials, organizationId, teamId } = customer;
  company.events += 1;
  const [first, second] = credentials;
  const chosen = random.integer(1, 20);
  const claims =
    chosen <= 11
      ? { credential: first?.key ?? '' }
      : chosen <= 15
        ? { credential: second?.key ?? '' }
        : chosen <= 18
          ? { subscription: subscription.id }
          : { organization: chosen === 20 && teamId !== null ? teamId : organizationId };
  return {
    id: `e${company.events}`,
    at,
    recordedAt: 0,
    ...claims,
    measures: {
      tokens: String(random.integer(1, 400_000) / 1000),
      seat: String(random.integer(1, 9)),
      gigabytes: String(random.integer(1, 90)),
    },
    ...(random.chance(0.5) && { attributes: { model: random.pick(models) } }),
    ...(random.chance(0.9) && {
      cost: {
        amount: String(random.integer(1, 9_000_000) / 1_000_000),
        currency: random.chance(0.95) ? 'USD' : 'EUR',
      },
    }),
  };
}

/** What a customer used in [from, to), if it was one then. */
export function usageOf(
  company: Company,
  customer: Customer,
  from: number,
  to: number,
  count: number,
): UsageEvent[] {
  const { start, end } = customer.subscription;
  const [first, last] = [Math.max(from, start), Math.min(to, end ?? to)];
  if (first >= last) return [];
  const edges = servicePeriods(customer.subscription, to)
    .flatMap((period) => [period.start, period.start - 1, period.end - 1])
    .filter((at) => first <= at && at < last);
  const times = Array.from({ length: count }, () => company.random.integer(first, last - 1));
  return [...new Set([...edges, ...times])].map((at) => eventOf(company, customer, at));
}

/** Sends events, in no order and some of them twice. */
export async function send({ server, world, random }: Company, events: UsageEvent[]) {
  for (const event of events) event.recordedAt = server.now();
  world.events.push(...events);
  const again = events.filter((_, i) => i % 50 === 0);
  const bodies = random.shuffle([...events, ...again]).map(({ at, ...event }) => ({
    ...event,
    time: isoOf(at),
    recordedAt: undefined,
  }));
  for (let i = 0; i < bodies.length; i += BATCH) {
    const batch = bodies.slice(i, i + BATCH);
    const answer = await server.ok('POST', '/v1/events', batch);
    expect([answer.accepted + answer.duplicates, answer.conflicts, answer.rejected]).toEqual([
      batch.length,
      [],
      [],
    ]);
  }
}
