import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testApp, type TestApp } from '../support/app.ts';
import { createRandom, type Random } from '../support/random.ts';
import { misplaced, planOf } from '../support/usage.ts';

/** Every event is in one place, and every measure sums to the same, whoever owns what (design §3.1). */

let api: TestApp;
beforeAll(async () => {
  api = await testApp();
});
afterAll(() => api.close());

describe('conservation', () => {
  const reversals = async (source: string) =>
    Number(
      (
        await api.database.pool.query(
          `select count(*) as n from attributions a join events e on e.id = a.event_id where e.source = $1 and a.sign = -1`,
          [source],
        )
      ).rows[0].n,
    );

  it.each([11, 12, 13])(
    'holds after any mix of usage and changes of ownership (seed %i)',
    async (seed) => {
      const random = createRandom(seed);
      const world = await makeWorld(`w${seed}`);
      const total = async () =>
        (
          await api.database.pool.query(
            `select sum(a.sign * (e.measures ->> 'tokens')::numeric)::text as tokens, sum(a.sign)::int as events
           from attributions a join events e on e.id = a.event_id where e.source = $1`,
            [world.source],
          )
        ).rows[0];
      let sent = 0;
      let tokens = 0;
      let changed = 0;
      for (let step = 0; step < 100; step += 1) {
        if (random.chance(0.5)) {
          const batch = Array.from({ length: random.integer(1, 20) }, () =>
            world.event(random, (sent += 1)),
          );
          tokens += batch.reduce((sum, event) => sum + event.measures.tokens, 0);
          expect(await api.ok('POST', '/v1/events', batch)).toMatchObject({
            accepted: batch.length,
          });
        } else {
          const { status, text } = await world.change(random);
          expect(status, text).toBeLessThan(500);
          changed += status < 300 ? 1 : 0;
        }
        expect(await misplaced(api)).toEqual([]);
        expect(await total()).toEqual(
          sent === 0 ? { tokens: null, events: null } : { tokens: String(tokens), events: sent },
        );
      }
      expect(changed).toBeGreaterThan(5);
      expect(await reversals(world.source), 'usage that moved').toBeGreaterThan(10);
    },
  );

  async function makeWorld(source: string) {
    const { planId } = await planOf(api, `${source} plan`);
    const name = (i: number) => `${source}-${i}`;
    const day = (n: number) => `2026-09-${String(n).padStart(2, '0')}T00:00:00Z`;
    const organizations: string[] = [];
    for (const i of [0, 1, 2]) {
      const body = {
        name: name(i),
        externalId: name(i),
        associatedDomains: [`${name(i)}.example`],
      };
      organizations.push((await api.ok('POST', '/v1/organizations', body)).id);
    }
    /** One of those there are, made by a request or by usage. */
    const some = async (random: Random, table: 'credentials' | 'subscribers' | 'subscriptions') => {
      const { rows } = await api.database.pool.query<{ id: string }>(
        `select id from ${table} where archived_at is null order by created_at, id`,
      );
      return rows.length === 0 ? 'none' : random.pick(rows).id;
    };
    const from = (random: Random) => random.pick([null, day(5), day(10), day(20)]);
    const event = (random: Random, id: number) => ({
      id: `e${id}`,
      source,
      time: day(random.integer(1, 28)),
      ...(random.chance(0.7) && { credential: `sk-${name(random.integer(0, 5))}` }),
      ...(random.chance(0.3) && { subscription: name(random.integer(0, 3)) }),
      ...(random.chance(0.4) && {
        subscriber: `p${random.integer(0, 3)}@${name(random.integer(0, 3))}.example`,
      }),
      ...(random.chance(0.3) && { organization: name(random.integer(0, 3)) }),
      measures: { tokens: random.integer(1, 9) },
    });
    const changes: ((random: Random) => ReturnType<TestApp['call']>)[] = [
      async (r) =>
        api.call('POST', '/v1/subscribers', {
          email: `p${r.integer(0, 3)}@${name(r.integer(0, 3))}.example`,
          organizationIds: [r.pick(organizations)],
        }),
      async (r) =>
        api.call('POST', '/v1/subscriptions', {
          planId,
          organizationId: r.pick(organizations),
          externalId: name(r.integer(0, 3)),
          startAt: day(r.integer(1, 20)),
        }),
      async (r) =>
        api.call('POST', '/v1/credentials', {
          name: 'k',
          credentialId: `sk-${name(r.integer(0, 5))}`,
          organizationId: r.pick(organizations),
          subscriberId: await some(r, 'subscribers'),
        }),
      async (r) =>
        api.call('POST', `/v1/credentials/${await some(r, 'credentials')}/move`, {
          organizationId: r.pick(organizations),
          from: from(r),
        }),
      async (r) =>
        api.call('POST', `/v1/credentials/${await some(r, 'credentials')}/rotate`, {
          credentialId: `sk-${name(r.integer(0, 5))}`,
        }),
      async (r) => api.call('DELETE', `/v1/credentials/${await some(r, 'credentials')}`),
      async (r) =>
        api.call('POST', `/v1/subscribers/${await some(r, 'subscribers')}/memberships`, {
          organizationIds: [r.pick(organizations)],
          from: from(r),
        }),
      async (r) =>
        api.call('PATCH', `/v1/subscribers/${await some(r, 'subscribers')}`, {
          email: `p${r.integer(0, 3)}@${name(r.integer(0, 3))}.example`,
        }),
      async (r) =>
        api.call('POST', `/v1/organizations/${r.pick(organizations)}/move`, {
          parentId: r.pick([null, ...organizations]),
          from: day(r.integer(1, 28)),
        }),
      async (r) =>
        api.call('PATCH', `/v1/organizations/${r.pick(organizations)}`, {
          name: name(r.integer(0, 3)),
        }),
      async (r) =>
        api.call('POST', `/v1/subscriptions/${await some(r, 'subscriptions')}/pause`, {
          from: day(r.integer(1, 28)),
        }),
      async (r) =>
        api.call('POST', `/v1/subscriptions/${await some(r, 'subscriptions')}/resume`, {
          from: day(r.integer(1, 28)),
        }),
      async (r) =>
        api.call('POST', `/v1/subscriptions/${await some(r, 'subscriptions')}/cancel`, {
          endAt: day(r.integer(2, 28)),
        }),
      async (r) => api.call('DELETE', `/v1/subscriptions/${await some(r, 'subscriptions')}`),
    ];
    return { source, event, change: (random: Random) => random.pick(changes)(random) };
  }
});
