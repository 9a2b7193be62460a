import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/lib/limits.ts';
import { UNCLASSIFIED_ID } from '../../src/lib/id.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { misplaced, planOf, type Usage, usageOf } from '../support/usage.ts';

/** Changes of ownership move what they touch, and nothing else, or are refused (design §4.1). */

let api: TestApp;
let usage: Usage;
let planId: string;
let made = 0;

beforeAll(async () => {
  api = await testApp();
  usage = usageOf(api);
  ({ planId } = await planOf(api));
});
afterEach(async () => {
  if ((await misplaced(api)).length > 0) throw new Error('There are events in no place or in two');
});
afterAll(() => api.close());

const on = (day: number) => `2026-09-${String(day).padStart(2, '0')}T00:00:00Z`;
const organization = async (more: object = {}): Promise<string> =>
  (await api.ok('POST', '/v1/organizations', { name: `Owner ${(made += 1)}`, ...more })).id;
const subscription = async (organizationId: string, more: object = {}): Promise<string> => {
  const body = { organizationId, planId, startAt: on(1), ...more };
  return (await api.ok('POST', '/v1/subscriptions', body)).id;
};
const subscriber = async (organizationId: string): Promise<string> => {
  const body = { email: `s${(made += 1)}@mail.example`, organizationIds: [organizationId] };
  return (await api.ok('POST', '/v1/subscribers', body)).id;
};
const key = async (organizationId: string, more: object = {}): Promise<Json> => {
  const credentialId = `sk-changes-${(made += 1)}-000000`;
  const subscriberId = await subscriber(organizationId);
  const body = { name: 'k', credentialId, subscriberId, organizationId, ...more };
  return { ...(await api.ok('POST', '/v1/credentials', body)), secret: credentialId };
};
const post = (path: string, body: object) => api.ok('POST', `/v1/${path}`, body);

describe('a key moved in the middle of a period', () => {
  it('splits its usage at that instant, and back again', async () => {
    const [a, b] = [await organization(), await organization()];
    const [subscriptionA, subscriptionB] = [await subscription(a), await subscription(b)];
    const credential = await key(a);
    const event = { credential: credential.secret };
    const before = await usage.send({ ...event, time: '2026-09-14T23:59:59.999999Z' });
    const after = await usage.send({ ...event, time: on(15) });
    const move = { organizationId: b, subscriptionId: subscriptionB, from: on(15) };
    await post(`credentials/${credential.id}/move`, move);
    expect(await usage.owner(before)).toMatchObject({ subscriptionId: subscriptionA });
    expect(await usage.owner(after)).toMatchObject({
      organizationId: b,
      subscriptionId: subscriptionB,
    });
    const { history } = await usage.trace(after);
    expect(history.map((entry: Json) => [entry.sign, entry.organizationId])).toEqual([
      [1, a],
      [-1, a],
      [1, b],
    ]);
    const late = await usage.send({ ...event, time: on(20) });
    expect(await usage.owner(late)).toMatchObject({ organizationId: b });
    const back = { organizationId: a, subscriptionId: subscriptionA, from: on(15) };
    await post(`credentials/${credential.id}/move`, back);
    expect(await usage.owner(after)).toMatchObject({
      organizationId: a,
      subscriptionId: subscriptionA,
    });
    expect(await usage.owner(late)).toMatchObject({ organizationId: a });
  });

  it('moved from now on leaves what was recorded', async () => {
    const [a, b] = [await organization(), await organization()];
    const credential = await key(a);
    const id = await usage.send({ credential: credential.secret });
    await api.ok('PATCH', `/v1/credentials/${credential.id}`, { organizationId: b });
    expect(await usage.owner(id)).toMatchObject({ organizationId: a });
    const { history } = await usage.trace(id);
    expect(history).toHaveLength(1);
  });
});

describe('an organization moved in the tree', () => {
  it('takes its usage from the subscription of the old parent to that of the new', async () => {
    const [a, b] = [await organization(), await organization()];
    const [subscriptionA, subscriptionB] = [await subscription(a), await subscription(b)];
    const team = await organization({ parentId: a });
    const leaf = await organization({ parentId: team });
    const before = await usage.send({ organization: leaf, time: on(9) });
    const after = await usage.send({ organization: leaf, time: on(10) });
    expect(await usage.owner(after)).toMatchObject({ subscriptionId: subscriptionA });
    await post(`organizations/${team}/move`, { parentId: b, from: on(10) });
    expect(await usage.owner(before)).toMatchObject({ subscriptionId: subscriptionA });
    expect(await usage.owner(after)).toMatchObject({
      organizationId: leaf,
      subscriptionId: subscriptionB,
    });
    await post(`organizations/${team}/move`, { parentId: null, from: on(10) });
    expect(await usage.owner(after)).toMatchObject({ unbilledReason: 'no_subscription' });
  });
});

describe('a subscriber that belongs elsewhere from a time', () => {
  it('takes its usage from then along, and UNCLASSIFIED gives it back', async () => {
    const [a, b] = [await organization(), await organization()];
    const id = await subscriber(a);
    const before = await usage.send({ subscriber: id, time: on(9) });
    const after = await usage.send({ subscriber: id, time: on(10) });
    const belongTo = (organizationId: string) =>
      post(`subscribers/${id}/memberships`, { organizationIds: [organizationId], from: on(10) });
    await belongTo(b);
    expect(await usage.owner(before)).toMatchObject({ organizationId: a });
    expect(await usage.owner(after)).toMatchObject({ organizationId: b });
    await belongTo(UNCLASSIFIED_ID);
    expect(await usage.owner(after)).toMatchObject({
      organizationId: UNCLASSIFIED_ID,
      reasons: ['subscriber_unclassified'],
    });
  });
});

describe('a change that is about something else', () => {
  /** Touches all that `organizationId` has not billed yet. */
  const sell = (organizationId: string) => subscription(organizationId);

  it('takes no usage from an organization that was renamed since', async () => {
    const id = await organization({ name: 'Old name', externalId: 'old-ext' });
    const named = await usage.send({ organization: 'Old name' });
    const external = await usage.send({ organization: 'old-ext' });
    await api.ok('PATCH', `/v1/organizations/${id}`, { name: 'New name', externalId: 'new-ext' });
    await organization({ name: 'Old name' });
    const subscriptionId = await sell(id);
    expect(await usage.owner(named)).toMatchObject({ organizationId: id, subscriptionId });
    expect(await usage.owner(external)).toMatchObject({ organizationId: id, subscriptionId });
  });

  it('takes none from one that was archived since, nor from its subscribers', async () => {
    const parentId = await organization();
    const id = await organization({ parentId, name: 'Closed' });
    const person = await subscriber(id);
    const claimed = await usage.send({ organization: 'Closed' });
    const used = await usage.send({ subscriber: person });
    await api.ok('DELETE', `/v1/organizations/${id}`);
    await api.ok('DELETE', `/v1/subscribers/${person}`);
    const subscriptionId = await sell(parentId);
    expect(await usage.owner(claimed)).toMatchObject({ organizationId: id, subscriptionId });
    expect(await usage.owner(used)).toMatchObject({
      organizationId: id,
      subscriberId: person,
      subscriptionId,
    });
  });

  it('and what occurs after an organization was archived reaches it no more, late or not', async () => {
    const id = await organization();
    const person = await subscriber(id);
    api.setClock('2026-10-02T00:00:00Z');
    const { archivedAt } = await api.ok('DELETE', `/v1/organizations/${id}`);
    api.setClock('2026-10-03T00:00:00Z');
    const late = await usage.send({ subscriber: person, time: '2026-10-01T23:59:59.999999Z' });
    const after = await usage.send({ subscriber: person, time: archivedAt });
    expect(await usage.owner(late)).toMatchObject({ organizationId: id, subscriberId: person });
    expect(await usage.owner(after)).toMatchObject({ organizationId: UNCLASSIFIED_ID });
  });

  it('gives the usage of an archived subscriber to nobody who has its e-mail now', async () => {
    const [a, b] = [await organization(), await organization()];
    const first = await post('subscribers', { email: 'role@mail.example', organizationIds: [a] });
    const id = await usage.send({ subscriber: 'role@mail.example' });
    await api.ok('DELETE', `/v1/subscribers/${first.id}`);
    await post('subscribers', { email: 'role@mail.example', organizationIds: [b] });
    expect(await usage.owner(id)).toMatchObject({ organizationId: a, subscriberId: first.id });
  });
});

describe(`a change that touches more than ${limits.reattributedEventsMax} events`, () => {
  it('answers preview_required and changes nothing; from a later time it goes', async () => {
    const [a, b] = [await organization(), await organization()];
    const credential = await key(a);
    const event = (i: number) => ({
      id: `many-${i}`,
      time: on(i === 0 ? 20 : 10),
      credential: credential.secret,
      measures: { tokens: 1 },
    });
    const batch = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => event(from + i));
    const half = limits.reattributedEventsMax / 2;
    await api.ok('POST', '/v1/events', batch(0, half));
    await api.ok('POST', '/v1/events', batch(half, 2 * half + 1));

    const state = async () => ({
      credential: await api.ok('GET', `/v1/credentials/${credential.id}`),
      bindings: await api.ok('GET', `/v1/credentials/${credential.id}/bindings`),
      history: await api.ok('GET', `/v1/credentials/${credential.id}/history`),
      entries: (await api.database.pool.query('select count(*) from attributions')).rows,
    });
    const before = await state();
    const path = `/v1/credentials/${credential.id}/move`;
    const refused = await api.call('POST', path, { organizationId: b, from: null });
    expect(refused).toMatchObject({ status: 409, body: { code: 'preview_required' } });
    expect(await state()).toEqual(before);

    await api.ok('POST', path, { organizationId: b, from: on(20) });
    expect(await usage.owner('many-0')).toMatchObject({ organizationId: b });
    expect(await usage.owner('many-1')).toMatchObject({ organizationId: a });
  });
});
