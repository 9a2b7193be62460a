import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';

let api: TestApp;
let acme: string;
let team: string;
let globex: string;
let ada: string;
let agreement: string;
let foreign: string;

const UNKNOWN = '01KAPZ5N3V8Q4M7W2T6R9Y0BXC';

beforeAll(async () => {
  api = await testApp();
  const organization = async (fields: object) =>
    (await api.ok('POST', '/v1/organizations', fields)).id;
  acme = await organization({ name: 'Acme' });
  team = await organization({ name: 'Acme Team', parentId: acme });
  globex = await organization({ name: 'Globex' });
  const person = { email: 'Ada@acme.example', organizationIds: [acme, team] };
  ada = (await api.ok('POST', '/v1/subscribers', person)).id;
  const product = await api.ok('POST', '/v1/products', { name: 'API' });
  const plan = await api.ok('POST', '/v1/plans', {
    productId: product.id,
    name: 'Pay as you go',
    currency: 'USD',
    interval: { unit: 'month', count: 1 },
  });
  const subscribe = async (organizationId: string) => {
    const fields = { organizationId, planId: plan.id, startAt: '2026-01-01T00:00:00Z' };
    return (await api.ok('POST', '/v1/subscriptions', fields)).id;
  };
  agreement = await subscribe(acme);
  foreign = await subscribe(globex);
});
afterAll(() => api.close());

let made = 0;
const newKey = () => `sk-live-${String((made += 1)).padStart(24, '0')}`;
const fields = (more: object = {}) => ({
  name: 'Key',
  subscriberId: ada,
  organizationId: acme,
  credentialId: newKey(),
  ...more,
});
const create = (more: object = {}): Promise<Json> =>
  api.ok('POST', '/v1/credentials', fields(more));
const lookup = (credentialId: string, at?: string) =>
  api.call('POST', '/v1/credentials/lookup', { credentialId, ...(at && { at }) });
const bindings = async (id: string): Promise<Json> =>
  api.ok('GET', `/v1/credentials/${id}/bindings`);

describe('creating', () => {
  it('shows the ID masked and the secret not at all, and binds since ever', async () => {
    const credentialId = 'sk-live-0123456789abcdef9f3a';
    const externalSecret = 'do not tell';
    const more = { credentialId, externalSecret, tags: ['prod', 'mobile'], metadata: { a: 'b' } };
    const answer = await api.call('POST', '/v1/credentials', fields(more));
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      name: 'Key',
      subscriberId: ada,
      subscriberEmail: 'Ada@acme.example',
      organizationId: acme,
      subscriptionId: null,
      credentialId: 'sk-l…9f3a',
      hasExternalSecret: true,
      tags: ['prod', 'mobile'],
      metadata: { a: 'b' },
      autoCreated: false,
      firstSeenAt: null,
      lastSeenAt: null,
      warnings: [],
      archivedAt: null,
      version: 1,
    });
    const { id } = answer.body;
    expect(await api.ok('GET', `/v1/credentials/${id}`)).toEqual(answer.body);
    const timeline = await bindings(id);
    expect(timeline).toEqual({
      items: [
        { from: null, to: null, subscriberId: ada, organizationId: acme, subscriptionId: null },
      ],
      credentialIds: [{ credentialId: 'sk-l…9f3a', from: null, to: null }],
    });
    const list = await api.call('GET', '/v1/credentials');
    const history = await api.call('GET', `/v1/credentials/${id}/history`);
    for (const { text } of [answer, list, history]) {
      expect(text).not.toContain(credentialId);
      expect(text).not.toContain(externalSecret);
    }
    const { rows } = await api.database.pool.query('select external_secret from credentials');
    expect(rows.some((row) => String(row.external_secret).includes(externalSecret))).toBe(false);
  });

  it('keeps neither ID nor secret in what a repeated request is answered from', async () => {
    const body = fields({ externalSecret: 'do not keep' });
    const first = await api.call('POST', '/v1/credentials', body, { idempotencyKey: 'c1' });
    const again = await api.call('POST', '/v1/credentials', body, { idempotencyKey: 'c1' });
    expect(again.body).toEqual(first.body);
    const { rows } = await api.database.pool.query(
      'select row_to_json(k)::text as kept from idempotency_keys k',
    );
    const kept = rows.map((row) => row.kept).join();
    expect(kept).not.toContain(body.credentialId);
    expect(kept).not.toContain('do not keep');
  });

  it('takes the subscriber by e-mail, without case', async () => {
    const byEmail = { subscriberId: undefined, subscriberEmail: 'aDA@ACME.example' };
    expect((await create(byEmail)).subscriberId).toBe(ada);
  });

  it.each<[string, () => object, number, string]>([
    [
      'an unknown e-mail',
      () => ({ subscriberId: undefined, subscriberEmail: 'no@acme.example' }),
      422,
      '/subscriberEmail',
    ],
    ['an unknown subscriber', () => ({ subscriberId: `sbr_${UNKNOWN}` }), 422, '/subscriberId'],
    [
      'an unknown organization',
      () => ({ organizationId: `org_${UNKNOWN}` }),
      422,
      '/organizationId',
    ],
    [
      'an unknown subscription',
      () => ({ subscriptionId: `sub_${UNKNOWN}` }),
      422,
      '/subscriptionId',
    ],
    ['a subscription of another', () => ({ subscriptionId: foreign }), 422, '/subscriptionId'],
    ['no subscriber', () => ({ subscriberId: undefined }), 400, '/subscriberId'],
    ['two subscribers', () => ({ subscriberEmail: 'ada@acme.example' }), 400, '/subscriberEmail'],
    ['an ID too long', () => ({ credentialId: 'x'.repeat(513) }), 400, '/credentialId'],
    ['a tag twice', () => ({ tags: ['a', 'a'] }), 400, '/tags'],
    ['an unknown field', () => ({ credentialIds: [] }), 400, '/credentialIds'],
  ])('refuses %s', async (_, more, status, pointer) => {
    const answer = await api.call('POST', '/v1/credentials', fields(more()));
    expect(answer).toMatchObject({ status, body: { errors: [{ pointer }] } });
  });

  it('takes a subscription of an organization above', async () => {
    const below = await create({ organizationId: team, subscriptionId: agreement });
    expect(below).toMatchObject({ subscriptionId: agreement, warnings: [] });
  });

  it('warns when the organization is not one of the subscriber’s', async () => {
    const { warnings } = await create({ organizationId: globex });
    expect(warnings).toMatchObject([{ code: 'organization_mismatch' }]);
  });

  it('refuses an ID in use without echoing it, and tells case apart', async () => {
    const body = fields({ credentialId: 'Case-Sensitive-Key-0001' });
    const { id } = await api.ok('POST', '/v1/credentials', body);
    const again = await api.call('POST', '/v1/credentials', body);
    expect(again).toMatchObject({
      status: 409,
      body: { code: 'already_exists', existingId: id, errors: [{ pointer: '/credentialId' }] },
    });
    expect(again.text).not.toContain(body.credentialId);
    await create({ credentialId: body.credentialId.toLowerCase() });
  });
});

describe('a reused ID', () => {
  it('goes on where its predecessor ended', async () => {
    const credentialId = newKey();
    const first = await create({ credentialId });
    const ended = api.setClock(1000);
    expect(await api.ok('DELETE', `/v1/credentials/${first.id}`)).toMatchObject({
      archivedAt: ended,
      subscriberId: ada,
      organizationId: acme,
    });
    api.setClock(60_000);
    const second = await create({ credentialId, organizationId: team });
    expect((await bindings(second.id)).items).toMatchObject([{ from: ended, to: null }]);
    expect((await bindings(second.id)).credentialIds).toMatchObject([{ from: ended, to: null }]);
    const before = await lookup(credentialId, '2026-01-01T00:00:00Z');
    expect(before.body.credential.id).toBe(first.id);
    expect((await lookup(credentialId, ended)).body.credential.id).toBe(second.id);
    const restore = await api.call('POST', `/v1/credentials/${first.id}/restore`);
    expect(restore).toMatchObject({ status: 409, body: { existingId: second.id } });
  });
});

describe('looking up', () => {
  it('answers the credential and its binding then, in a body only', async () => {
    const credentialId = newKey();
    const from = '2026-03-01T00:00:00.000000Z';
    const { id } = await create({ credentialId, from });
    const found = await lookup(credentialId);
    expect(found.body).toMatchObject({
      credential: { id },
      binding: { from, organizationId: acme },
    });
    expect(found.text).not.toContain(credentialId);
    const unknown = await lookup('who-is-this-key-of-nobody');
    expect(unknown.status).toBe(404);
    expect(unknown.text).not.toContain('who-is-this');
    expect((await lookup(credentialId, '2026-02-01T00:00:00Z')).status).toBe(404);
    expect((await api.call('GET', `/v1/credentials?credentialId=${credentialId}`)).status).toBe(
      400,
    );
  });
});

describe('revealing', () => {
  it('shows the secrets to whoever may, and keeps that they were seen', async () => {
    const credentialId = newKey();
    const { id } = await create({ credentialId, externalSecret: 'psst' });
    const url = `/v1/credentials/${id}/reveal`;
    const key = await api.key('read', 'credentials.update', 'credentials.move');
    expect((await api.call('POST', url, undefined, { key })).status).toBe(403);
    const shown = await api.ok('POST', url, { reason: 'rotation' }, { idempotencyKey: 'r1' });
    expect(shown).toEqual({ id, credentialId, externalSecret: 'psst' });
    expect(await api.ok('POST', url)).toEqual(shown);
    const history = await api.call('GET', `/v1/credentials/${id}/history`);
    const seen = history.body.items.filter((item: Json) => item.action === 'credentials.reveal');
    expect(seen).toMatchObject([{ reason: 'rotation' }, { reason: null }]);
    const { rows } = await api.database.pool.query('select response from idempotency_keys');
    const kept = [history.text, ...rows.map((row) => row.response)].join();
    for (const secret of [credentialId, 'psst']) expect(kept).not.toContain(secret);
  });
});

describe('changing', () => {
  it('changes fields, the secret included', async () => {
    const { id } = await create({ externalSecret: 'old' });
    const url = `/v1/credentials/${id}`;
    const changes = { name: 'Renamed', tags: ['x'], metadata: { k: 'v' } };
    const secret = { externalSecret: 'new' };
    const changed = await api.ok('PATCH', url, { ...changes, ...secret }, { ifMatch: 1 });
    expect(changed).toMatchObject({ ...changes, version: 2 });
    expect((await api.ok('POST', `${url}/reveal`)).externalSecret).toBe('new');
    const cleared = await api.ok('PATCH', url, { externalSecret: null });
    expect(cleared.hasExternalSecret).toBe(false);
    expect((await api.call('PATCH', url, changes, { ifMatch: 1 })).status).toBe(412);
    expect((await bindings(id)).items).toHaveLength(1);
  });

  it('binds to others from now on', async () => {
    const { id } = await create();
    const now = api.setClock(1000);
    const url = `/v1/credentials/${id}`;
    expect(await api.ok('PATCH', url, { organizationId: team })).toMatchObject({
      organizationId: team,
      subscriberId: ada,
    });
    expect((await bindings(id)).items).toMatchObject([
      { from: null, to: now, organizationId: acme },
      { from: now, to: null, organizationId: team },
    ]);
  });
});

describe('moving', () => {
  const march = '2026-03-01T00:00:00.000000Z';

  it('binds to others from a time, and says why in the history', async () => {
    const { id } = await create({ subscriptionId: agreement });
    const url = `/v1/credentials/${id}`;
    const body = { organizationId: team, from: march, reason: 'reorganized' };
    expect(await api.ok('POST', `${url}/move`, body)).toMatchObject({
      organizationId: team,
      subscriptionId: agreement,
    });
    expect((await bindings(id)).items).toMatchObject([
      { from: null, to: march, organizationId: acme },
      { from: march, to: null, organizationId: team, subscriptionId: agreement },
    ]);
    const { items } = await api.ok('GET', `${url}/history`);
    expect(items.at(-1)).toMatchObject({ action: 'credentials.move', reason: 'reorganized' });
  });

  it('lets go of a subscription that does not fit, unless it was named', async () => {
    const { id } = await create({ subscriptionId: agreement });
    const url = `/v1/credentials/${id}/move`;
    const named = { organizationId: globex, subscriptionId: agreement };
    expect(await api.call('POST', url, named)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/subscriptionId' }] },
    });
    const moved = await api.ok('POST', url, { organizationId: globex, from: null });
    expect(moved).toMatchObject({ organizationId: globex, subscriptionId: null });
    expect((await bindings(id)).items).toMatchObject([{ from: null, to: null }]);
    const billed = await api.ok('POST', url, { subscriptionId: foreign });
    expect(billed.subscriptionId).toBe(foreign);
    expect((await api.ok('POST', url, { subscriptionId: null })).subscriptionId).toBeNull();
  });

  it('refuses to move nothing, or what has ended', async () => {
    const { id } = await create();
    const url = `/v1/credentials/${id}`;
    expect((await api.call('POST', `${url}/move`, { from: march })).status).toBe(400);
    await api.ok('DELETE', url);
    const late = await api.call('POST', `${url}/move`, { organizationId: team });
    expect(late).toMatchObject({ status: 409, body: { code: 'invalid_state' } });
  });
});

describe('rotating', () => {
  it('gives it a further ID and ends the one before', async () => {
    const [one, two] = [newKey(), newKey()];
    const { id } = await create({ credentialId: one });
    const now = api.setClock(1000);
    const url = `/v1/credentials/${id}`;
    await api.ok('POST', `${url}/rotate`, { credentialId: two, reason: 'leaked' });
    expect((await bindings(id)).credentialIds).toMatchObject([
      { from: null, to: now },
      { from: null, to: null },
    ]);
    expect((await lookup(one)).status).toBe(404);
    expect((await lookup(two)).body.credential.id).toBe(id);
    expect((await api.ok('POST', `${url}/reveal`)).credentialId).toBe(two);
    const taken = await api.call('POST', `${url}/rotate`, { credentialId: two });
    expect(taken).toMatchObject({ status: 409, body: { existingId: id } });
  });

  it('lets both hold for a while, and a move touches both', async () => {
    const [one, two] = [newKey(), newKey()];
    const { id } = await create({ credentialId: one });
    const url = `/v1/credentials/${id}`;
    await api.ok('POST', `${url}/rotate`, { credentialId: two, previousUntil: null });
    await api.ok('POST', `${url}/move`, { organizationId: team });
    for (const key of [one, two]) {
      expect((await lookup(key)).body).toMatchObject({
        credential: { id },
        binding: { organizationId: team },
      });
    }
  });
});

describe('deleting', () => {
  it('ends it now, and restoring opens it again from then', async () => {
    const credentialId = newKey();
    const { id } = await create({ credentialId, subscriptionId: agreement });
    const url = `/v1/credentials/${id}`;
    const ended = api.setClock(1000);
    await api.ok('DELETE', url);
    expect((await lookup(credentialId)).status).toBe(404);
    expect((await api.ok('DELETE', url)).version).toBe(2);
    const restored = api.setClock(1000);
    const back = await api.ok('POST', `${url}/restore`, { reason: 'mistake' });
    expect(back).toMatchObject({ archivedAt: null, subscriptionId: agreement });
    expect((await bindings(id)).items).toMatchObject([
      { from: null, to: ended },
      { from: restored, to: null },
    ]);
    expect((await lookup(credentialId)).status).toBe(200);
    const { items } = await api.ok('GET', `${url}/history`);
    expect(items.at(-1)).toMatchObject({ action: 'credentials.restore', reason: 'mistake' });
  });

  it('is possible before it began, and so is restoring', async () => {
    const { id } = await create({ from: '2027-01-01T00:00:00Z' });
    const url = `/v1/credentials/${id}`;
    const gone = await api.ok('DELETE', url);
    expect(gone).toMatchObject({ subscriberId: ada, organizationId: acme });
    expect(await bindings(id)).toEqual({ items: [], credentialIds: [] });
    await api.ok('POST', `${url}/restore`);
    expect((await bindings(id)).items).toMatchObject([{ from: api.now(), to: null }]);
  });

  it('does not restore what was bound to the archived', async () => {
    const holder = await api.ok('POST', '/v1/subscribers', { email: 'leaver@acme.example' });
    const { id } = await create({ subscriberId: holder.id });
    await api.ok('DELETE', `/v1/credentials/${id}`);
    await api.ok('DELETE', `/v1/subscribers/${holder.id}`);
    expect((await api.call('POST', `/v1/credentials/${id}/restore`)).status).toBe(409);
  });
});

describe('listing', () => {
  it('filters by whom it is bound to, tag, origin and state', async () => {
    const { id: home } = await api.ok('POST', '/v1/organizations', {
      name: 'Listed',
      parentId: acme,
    });
    const person = { email: 'listed@acme.example', organizationIds: [home] };
    const holder = await api.ok('POST', '/v1/subscribers', person);
    const owned = { subscriberId: holder.id, organizationId: home };
    const ids: string[] = [];
    for (const more of [
      { tags: ['red'] },
      { tags: ['red', 'blue'], subscriptionId: agreement },
      {},
    ]) {
      api.setClock(1);
      ids.unshift((await create({ ...owned, ...more })).id);
    }
    const list = async (query: string): Promise<string[]> => {
      const page = await api.ok('GET', `/v1/credentials?${query}`);
      return page.items.map((item: Json) => item.id);
    };
    expect(await list(`organizationId=${home}`)).toEqual(ids);
    expect(await list(`subscriberId=${holder.id}`)).toEqual(ids);
    expect(await list(`organizationId=${home}&tag=red`)).toEqual([ids[1], ids[2]]);
    expect(await list(`organizationId=${home}&subscriptionId=${agreement}`)).toEqual([ids[1]]);
    expect(await list(`organizationId=${home}&autoCreated=true`)).toEqual([]);
    await api.ok('POST', `/v1/credentials/${ids[0]}/move`, { organizationId: acme });
    await api.ok('DELETE', `/v1/credentials/${ids[2]}`);
    expect(await list(`organizationId=${home}`)).toEqual([ids[1]]);
    expect(await list(`organizationId=${home}&archived=true`)).toEqual([ids[2]]);
    const page = await api.ok('GET', `/v1/credentials?subscriberId=${holder.id}&limit=1`);
    const next = `subscriberId=${holder.id}&limit=1&cursor=${page.nextCursor}`;
    expect([page.items[0].id, ...(await list(next))]).toEqual([ids[0], ids[1]]);
  });
});
