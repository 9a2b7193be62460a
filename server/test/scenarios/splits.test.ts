import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../support/app.ts';

/** Splits of organizations: credentials and subscribers go to another one with their usage, in one go, and back. */

let api: TestApp;
let acme: string;
let planId: string;
let ofAcme: string;
const ids: Record<string, string> = {};

const post = (path: string, body?: object) => api.ok('POST', `/v1/${path}`, body);
const get = (path: string) => api.ok('GET', `/v1/${path}`);
let sent = 0;
const send = async (claims: object, time: string, tokens = 1) => {
  const id = `e${(sent += 1)}`;
  await post('events', { id, ...claims, measures: { tokens }, time });
  return id;
};
const ownerOf = async (clientId: string): Promise<Json> => {
  const { items } = await get(`events?source=&clientId=${clientId}`);
  const { position: _, ...attribution } = items[0].attribution;
  return attribution;
};
const from = '2026-10-15T00:00:00Z';
const spun = (more: object = {}) => ({
  organizationId: acme,
  subscriberIds: [ids['ada']],
  credentialIds: [ids['robot']],
  organization: { name: 'Spin-off' },
  from,
  reason: 'Sold',
  ...more,
});

beforeEach(async () => {
  api = await testApp();
  api.setClock('2026-10-01T00:00:00Z');
  await post('meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const { id: productId } = await post('products', { name: 'API' });
  const charges = [{ meter: 'tokens', model: 'perUnit', unitPrice: '1' }];
  planId = (await post('plans', { productId, name: 'Tokens', charges })).id;
  acme = (await post('organizations', { name: 'Acme' })).id;
  ofAcme = (await post('subscriptions', { organizationId: acme, planId })).id;
  for (const [name, email] of Object.entries({ ada: 'ada@acme.example', bob: 'bob@acme.example' }))
    ids[name] = (await post('subscribers', { email, organizationIds: [acme] })).id;
  for (const [name, subscriberId] of Object.entries({ key: ids['ada'], robot: ids['bob'] })) {
    const key = { name, subscriberId, organizationId: acme, credentialId: `sk-${name}-secret` };
    ids[name] = (await post('credentials', key)).id;
  }
  api.setClock('2026-10-20T00:00:00Z');
});
afterEach(async () => {
  const { checks } = await get('checks');
  await api.close();
  const problems = checks.flatMap((check: Json) => check.problems);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
});

const world = async () => {
  const events: Record<string, string> = {
    early: await send({ credential: 'sk-robot-secret' }, '2026-10-05T00:00:00Z'),
    robot: await send({ credential: 'sk-robot-secret' }, '2026-10-16T00:00:00Z'),
    held: await send({ credential: 'sk-key-secret' }, '2026-10-16T00:00:00Z'),
    ada: await send({ subscriber: 'ada@acme.example' }, '2026-10-16T00:00:00Z'),
    bob: await send({ subscriber: 'bob@acme.example' }, '2026-10-16T00:00:00Z'),
  };
  const owners = async () =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(events).map(async ([name, id]) => [name, await ownerOf(id)] as const),
      ),
    );
  return { events, owners };
};

it('a split moves keys and people with their usage from a date on, as previewed', async () => {
  const { owners } = await world();
  const before = await owners();
  const { id, intoId, preview, ...shown } = await post('splits', spun());
  expect(shown).toMatchObject({ status: 'previewed', isNew: true, events: 3, moved: 3 });
  expect(new Set(shown.credentialIds)).toEqual(new Set([ids['key'], ids['robot']]));
  expect(preview.flows.map(({ events }: Json) => events)).toEqual([3]);
  expect(preview.money).toMatchObject([{ organizationId: acme, difference: { amount: '-3.00' } }]);
  expect((await api.call('GET', `/v1/organizations/${intoId}`)).status).toBe(404);
  expect(await owners()).toEqual(before);
  const since = await send({ credential: 'sk-robot-secret' }, '2026-10-17T00:00:00Z');
  const applied = await post(`splits/${id}/apply`);
  expect(applied).toMatchObject({ status: 'applied', intoId });
  expect(await post(`splits/${id}/apply`)).toEqual(applied);
  const now = await owners();
  expect([now['early'], now['bob']]).toEqual([before['early'], before['bob']]);
  for (const name of ['robot', 'held', 'ada']) expect(now[name].organizationId).toBe(intoId);
  expect((await ownerOf(since)).organizationId).toBe(intoId);
  expect((await get(`organizations/${intoId}`)).name).toBe('Spin-off');
  const history = await get(`credentials/${ids['robot']}/history`);
  expect(JSON.stringify(history)).toContain('Sold');
});

it('undone, all is where it was; what was moved on since stays', async () => {
  const { owners } = await world();
  const before = await owners();
  const other = await post('organizations', { name: 'Other' });
  const { id, intoId } = await post('splits', spun());
  await post(`splits/${id}/apply`);
  const between = await send({ credential: 'sk-key-secret' }, '2026-10-18T00:00:00Z');
  await post(`credentials/${ids['key']}/move`, {
    organizationId: other.id,
    from: '2026-10-17T00:00:00Z',
  });
  const undone = await post(`splits/${id}/undo`);
  expect(undone).toMatchObject({ status: 'undone', undo: { events: 3, left: 0 } });
  expect(await owners()).toEqual(before);
  expect((await ownerOf(between)).organizationId).toBe(other.id);
  expect((await get(`credentials/${ids['robot']}`)).organizationId).toBe(acme);
  expect((await get(`subscribers/${ids['ada']}`)).organizationIds).toEqual([acme]);
  expect((await get(`organizations/${intoId}`)).archivedAt).not.toBeNull();
});

it('into an organization that there is, and its subscription', async () => {
  const { id: into } = await post('organizations', { name: 'Buyer' });
  const { id: ofBuyer } = await post('subscriptions', {
    organizationId: into,
    planId,
    startAt: from,
  });
  const { events } = await world();
  const { organization: _, ...input } = spun({ intoId: into });
  const { id, preview } = await post('splits', input);
  expect(preview.money.map((each: Json) => each.difference.amount).toSorted()).toEqual([
    '-3.00',
    '3.00',
  ]);
  await post(`splits/${id}/apply`);
  expect(await ownerOf(events['robot'] ?? '')).toMatchObject({ subscriptionId: ofBuyer });
  expect(await ownerOf(events['early'] ?? '')).toMatchObject({ subscriptionId: ofAcme });
});

it('is refused for what is not the organization’s, and for what is no other organization', async () => {
  const { id: stranger } = await post('organizations', { name: 'Stranger' });
  const refused = async (body: object) => {
    const answer = await api.call('POST', '/v1/splits', body);
    return [answer.status, answer.body.errors[0].pointer];
  };
  const { organization: _, ...input } = spun();
  expect(await refused(spun({ organizationId: stranger }))).toEqual([422, '/credentialIds/0']);
  expect(await refused({ ...input, intoId: acme })).toEqual([422, '/intoId']);
  expect(await refused(input)).toEqual([400, '/intoId']);
  expect(await refused(spun({ credentialIds: [], subscriberIds: [] }))).toEqual([
    400,
    '/credentialIds',
  ]);
});

it('is stale once what would move has moved, until it is previewed again', async () => {
  const { events } = await world();
  const { id } = await post('splits', spun());
  const { id: other } = await post('organizations', { name: 'Other' });
  const selection = { credentialId: ids['robot'] };
  const hand = await post('reattributions', { selection, owner: { organizationId: other } });
  await post(`reattributions/${hand.id}/apply`);
  const stale = await api.call('POST', `/v1/splits/${id}/apply`);
  expect([stale.status, stale.body.code]).toEqual([409, 'preview_stale']);
  expect((await get(`credentials/${ids['robot']}`)).organizationId).toBe(acme);
  expect(await post(`splits/${id}/preview`)).toMatchObject({ events: 2, moved: 2 });
  const { intoId } = await post(`splits/${id}/apply`);
  expect((await ownerOf(events['held'] ?? '')).organizationId).toBe(intoId);
  expect((await ownerOf(events['robot'] ?? '')).organizationId).toBe(other);
});

it('undone, leaves bound what was bound to the other organization before', async () => {
  const other = (await post('organizations', { name: 'Elsewhere' })).id;
  const key = { name: 'old', subscriberId: ids['bob'], credentialId: 'sk-old-secret' };
  const { id } = await post('credentials', { ...key, organizationId: other });
  await post(`credentials/${id}/move`, { organizationId: acme, from: '2026-10-10T00:00:00Z' });
  const early = await send({ credential: 'sk-old-secret' }, '2026-10-05T00:00:00Z');
  const late = await send({ credential: 'sk-old-secret' }, '2026-10-16T00:00:00Z');
  const before = [await ownerOf(early), await ownerOf(late)];
  const { organization: _, ...asked } = spun({ intoId: other, credentialIds: [id] });
  const split = await post('splits', { ...asked, subscriberIds: [] });
  await post(`splits/${split.id}/apply`);
  expect((await ownerOf(late)).organizationId).toBe(other);
  await post(`splits/${split.id}/undo`);
  expect(
    [await ownerOf(early), await ownerOf(late)].map(({ organizationId }) => organizationId),
  ).toEqual(before.map(({ organizationId }) => organizationId));
});
