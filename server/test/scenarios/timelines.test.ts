import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UNCLASSIFIED_ID } from '../../src/lib/id.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { type Usage, usageOf } from '../support/usage.ts';

/** The verbs of timelines: each holds from a time, past or future, can be read, and is taken back while it is a plan. */

let api: TestApp;
let usage: Usage;
let made = 0;

beforeAll(async () => {
  api = await testApp();
  usage = usageOf(api);
});
beforeEach(() => void api.setClock('2026-10-01T12:00:00Z'));
afterAll(() => api.close());

const on = (month: number, day: number) =>
  `2026-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}T00:00:00Z`;
const post = (path: string, body: object = {}) => api.ok('POST', `/v1/${path}`, body);
const refused = async (path: string, body: object = {}) =>
  (await api.call('POST', `/v1/${path}`, body)).body;
const organization = async (more: object = {}): Promise<string> =>
  (await post('organizations', { name: `Owner ${(made += 1)}`, ...more })).id;
const subscriber = async (...organizationIds: string[]): Promise<string> =>
  (await post('subscribers', { email: `s${(made += 1)}@mail.example`, organizationIds })).id;
const key = async (organizationId: string, more: object = {}) => {
  const credentialId = `sk-timeline-${(made += 1)}-000000`;
  const body = { name: 'k', credentialId, subscriberId: await subscriber(organizationId) };
  const { id } = await post('credentials', { ...body, organizationId, ...more });
  return { id, secret: credentialId, path: `credentials/${id}` };
};
const ownerOf = async (credential: string, time: string) =>
  usage.owner(await usage.send({ credential, time }));

describe('a move', () => {
  it('from a time to come is a plan: what occurs before stays, what occurs then goes', async () => {
    const [a, b] = [await organization(), await organization()];
    const { secret, path } = await key(a);
    const move = { organizationId: b, from: on(10, 10), reason: 'sold' };
    expect(await post(`${path}/move`, move)).toMatchObject({ organizationId: a });
    expect(await ownerOf(secret, on(10, 1))).toMatchObject({ organizationId: a });
    api.setClock('2026-10-12T00:00:00Z');
    expect(await ownerOf(secret, '2026-10-09T23:59:59.999999Z')).toMatchObject({
      organizationId: a,
    });
    expect(await ownerOf(secret, on(10, 10))).toMatchObject({ organizationId: b });
    expect(await api.ok('GET', `/v1/${path}`)).toMatchObject({ organizationId: b });
  });

  it('that is planned can be taken back, alone or with all that is planned', async () => {
    const [a, b, c] = [await organization(), await organization(), await organization()];
    const { path } = await key(a);
    const bound = async () =>
      (await api.ok('GET', `/v1/${path}/bindings`)).items.map((row: Json) => [
        row.organizationId,
        row.to?.slice(0, 10) ?? null,
      ]);
    await post(`${path}/move`, { organizationId: b, from: on(10, 10) });
    await post(`${path}/move`, { organizationId: c, from: on(10, 20) });
    await post(`${path}/cancel-planned`, { at: on(10, 10) });
    expect(await bound()).toEqual([
      [a, '2026-10-20'],
      [c, null],
    ]);
    expect(await refused(`${path}/cancel-planned`, { at: on(10, 10) })).toMatchObject({
      code: 'invalid_state',
    });
    await post(`${path}/cancel-planned`);
    expect(await bound()).toEqual([[a, null]]);
  });

  it('is no mere update: a key that may only update is refused to bind it elsewhere', async () => {
    const [a, b] = [await organization(), await organization()];
    const { path } = await key(a);
    const options = { key: await api.key('credentials.update') };
    for (const change of [
      { organizationId: b },
      { subscriberId: await subscriber(b) },
      { subscriberEmail: 'ada@acme.example' },
      { subscriptionId: null },
    ]) {
      const { status, body } = await api.call('PATCH', `/v1/${path}`, change, options);
      expect({ status, ...body }).toMatchObject({
        status: 403,
        code: 'forbidden',
        errors: [{ pointer: `/${Object.keys(change)[0]}` }],
      });
    }
    await api.ok('PATCH', `/v1/${path}`, { name: 'renamed', tags: ['x'] }, options);
    const both = { key: await api.key('credentials.update', 'credentials.move') };
    const moved = await api.ok('PATCH', `/v1/${path}`, { organizationId: b, reason: 'r' }, both);
    expect(moved).toMatchObject({ organizationId: b, name: 'renamed' });
  });
});

describe('a rotation', () => {
  it('keeps the old ID until its cut-off, and reports both in one line', async () => {
    const a = await organization();
    const { id, secret, path } = await key(a);
    const next = `${secret}-next`;
    await post(`${path}/rotate`, { credentialId: next, previousUntil: on(10, 5) });
    await usage.send({ credential: next, time: on(9, 20) });
    api.setClock('2026-10-06T00:00:00Z');
    expect(await ownerOf(secret, '2026-10-04T23:59:59.999999Z')).toMatchObject({
      credentialId: id,
    });
    expect(await ownerOf(secret, on(10, 5))).toMatchObject({
      organizationId: UNCLASSIFIED_ID,
      reasons: ['credential_ended'],
    });
    expect(await ownerOf(next, on(10, 5))).toMatchObject({ credentialId: id });
    const report = await api.ok(
      'GET',
      `/v1/usage?from=${on(9, 1)}&to=${on(11, 1)}&groupBy=credential&organizationId=${a}`,
    );
    expect(report.items).toMatchObject([{ quantity: '3' }]);
    expect(Object.values(report.items[0].group)).toEqual([id]);
  });

  it('that is planned can be taken back: the old ID goes on, the new one names nothing', async () => {
    const { secret, path } = await key(await organization());
    const rotation = { credentialId: `${secret}-2`, from: on(10, 5), previousUntil: on(10, 5) };
    await post(`${path}/rotate`, rotation);
    await post(`${path}/cancel-planned`, { at: on(10, 5) });
    const { credentialIds } = await api.ok('GET', `/v1/${path}/bindings`);
    expect(credentialIds).toMatchObject([{ from: null, to: null }]);
    await post(`credentials/lookup`, { credentialId: secret, at: on(10, 6) });
    expect(
      await refused('credentials/lookup', { credentialId: `${secret}-2`, at: on(10, 6) }),
    ).toMatchObject({ code: 'not_found' });
  });
});

describe('a revocation', () => {
  it('holds from its time: what occurred from then on loses its owner for credential_ended', async () => {
    const a = await organization();
    const { id, secret, path } = await key(a);
    const before = await usage.send({ credential: secret, time: on(9, 9) });
    const after = await usage.send({ credential: secret, time: on(9, 10) });
    const named = await usage.send({ credential: secret, organization: a, time: on(9, 11) });
    const revoke = { from: on(9, 10), reason: 'leaked' };
    expect(await post(`${path}/revoke`, revoke)).toMatchObject({
      status: 'ended',
      endsAt: '2026-09-10T00:00:00.000000Z',
      archivedAt: null,
    });
    expect(await usage.owner(before)).toMatchObject({ organizationId: a, credentialId: id });
    expect(await usage.owner(after)).toMatchObject({
      organizationId: UNCLASSIFIED_ID,
      credentialId: null,
      reasons: ['credential_ended'],
    });
    // The claim that is left decides (rule 5).
    expect(await usage.owner(named)).toMatchObject({
      organizationId: a,
      credentialId: null,
      reasons: ['credential_ended'],
    });
    await post(`${path}/restore`, { from: on(9, 10), reason: 'a false alarm' });
    expect(await usage.owner(after)).toMatchObject({ organizationId: a, credentialId: id });
  });

  it('frees the ID for another credential, and then it is restored no more', async () => {
    const a = await organization();
    const { secret, path } = await key(a);
    await post(`${path}/revoke`);
    const other = { name: 'other', credentialId: secret, subscriberId: await subscriber(a) };
    const { id } = await post('credentials', { ...other, organizationId: a });
    expect(await refused(`${path}/restore`)).toMatchObject({
      code: 'already_exists',
      existingId: id,
    });
  });

  it('is not for the future, nor an expiry for the past', async () => {
    const { path } = await key(await organization());
    expect(await refused(`${path}/revoke`, { from: on(10, 2) })).toMatchObject({
      errors: [{ pointer: '/from', code: 'in_future' }],
    });
    expect(await refused(`${path}/expire`, { at: on(9, 2) })).toMatchObject({
      errors: [{ pointer: '/at', code: 'in_past' }],
    });
  });
});

describe('an expiry', () => {
  it('ends the credential at its time, and can be postponed or taken back until then', async () => {
    const a = await organization();
    const { id, secret, path } = await key(a);
    const expire = (at: string | null) => post(`${path}/expire`, { at });
    expect(await expire(on(10, 5))).toMatchObject({
      status: 'active',
      endsAt: '2026-10-05T00:00:00.000000Z',
    });
    expect(await expire(null)).toMatchObject({ endsAt: null });
    await expire(on(10, 5));
    await expire(on(10, 7));
    api.setClock('2026-10-08T00:00:00Z');
    expect(await ownerOf(secret, '2026-10-06T23:59:59.999999Z')).toMatchObject({
      credentialId: id,
    });
    expect(await ownerOf(secret, on(10, 7))).toMatchObject({ reasons: ['credential_ended'] });
    expect(await api.ok('GET', `/v1/${path}`)).toMatchObject({ status: 'ended' });
    expect(await refused(`${path}/expire`, { at: on(10, 9) })).toMatchObject({
      code: 'invalid_state',
    });
  });

  it('bounds a rotation: the new ID ends with the credential', async () => {
    const { secret, path } = await key(await organization());
    await post(`${path}/expire`, { at: on(10, 5) });
    const late = { credentialId: `${secret}-3`, from: on(10, 9) };
    expect(await refused(`${path}/rotate`, late)).toMatchObject({ code: 'invalid_state' });
    await post(`${path}/rotate`, { credentialId: `${secret}-2`, previousUntil: null });
    const { credentialIds } = await api.ok('GET', `/v1/${path}/bindings`);
    expect(credentialIds.map((each: Json) => each.to)).toEqual(
      Array.from({ length: 2 }, () => '2026-10-05T00:00:00.000000Z'),
    );
    await post(`${path}/cancel-planned`);
    expect((await api.ok('GET', `/v1/${path}/bindings`)).credentialIds).toMatchObject([
      { to: null },
      { to: null },
    ]);
  });
});

describe('edges and memberships', () => {
  it('planned can be taken back; a circle or a chain that this would make is refused', async () => {
    const [a, b, c] = [await organization(), await organization(), await organization()];
    await post(`organizations/${c}/move`, { parentId: a, from: null });
    await post(`organizations/${c}/move`, { parentId: b, from: on(10, 10) });
    await post(`organizations/${a}/move`, { parentId: c, from: on(10, 20) });
    expect(await refused(`organizations/${c}/cancel-planned`, { at: on(10, 10) })).toMatchObject({
      errors: [{ pointer: '/parentId', code: 'cycle' }],
    });
    await post(`organizations/${a}/cancel-planned`);
    await post(`organizations/${c}/cancel-planned`);
    const { timeline } = await api.ok('GET', `/v1/organizations/${c}/history`);
    expect(timeline.filter((row: Json) => row.superseded === null)).toMatchObject([
      { timeline: 'parent', value: { parentId: a }, from: null, to: null },
    ]);

    await post(`organizations/${c}/bill-to`, { billTo: a, from: null });
    await post(`organizations/${c}/bill-to`, { billTo: null, from: on(10, 10) });
    await post(`organizations/${b}/bill-to`, { billTo: c, from: on(10, 20) });
    expect(await refused(`organizations/${c}/cancel-planned`)).toMatchObject({
      errors: [{ pointer: '/billTo', code: 'payer_chain' }],
    });
  });

  it('an organization to which something will belong is not archived', async () => {
    const [a, b] = [await organization(), await organization()];
    const { path } = await key(a);
    await post(`${path}/move`, { organizationId: b, from: on(10, 10) });
    const { body } = await api.call('DELETE', `/v1/organizations/${b}`);
    expect(body).toMatchObject({ code: 'in_use' });
  });

  it('of memberships, each change is taken back on its own', async () => {
    const [a, b, c] = [await organization(), await organization(), await organization()];
    const id = await subscriber(a);
    const belong = (organizationIds: string[], day: number) =>
      post(`subscribers/${id}/memberships`, { organizationIds, from: on(10, day) });
    await belong([b], 10);
    await belong([b, c], 20);
    await post(`subscribers/${id}/cancel-planned`, { at: on(10, 10) });
    const at = async (day: number) => {
      api.setClock(on(10, day));
      return (await api.ok('GET', `/v1/subscribers/${id}`)).organizationIds;
    };
    expect([await at(2), await at(15), await at(20)]).toEqual([[a], [a], [b, c]]);
  });
});

describe('a history', () => {
  it('says who changed what, when and why, and what was believed before', async () => {
    const [a, b] = [await organization(), await organization()];
    const { path, secret } = await key(a);
    await post(`${path}/move`, { organizationId: b, from: on(9, 10), reason: 'sold' });
    await api.ok('PATCH', `/v1/${path}`, { name: 'renamed', reason: 'a typo' });
    await post(`${path}/rotate`, { credentialId: `${secret}-2`, reason: 'yearly' });
    await api.ok('DELETE', `/v1/${path}`);
    const history = await api.ok('GET', `/v1/${path}/history`);
    expect(history.items.map((item: Json) => [item.action, item.reason])).toEqual([
      ['credentials.create', null],
      ['credentials.move', 'sold'],
      ['credentials.update', 'a typo'],
      ['credentials.rotate', 'yearly'],
      ['credentials.delete', null],
    ]);
    const rows = (name: string) => history.timeline.filter((row: Json) => row.timeline === name);
    const moved = { action: 'credentials.move', reason: 'sold' };
    expect(rows('binding')).toMatchObject([
      { from: null, to: null, value: { organizationId: a }, superseded: moved },
      {
        to: '2026-09-10T00:00:00.000000Z',
        value: { organizationId: a },
        recorded: moved,
        superseded: null,
      },
      {
        value: { organizationId: b },
        recorded: moved,
        superseded: { action: 'credentials.delete' },
      },
      { to: '2026-10-01T12:00:00.000000Z', value: { organizationId: b }, superseded: null },
    ]);
    expect(rows('credentialId')).toHaveLength(4);
    expect(JSON.stringify(history)).not.toContain(secret);
  });

  it('of an organization tells who restored it, and of a subscriber why it left', async () => {
    const [a, b] = [await organization(), await organization({ externalId: 'ext' })];
    const id = await subscriber(a);
    const leave = { organizationIds: [b], from: null, reason: 'left' };
    await post(`subscribers/${id}/memberships`, leave);
    const { timeline } = await api.ok('GET', `/v1/subscribers/${id}/history`);
    expect(timeline).toMatchObject([
      { value: { organizationId: a, isPrimary: true }, superseded: { reason: 'left' } },
      { value: { organizationId: b, isPrimary: true }, recorded: { reason: 'left' } },
    ]);
    await api.ok('DELETE', `/v1/organizations/${a}`);
    await post(`organizations/${a}/restore`, { reason: 'reopened' });
    const { items } = await api.ok('GET', `/v1/organizations/${a}/history`);
    expect(items.map((item: Json) => item.reason)).toEqual([null, null, 'reopened']);
  });
});
