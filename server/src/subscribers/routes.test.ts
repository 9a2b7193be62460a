import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { createSubscriberAuto, serviceSubscriber } from './actions.ts';

let api: TestApp;
let acme: string;
let globex: string;

beforeAll(async () => {
  api = await testApp();
  acme = (await api.ok('POST', '/v1/organizations', { name: 'Acme' })).id;
  globex = (await api.ok('POST', '/v1/organizations', { name: 'Globex' })).id;
});
afterAll(() => api.close());

let made = 0;
const create = (fields: object = {}): Promise<Json> =>
  api.ok('POST', '/v1/subscribers', { email: `user${(made += 1)}@acme.example`, ...fields });

/** The memberships as [organization, primary, from, to], those not superseded. */
const memberships = async (id: string) => {
  const { rows } = await api.database.pool.query({
    text: `select organization_id, is_primary, lower(valid) as "from", upper(valid) as "to" from memberships
            where subscriber_id = $1 and superseded_by is null order by lower(valid) nulls first, is_primary desc`,
    values: [id],
  });
  return rows.map((row) => [row.organization_id, row.is_primary, row.from, row.to]);
};

describe('creating', () => {
  it('rests in UNCLASSIFIED and has an id of its own unless told otherwise', async () => {
    const rested = await create({ email: 'Ada@Acme.example' });
    expect(rested).toMatchObject({
      email: 'Ada@Acme.example',
      firstName: null,
      lastName: null,
      subscriberId: rested.id,
      organizationIds: [UNCLASSIFIED_ID],
      metadata: {},
      autoCreated: false,
      serviceOf: null,
      archivedAt: null,
      version: 1,
    });
    expect(await api.ok('GET', `/v1/subscribers/${rested.id}`)).toEqual(rested);
  });

  it('belongs since ever, or from the time given, the first organization being primary', async () => {
    const ever = await create({ organizationIds: [globex, acme] });
    expect(ever.organizationIds).toEqual([globex, acme]);
    expect(await memberships(ever.id)).toEqual([
      [globex, true, null, null],
      [acme, false, null, null],
    ]);
    const from = '2026-09-01T00:00:00.000000Z';
    const later = await create({ organizationIds: [acme], from });
    expect(await memberships(later.id)).toEqual([[acme, true, from, null]]);
  });

  it('refuses what exists among the live, e-mails without case', async () => {
    const first = await create({ email: 'Twice@acme.example', subscriberId: 'emp-7' });
    const sameEmail = { email: 'tWICE@ACME.example' };
    expect(await api.call('POST', '/v1/subscribers', sameEmail)).toMatchObject({
      status: 409,
      body: { code: 'already_exists', existingId: first.id, errors: [{ pointer: '/email' }] },
    });
    const sameId = { email: 'other@acme.example', subscriberId: 'emp-7' };
    expect(await api.call('POST', '/v1/subscribers', sameId)).toMatchObject({
      status: 409,
      body: { existingId: first.id, errors: [{ pointer: '/subscriberId' }] },
    });
    const otherId = { email: 'third@acme.example', subscriberId: first.id };
    expect((await api.call('POST', '/v1/subscribers', otherId)).status).toBe(422);
  });

  it('points at the organization that is unknown, archived or UNCLASSIFIED', async () => {
    const { id: archived } = await api.ok('POST', '/v1/organizations', { name: 'Gone' });
    await create({ organizationIds: [archived] });
    await api.ok('DELETE', `/v1/organizations/${archived}`);
    for (const bad of [archived, 'org_01KAPZ5N3V8Q4M7W2T6R9Y0BXC', UNCLASSIFIED_ID]) {
      const body = { email: 'nobody@acme.example', organizationIds: [acme, bad] };
      const answer = await api.call('POST', '/v1/subscribers', body);
      expect(answer).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/organizationIds/1' }] },
      });
    }
  });

  it.each([
    [{}, '/email'],
    [{ email: 'nobody' }, '/email'],
    [{ email: 'x@customary.invalid' }, '/email'],
    [{ email: 'x@y.example', organizationIds: [] }, '/organizationIds'],
    [{ email: 'x@y.example', nickname: 'x' }, '/nickname'],
  ])('refuses %j', async (body, pointer) => {
    const answer = await api.call('POST', '/v1/subscribers', body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('answers a repeated request with the first answer', async () => {
    const body = { email: 'once@acme.example' };
    const first = await api.call('POST', '/v1/subscribers', body, { idempotencyKey: 'k1' });
    const again = await api.call('POST', '/v1/subscribers', body, { idempotencyKey: 'k1' });
    expect(again.body).toEqual(first.body);
    expect(first.status).toBe(201);
  });
});

describe('changing', () => {
  it('changes fields, and says so in the history', async () => {
    const { id } = await create();
    const changes = { firstName: 'Ada', lastName: 'Lovelace', metadata: { team: 'x' } };
    const changed = await api.ok('PATCH', `/v1/subscribers/${id}`, changes, { ifMatch: 1 });
    expect(changed).toMatchObject({ ...changes, version: 2 });
    const stale = await api.call('PATCH', `/v1/subscribers/${id}`, {}, { ifMatch: 1 });
    expect(stale.status).toBe(412);
    const { items } = await api.ok('GET', `/v1/subscribers/${id}/history`);
    expect(items.map((item: Json) => item.action)).toEqual([
      'subscribers.create',
      'subscribers.update',
    ]);
    expect(items[1]).toMatchObject({ before: { firstName: null }, after: { firstName: 'Ada' } });
  });

  it('takes its own e-mail in another case, but not that of another', async () => {
    const [one, two] = [await create(), await create()];
    const url = `/v1/subscribers/${one.id}`;
    const upper = one.email.toUpperCase();
    expect((await api.ok('PATCH', url, { email: upper })).email).toBe(upper);
    const taken = await api.call('PATCH', url, { email: two.email });
    expect(taken).toMatchObject({ status: 409, body: { existingId: two.id } });
  });

  it('belongs to others from now on', async () => {
    const { id } = await create({ organizationIds: [acme] });
    const now = api.setClock(1000);
    const url = `/v1/subscribers/${id}`;
    const moved = await api.ok('PATCH', url, { organizationIds: [globex, acme] });
    expect(moved.organizationIds).toEqual([globex, acme]);
    expect(await memberships(id)).toEqual([
      [acme, true, null, now],
      [globex, true, now, null],
      [acme, false, now, null],
    ]);
  });

  it('belongs to others from a time, or since ever, with a reason', async () => {
    const { id } = await create({ organizationIds: [acme] });
    const url = `/v1/subscribers/${id}/memberships`;
    const from = '2026-07-01T00:00:00.000000Z';
    await api.ok('POST', url, { organizationIds: [globex], from, reason: 'signed late' });
    expect(await memberships(id)).toEqual([
      [acme, true, null, from],
      [globex, true, from, null],
    ]);
    const { items } = await api.ok('GET', `/v1/subscribers/${id}/history`);
    expect(items[1]).toMatchObject({
      action: 'subscribers.memberships',
      reason: 'signed late',
      after: { change: { organizationIds: [globex], from } },
    });
    await api.ok('POST', url, { organizationIds: [acme, globex], from: null });
    expect(await memberships(id)).toEqual([
      [acme, true, null, null],
      [globex, false, null, null],
    ]);
  });
});

describe('archiving', () => {
  it('frees the e-mail, and comes back if it is still free', async () => {
    const first = await create({ organizationIds: [acme] });
    const archived = await api.ok('DELETE', `/v1/subscribers/${first.id}`);
    expect(archived).toMatchObject({ archivedAt: api.now(), organizationIds: [acme] });
    const second = await api.ok('POST', '/v1/subscribers', { email: first.email });
    const restore = `/v1/subscribers/${first.id}/restore`;
    expect(await api.call('POST', restore)).toMatchObject({
      status: 409,
      body: { existingId: second.id },
    });
    await api.ok('DELETE', `/v1/subscribers/${second.id}`);
    expect(await api.ok('POST', restore)).toMatchObject({ id: first.id, archivedAt: null });
  });

  it('is refused while it holds credentials', async () => {
    const { id } = await create();
    const fields = { name: 'k', subscriberId: id, organizationId: acme, credentialId: 'sbr-key-1' };
    const held = await api.ok('POST', '/v1/credentials', fields);
    const url = `/v1/subscribers/${id}`;
    expect(await api.call('DELETE', url)).toMatchObject({ status: 409, body: { code: 'in_use' } });
    await api.ok('DELETE', `/v1/credentials/${held.id}`);
    await api.ok('DELETE', url);
  });
});

describe('listing', () => {
  it('filters, and pages newest first', async () => {
    const { id: home } = await api.ok('POST', '/v1/organizations', { name: 'Listed' });
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      api.setClock(1);
      ids.unshift((await create({ organizationIds: [home], subscriberId: `listed-${i}` })).id);
    }
    const list = async (query: string) => {
      const page = await api.ok('GET', `/v1/subscribers?${query}`);
      return page.items.map((item: Json) => item.id);
    };
    expect(await list(`organizationId=${home}`)).toEqual(ids);
    expect(await list('subscriberId=listed-2')).toEqual([ids[0]]);
    const { email } = await api.ok('GET', `/v1/subscribers/${ids[1]}`);
    expect(await list(`email=${encodeURIComponent(email.toUpperCase())}`)).toEqual([ids[1]]);
    await api.ok('DELETE', `/v1/subscribers/${ids[2]}`);
    expect(await list(`organizationId=${home}&archived=true`)).toEqual([ids[2]]);
    const page = await api.ok('GET', `/v1/subscribers?organizationId=${home}&limit=1`);
    expect(await list(`organizationId=${home}&limit=1&cursor=${page.nextCursor}`)).toEqual([
      ids[1],
    ]);
    expect((await api.call('GET', '/v1/subscribers?name=x')).status).toBe(400);
  });

  it('answers 404 for what there is not', async () => {
    const url = '/v1/subscribers/sbr_01KAPZ5N3V8Q4M7W2T6R9Y0BXC';
    expect((await api.call('GET', url)).status).toBe(404);
    expect((await api.call('PATCH', url, {})).status).toBe(404);
  });
});

describe('for ingest', () => {
  it('makes a subscriber once, twins included', async () => {
    const auto = () =>
      api.act((action) =>
        createSubscriberAuto(action, { email: 'new@acme.example', organizationId: acme }),
      );
    const [one, two] = await Promise.all([auto(), auto()]);
    expect(two).toBe(one);
    expect(await api.ok('GET', `/v1/subscribers/${one}`)).toMatchObject({
      autoCreated: true,
      organizationIds: [acme],
    });
    expect(await memberships(one)).toEqual([[acme, true, null, null]]);
  });

  it('makes one service subscriber for each organization, which nobody can take away', async () => {
    const service = () => api.act((action) => serviceSubscriber(action, globex));
    const [one, two] = await Promise.all([service(), service()]);
    expect(two).toBe(one);
    expect(await service()).toBe(one);
    const url = `/v1/subscribers/${one}`;
    expect(await api.ok('GET', url)).toMatchObject({
      email: `service+${globex.slice(4).toLowerCase()}@customary.invalid`,
      serviceOf: globex,
      organizationIds: [globex],
    });
    expect((await api.call('DELETE', url)).status).toBe(409);
    expect((await api.call('PATCH', url, { organizationIds: [acme] })).status).toBe(409);
    expect((await api.call('PATCH', url, { lastName: 'Globex' })).status).toBe(200);
  });
});

it('asks for the permission of each operation', async () => {
  const key = await api.key('subscribers.read');
  const { id } = await create();
  const url = `/v1/subscribers/${id}`;
  expect((await api.call('GET', url, undefined, { key })).status).toBe(200);
  for (const [method, path] of [
    ['POST', '/v1/subscribers'],
    ['PATCH', url],
    ['DELETE', url],
    ['POST', `${url}/restore`],
    ['POST', `${url}/memberships`],
  ] as const) {
    expect((await api.call(method, path, {}, { key })).status, path).toBe(403);
  }
});
