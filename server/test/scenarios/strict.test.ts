import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { counts, planOf, type Usage, usageOf } from '../support/usage.ts';

/** The mode `strict` refuses unknown identifiers and keeps what it refused for a replay (design §4.2). */

let api: TestApp;
let usage: Usage;
let organizationId: string;

beforeAll(async () => {
  api = await testApp();
  usage = usageOf(api);
  const { planId } = await planOf(api);
  const acme = { name: 'Acme', associatedDomains: ['acme.example'] };
  organizationId = (await api.ok('POST', '/v1/organizations', acme)).id;
  const email = 'ada@acme.example';
  await api.ok('POST', '/v1/subscribers', { email, organizationIds: [organizationId] });
  await api.ok('POST', '/v1/credentials', {
    name: 'k',
    credentialId: 'sk-known-0001',
    organizationId,
    subscriberEmail: email,
  });
  const startAt = '2026-09-01T00:00:00Z';
  await api.ok('POST', '/v1/subscriptions', {
    organizationId,
    planId,
    startAt,
    externalId: 'known',
  });
  await api.database.pool.query(`update deployment set attribution_mode = 'strict'`);
});
afterAll(() => api.close());

const event = (id: string, fields: object) => ({
  id,
  time: '2026-09-15T10:00:00Z',
  measures: { tokens: '1.50' },
  ...fields,
});
const made = async () =>
  (
    await api.database.pool.query(
      'select (select count(*) from credentials) as c, (select count(*) from subscribers) as s',
    )
  ).rows;

describe('in strict mode', () => {
  it.each([
    ['credential', { credential: 'sk-unknown' }],
    ['credential', { credential: 'sk-unknown', subscription: 'known' }],
    ['credential', { credential: 'sk-unknown', organization: 'Acme' }],
    ['subscription', { subscription: 'unknown' }],
    ['subscriber', { subscriber: 'new@acme.example' }],
    ['subscriber', { subscriber: 'who', organization: 'Acme' }],
    ['organization', { organization: 'Unknown' }],
  ] as const)('an unknown %s is refused: %j', async (field, claim) => {
    const before = [await made(), (await counts(api))['events']];
    const answer = await api.call('POST', '/v1/events', event(`r-${JSON.stringify(claim)}`, claim));
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'unprocessable', errors: [{ pointer: `/${field}`, code: `unknown_${field}` }] },
    });
    expect([await made(), (await counts(api))['events']]).toEqual(before);
  });

  it.each([
    [{ credential: 'sk-known-0001' }],
    [{ subscription: 'known' }],
    [{ subscriber: 'ADA@acme.example' }],
    [{ organization: 'Acme' }],
    [{}],
  ] as const)('what names only what is known is taken: %j', async (claim) => {
    expect(await usage.owner(await usage.send(claim))).toMatchObject({
      reasons: expect.any(Array),
    });
  });

  it('in a batch refuses the one and takes its neighbours, and a repeat of it is refused too', async () => {
    const unknown = event('u', { organization: 'Unknown' });
    const batch = [event('k', {}), unknown, unknown, event('u', {}), event('k', {})];
    expect(await api.ok('POST', '/v1/events', batch)).toEqual({
      accepted: 1,
      duplicates: 1,
      conflicts: [],
      rejected: [
        expect.objectContaining({
          index: 1,
          code: 'unknown_organization',
          pointer: '/organization',
        }),
        expect.objectContaining({ index: 2, code: 'id_refused', pointer: '/id' }),
        expect.objectContaining({ index: 3, code: 'id_refused', pointer: '/id' }),
      ],
    });
  });

  it('keeps what was refused, so that it can be sent again once it is known', async () => {
    const sent = event('replayed', { subscriber: 'later@else.example', attributes: { a: 1 } });
    await api.call('POST', '/v1/events', sent);
    const { rows } = await api.database.pool.query<{ body_encrypted: Buffer }>(
      'select body_encrypted from event_rejects order by id desc limit 1',
    );
    const body = rows[0]?.body_encrypted ?? Buffer.alloc(0);
    expect(body.includes('later@else.example')).toBe(false);
    const kept: Json = JSON.parse(api.deployment.secrets.decrypt(body));
    const person = { email: 'later@else.example', organizationIds: [organizationId] };
    await api.ok('POST', '/v1/subscribers', person);
    expect(await api.ok('POST', '/v1/events', kept)).toMatchObject({ accepted: 1 });
    expect(await api.ok('POST', '/v1/events', sent)).toMatchObject({ duplicates: 1 });
    expect(await usage.owner('replayed')).toMatchObject({ organizationId });
  });
});
