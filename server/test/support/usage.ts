import { expect } from 'vitest';
import type { Json, TestApp } from './app.ts';

/** Sending usage through the API and asking what became of it. */

export type Usage = {
  /** Sends an event with an id of its own; answers that id. */
  send(fields: object): Promise<string>;
  /** The event as the API shows it. */
  find(clientId: string): Promise<Json>;
  trace(clientId: string): Promise<Json>;
  /** Whom the event is attributed to now. */
  owner(clientId: string): Promise<Json>;
};

export function usageOf(api: TestApp): Usage {
  let sent = 0;
  const find = async (clientId: string) => {
    const path = `/v1/events?clientId=${encodeURIComponent(clientId)}`;
    const { items } = await api.ok('GET', path);
    expect(items, `the event ${clientId}`).toHaveLength(1);
    return items[0];
  };
  return {
    find,
    send: async (fields) => {
      const id = `e${(sent += 1)}`;
      const event = { id, time: '2026-09-15T10:00:00Z', measures: { tokens: 1 }, ...fields };
      const answer = await api.ok('POST', '/v1/events', event);
      expect(answer, JSON.stringify(event)).toMatchObject({ accepted: 1, rejected: [] });
      return id;
    },
    trace: async (clientId) => api.ok('GET', `/v1/events/${(await find(clientId)).id}/trace`),
    owner: async (clientId) => (await find(clientId)).attribution,
  };
}

/** Events whose entries do not say, in sum, that they are in one place (design §3.1). */
export async function misplaced(api: TestApp): Promise<string[]> {
  const { rows } = await api.database.pool.query<{ id: string }>(
    `select coalesce(e.id, a.event_id) as id from events e full join
            (select event_id, sum(sign) as placed from attributions group by event_id) a on a.event_id = e.id
      where e.id is null or a.placed is distinct from 1`,
  );
  return rows.map(({ id }) => id);
}

/** How many events of each fate the answers counted, and how many are stored. */
export async function counts(api: TestApp): Promise<Record<string, number>> {
  const { rows } = await api.database.pool.query<Record<string, string>>(
    `select (select count(*) from events) as events, (select count(*) from event_keys) as keys,
            (select count(*) from event_conflicts) as conflicts, (select count(*) from event_rejects) as rejects,
            (select coalesce(sum(accepted), 0) from ingest_batches) as accepted`,
  );
  return Object.fromEntries(Object.entries(rows[0] ?? {}).map(([name, n]) => [name, Number(n)]));
}

/** A product, and a plan of it that charges `tokens` at a cent each; answers their ids. */
export async function planOf(
  api: TestApp,
  name = 'Tokens',
): Promise<{ planId: string; productId: string }> {
  const { id: productId } = await api.ok('POST', '/v1/products', { name });
  const meters = await api.ok('GET', '/v1/meters?key=tokens');
  if (meters.items.length === 0) {
    await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  }
  const { id: planId } = await api.ok('POST', '/v1/plans', {
    productId,
    name,
    currency: 'USD',
    interval: { unit: 'month', count: 1 },
    charges: [{ name: 'tokens', meter: 'tokens', model: 'perUnit', unitPrice: '0.01' }],
  });
  return { planId, productId };
}
