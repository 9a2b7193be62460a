import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../support/app.ts';

/** Merges of organizations: a dated alias, previewed, applied, undone (design §4.9). */

let api: TestApp;
let planId: string;
let otherPlanId: string;

const post = (path: string, body?: object) => api.ok('POST', `/v1/${path}`, body);
const get = (path: string) => api.ok('GET', `/v1/${path}`);
const organization = async (name: string, more: object = {}): Promise<string> =>
  (await post('organizations', { name, ...more })).id;
const subscribe = async (organizationId: string, plan = planId): Promise<string> =>
  (await post('subscriptions', { organizationId, planId: plan, startAt: '2026-10-01T00:00:00Z' }))
    .id;
let sent = 0;
const send = async (claims: object, tokens: number, time: string, measure = 'tokens') => {
  const id = `e${(sent += 1)}`;
  await post('events', { id, ...claims, measures: { [measure]: tokens }, time });
  return id;
};
const ownerOf = async (clientId: string): Promise<Json> => {
  const { items } = await get(`events?source=&clientId=${clientId}`);
  const { position: _, ...attribution } = items[0].attribution;
  return attribution;
};
const merging = (organizationId: string, intoId: string, more: object = {}) =>
  post('merges', { organizationId, intoId, ...more });
const merge = async (organizationId: string, intoId: string, more: object = {}): Promise<Json> => {
  const { id } = await merging(organizationId, intoId, more);
  return post(`merges/${id}/apply`);
};

beforeEach(async () => {
  api = await testApp();
  api.setClock('2026-10-01T00:00:00Z');
  const { id: productId } = await post('products', { name: 'API' });
  const charges = [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.10' }];
  await post('meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  await post('meters', { key: 'images', aggregation: 'sum', measure: 'images' });
  planId = (await post('plans', { productId, name: 'Tokens', charges })).id;
  const images = [{ meter: 'images', model: 'perUnit', unitPrice: '1' }];
  otherPlanId = (await post('plans', { productId, name: 'Images', charges: images })).id;
  api.setClock('2026-10-20T00:00:00Z');
});
afterEach(async () => {
  const { checks } = await get('checks');
  await api.close();
  const problems = checks.flatMap((check: Json) => check.problems);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
});

describe('a merge', () => {
  it('moves usage from its date on, and lets old identifiers answer', async () => {
    const survivor = await organization('Acme', { externalId: 'acme' });
    const merged = await organization('Acme Labs', { externalId: 'labs' });
    await subscribe(survivor);
    const early = await send({ organization: merged }, 1, '2026-10-05T00:00:00Z');
    const late = await send({ organization: 'labs' }, 2, '2026-10-16T00:00:00Z');
    const { id, preview } = await merging(merged, survivor, { from: '2026-10-15T00:00:00Z' });
    expect(preview.flows).toMatchObject([
      { from: { organizationId: merged }, to: { organizationId: survivor }, events: 1 },
    ]);
    expect((await ownerOf(late)).organizationId).toBe(merged);
    await post(`merges/${id}/apply`);
    expect((await ownerOf(early)).organizationId).toBe(merged);
    expect((await ownerOf(late)).organizationId).toBe(survivor);
    for (const name of [merged, 'labs', 'Acme Labs']) {
      const now = await ownerOf(await send({ organization: name }, 4, '2026-10-18T00:00:00Z'));
      expect(now).toMatchObject({ organizationId: survivor, unbilledReason: null });
    }
    const before = await ownerOf(await send({ organization: 'labs' }, 8, '2026-10-14T00:00:00Z'));
    expect(before).toMatchObject({ organizationId: merged, unbilledReason: 'no_subscription' });
    expect((await get(`organizations/${merged}`)).id).toBe(survivor);
    for (const filter of ['externalId=labs', `name=${encodeURIComponent('Acme Labs')}`]) {
      const { items } = await get(`organizations?${filter}`);
      expect(items.map((each: Json) => each.id)).toEqual([survivor]);
    }
    const { items } = await get('organizations?merged=true');
    expect(items.map((each: Json) => [each.id, each.mergedInto])).toEqual([[merged, survivor]]);
  });

  it('undone, gives back what it moved and leaves what came after', async () => {
    const [survivor, merged] = [await organization('Acme'), await organization('Bolt')];
    await subscribe(survivor);
    await subscribe(merged, otherPlanId);
    const moved = await send({ organization: merged }, 1, '2026-10-16T00:00:00Z');
    const images = await send({ organization: merged }, 1, '2026-10-16T00:00:00Z', 'images');
    const before = [await ownerOf(moved), await ownerOf(images)];
    const { id } = await merge(merged, survivor, { from: '2026-10-15T00:00:00Z' });
    expect(await ownerOf(moved)).toMatchObject({ organizationId: survivor, unbilledReason: null });
    expect((await ownerOf(images)).organizationId).toBe(survivor);
    const lateBefore = await send({ organization: merged }, 1, '2026-10-17T00:00:00Z');
    api.setClock('2026-10-22T00:00:00Z');
    const after = await send({ organization: 'Bolt' }, 1, '2026-10-21T00:00:00Z');
    expect((await ownerOf(after)).organizationId).toBe(survivor);
    const undone = await post(`merges/${id}/undo`);
    expect(undone).toMatchObject({ status: 'undone', undo: { events: 2, left: 0 } });
    expect([await ownerOf(moved), await ownerOf(images)]).toEqual(before);
    // It occurred before the merge was made: then its organization answered for itself.
    expect((await ownerOf(lateBefore)).organizationId).toBe(merged);
    expect((await ownerOf(after)).organizationId).toBe(survivor);
    const later = await ownerOf(await send({ organization: 'Bolt' }, 1, '2026-10-22T00:00:00Z'));
    expect(later.organizationId).toBe(merged);
    expect((await get(`organizations/${merged}`)).id).toBe(merged);
    expect(await post(`merges/${id}/undo`)).toEqual(undone);
  });
});
