import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentPosition } from '../../src/db/act.ts';
import { foldUsage } from '../../src/usage/fold-actions.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { createRandom } from '../support/random.ts';
import { planOf } from '../support/usage.ts';

/** "What caused this spike?": which subscription, whose key, which model, in one call. */

let api: TestApp;
const made: { organization: Json; subscription: Json; subscriber: Json; credential: Json }[] = [];
const SPIKE = 3;

beforeAll(async () => {
  api = await testApp();
  api.setClock('2026-10-20T00:00:00Z');
  const { planId } = await planOf(api);
  const post = async (path: string, body: object) => api.ok('POST', `/v1/${path}`, body);
  for (let i = 0; i < 6; i += 1) {
    const organization = await post('organizations', { name: `Company ${i}` });
    const subscriber = await post('subscribers', {
      email: `dev@c${i}.example`,
      organizationIds: [organization.id],
    });
    const subscription = await post('subscriptions', {
      organizationId: organization.id,
      planId,
      name: `Agreement ${i}`,
      startAt: '2026-10-01T00:00:00Z',
    });
    for (const name of ['app', 'batch']) {
      const credential = await post('credentials', {
        name: `${name} of ${i}`,
        subscriberId: subscriber.id,
        organizationId: organization.id,
        subscriptionId: subscription.id,
        credentialId: `sk-${name}-${i}`,
      });
      if (name === 'batch') made.push({ organization, subscription, subscriber, credential });
    }
  }
  await api.ok('POST', '/v1/events', usualWeeks());
  await currentPosition(api.database);
  await foldUsage(api.database);
  await api.ok('POST', '/v1/events', theSpike());
});
afterAll(() => api.close());

/** Two weeks that are alike, but for chance: every key, three models, always the same region. */
function usualWeeks(): object[] {
  const random = createRandom(20_261_010);
  return Array.from({ length: 600 }, (_, i) => ({
    id: `usual-${i}`,
    time: `2026-10-${String(random.integer(1, 14)).padStart(2, '0')}T${String(random.integer(0, 23)).padStart(2, '0')}:30:00Z`,
    credential: `sk-${random.pick(['app', 'batch'])}-${random.integer(0, 5)}`,
    measures: { tokens: random.integer(90, 110) },
    attributes: {
      model: random.pick(['small', 'medium', 'large']),
      region: 'eu',
      request: `r${i}`,
    },
    cost: { amount: '0.01', currency: 'USD' },
  }));
}

/** On one afternoon of the second week, one key turns to the large model. */
function theSpike(): object[] {
  return Array.from({ length: 400 }, (_, i) => ({
    id: `spike-${i}`,
    time: '2026-10-12T15:20:00Z',
    credential: `sk-batch-${SPIKE}`,
    measures: { tokens: 1000 },
    attributes: { model: 'large', region: 'eu', request: `s${i}` },
    cost: { amount: '0.5', currency: 'USD' },
  }));
}

const week = 'from=2026-10-08T00:00:00Z&to=2026-10-15T00:00:00Z';
const explain = async (query: string): Promise<Json> =>
  api.ok('GET', `/v1/usage/explain?${week}&${query}`);

describe('a spike', () => {
  it('is traced to its subscription, key, subscriber, organization and model in one call', async () => {
    const told = await explain('measure=tokens');
    const { organization, subscription, subscriber, credential } = made[
      SPIKE
    ] as (typeof made)[number];
    const first = told.levels.map((level: Json) => [
      level.by,
      level.drivers[0].id,
      level.drivers[0].name,
    ]);
    expect(first).toEqual([
      ['subscription', subscription.id, `Agreement ${SPIKE}`],
      ['credential', credential.id, `batch of ${SPIKE}`],
      ['subscriber', subscriber.id, `dev@c${SPIKE}.example`],
      ['organization', organization.id, `Company ${SPIKE}`],
    ]);
    // Every event is from the region, so the region explains nothing; no request is two events.
    expect(told.attributes[0]).toMatchObject({ name: 'model', value: 'large' });
    expect(told.attributes.map((each: Json) => each.name)).not.toContain('request');
    expect(told.sentence).toContain(`subscription Agreement ${SPIKE}; `);
    expect(told.sentence).toContain('with model = large');
    expect(told.against).toEqual({
      from: '2026-10-01T00:00:00.000000Z',
      to: '2026-10-08T00:00:00.000000Z',
    });
  });

  it('is told in cost where no measure is named, and its figures are those of usage', async () => {
    const told = await explain('');
    expect(told.metric).toEqual({ by: 'cost', measure: null, currency: 'USD' });
    const { costs } = await api.ok('GET', `/v1/usage?${week}`);
    expect(told.after).toBe(costs[0].amount);
    expect(told.levels[0].drivers[0].id).toBe(made[SPIKE]?.subscription.id);
    expect(told.sentence).toMatch(/^Cost rose by 2\d\d(\.\d+)? USD, from /);
  });

  it('is told in what it is charged at, if asked, down to the key and the model', async () => {
    const told = await explain('by=amount');
    expect(told.metric).toEqual({ by: 'amount', measure: null, currency: 'USD' });
    const { amounts } = await api.ok('GET', `/v1/usage?${week}&figures=amount`);
    expect(told.after).toBe(amounts[0].amount);
    const first = told.levels.map((level: Json) => level.drivers[0].name);
    expect(first.slice(0, 2)).toEqual([`Agreement ${SPIKE}`, `batch of ${SPIKE}`]);
    expect(told.attributes[0]).toMatchObject({ name: 'model', value: 'large' });
    // 400,000 tokens at a cent each, beside what is as usual.
    expect(told.sentence).toMatch(/^The amount rose by (39|40)\d\d(\.\d+)? USD, from /);
  });

  it('seen from the other side is a fall, by the same', async () => {
    const rise = await explain('measure=tokens');
    const fall = await api.ok(
      'GET',
      '/v1/usage/explain?from=2026-10-01T00:00:00Z&to=2026-10-08T00:00:00Z&against=2026-10-08T00:00:00Z&measure=tokens',
    );
    expect([fall.before, fall.after, fall.change]).toEqual([
      rise.after,
      rise.before,
      `-${rise.change}`,
    ]);
    expect(fall.levels[1].drivers[0].id).toBe(made[SPIKE]?.credential.id);
    expect(fall.sentence).toContain('tokens fell by');
  });

  it('elsewhere is none', async () => {
    const told = await explain(`measure=tokens&organizationId=${made[0]?.organization.id}`);
    expect(told.levels[0].drivers.length).toBeLessThanOrEqual(1);
    const nothing = await explain('measure=images');
    expect(nothing).toMatchObject({ change: '0', attributes: [] });
    expect(nothing.sentence).toBe('images did not change: 0, as before.');
  });
});
