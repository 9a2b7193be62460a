import { sql } from 'kysely';
import type { Action } from '../../src/db/act.ts';
import { newId } from '../../src/lib/id.ts';
import { parseInstant } from '../../src/lib/instant.ts';

/** An event and who it is attributed to, written straight into the tables: rating starts from them. */
export type SeededEvent = {
  at: string;
  subscriptionId: string;
  organizationId: string;
  measures: Record<string, string>;
  attributes?: Record<string, string>;
};

export type Seeded = SeededEvent & { id: string };

/** Records events with their attributions; answers them with their ids. */
export async function seedUsage(action: Action, events: readonly SeededEvent[]): Promise<Seeded[]> {
  const seeded = events.map((event) => {
    const occurredAt = parseInstant(event.at);
    if (occurredAt === null) throw new RangeError(`Not an instant: ${event.at}`);
    return { ...event, at: occurredAt, id: newId('evt', occurredAt) };
  });
  const months = [...new Set(seeded.map(({ at }) => `${at.slice(0, 7)}-01`))];
  await sql`select ensure_event_partitions(${months}::date[])`.execute(action.tx);
  for (const event of seeded) {
    await sql`insert into events (id, occurred_at, journal_id, source, client_id, measures, attributes)
      values (${event.id}, ${event.at}, ${action.journalId}, '', ${event.id}, ${JSON.stringify(event.measures)}, ${JSON.stringify(event.attributes ?? {})})`.execute(
      action.tx,
    );
  }
  await attribute(action, seeded, 1);
  return seeded;
}

/** Takes events away from where they are attributed, and gives them to another subscription, if one is named. */
export async function moveUsage(
  action: Action,
  events: readonly Seeded[],
  to: { subscriptionId: string; organizationId: string } | null,
): Promise<Seeded[]> {
  await attribute(action, events, -1);
  const moved = events.map((event) => ({ ...event, ...to }));
  if (to !== null) await attribute(action, moved, 1);
  return moved;
}

async function attribute(action: Action, events: readonly Seeded[], sign: 1 | -1): Promise<void> {
  for (const event of events) {
    await sql`insert into attributions (event_id, occurred_at, journal_id, sign, organization_id, subscription_id, rule, sentence)
      values (${event.id}, ${event.at}, ${action.journalId}, ${sign}, ${event.organizationId}, ${event.subscriptionId}, 'test', 'Seeded.')`.execute(
      action.tx,
    );
  }
}
