import { expect } from 'vitest';
import type { Json } from '../support/app.ts';
import { lineage, NOBODY } from './attribution.ts';
import { agree, differ, type Simulation } from './simulation.ts';
import { instant, monthStart } from './world.ts';

/** What must hold after a step. */

/** Every event is in one place, which is where the oracle has it. */
export async function ownersAreRight({ api, world, eventIds }: Simulation): Promise<void> {
  const { rows } = await api.database.pool.query<Json>(
    `select e.client_id, e.id, a.organization_id, a.subscription_id, t.signs
       from events e
       left join lateral (select sum(sign)::int as signs from attributions x where x.event_id = e.id) t on true
       left join lateral (select * from attributions x where x.event_id = e.id and x.sign = 1 order by x.journal_id desc limit 1) a on true`,
  );
  expect(rows.length, 'events stored').toBe(world.events.length);
  const wrong: string[] = [];
  for (const { client_id, id, organization_id, subscription_id, signs } of rows) {
    eventIds.set(client_id, id);
    const owner = world.owners.get(client_id);
    if (signs !== 1) wrong.push(`${client_id} is in ${signs} places`);
    if (owner?.organization !== organization_id || owner?.subscription !== subscription_id) {
      const event = world.events.find((each) => each.id === client_id);
      wrong.push(
        `${JSON.stringify({ ...event, time: instant(event?.time ?? 0) })} is ${organization_id} ${subscription_id}, not ${owner?.organization} ${owner?.subscription}`,
      );
    }
  }
  agree('owners', wrong);
}

const add = (sums: Map<string, number>, key: string, quantity: number) =>
  sums.set(key, (sums.get(key) ?? 0) + quantity);

/** Every other body under a known id is kept, once. */
export async function conflictsAreKept({ api, conflicts }: Simulation): Promise<void> {
  const { rows } = await api.database.pool.query<Json>(
    'select count(*)::int as kept from event_conflicts',
  );
  expect(rows[0].kept, 'conflicts kept').toBe(conflicts.size);
}

/** Usage by organization, own and rolled up, and by subscription, is what the events come to. */
export async function usageIsRight({ api, world }: Simulation): Promise<void> {
  const [own, rolledUp, billed] = [0, 1, 2].map(() => new Map<string, number>());
  if (!own || !rolledUp || !billed) return;
  for (const { id, time, measure, quantity } of world.events) {
    const { organization, subscription } = world.owners.get(id) ?? { organization: NOBODY };
    const above = lineage(world, organization, time).map((level) => level.id);
    add(own, `${organization} ${measure}`, quantity);
    add(billed, `${subscription} ${measure}`, quantity);
    // What was given by hand to one that is merged counts, rolled up, for its survivor.
    for (const each of new Set(above)) add(rolledUp, `${each} ${measure}`, quantity);
  }
  const range = `from=${instant(monthStart(-2))}&to=${instant(world.now + 1)}&figures=quantity`;
  const asked: [string, Map<string, number>][] = [
    ['groupBy=organization', own],
    ['groupBy=organization&rollUp=true', rolledUp],
    ['groupBy=subscription', billed],
  ];
  for (const [query, expected] of asked) {
    const { items } = await api.ok('GET', `/v1/usage?${range}&${query}`);
    const is = items.map(
      (row: Json) => `${String(Object.values(row.group)[0])} ${row.measure} ${row.quantity}`,
    );
    const shouldBe = [...expected].map(([name, quantity]) => `${name} ${quantity}`);
    agree(query, differ(is, shouldBe));
  }
}

export async function checksAreOk({ api }: Simulation): Promise<void> {
  const { checks } = await api.ok('GET', '/v1/checks');
  agree(
    'checks',
    checks.filter((check: Json) => !check.ok).map((check: Json) => JSON.stringify(check)),
  );
}
