import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testApp, type TestApp } from '../support/app.ts';

/** Addresses, parameters and headers that are wrong are refused by name; keys of idempotency hold. */

let api: TestApp;
let organizationId: string;
let secret: string;
beforeAll(async () => {
  api = await testApp();
  secret = await api.key('admin');
  organizationId = (await api.ok('POST', '/v1/organizations', { name: 'Acme' })).id;
});
afterAll(() => api.close());

const lists = [
  '/v1/organizations',
  '/v1/subscribers',
  '/v1/credentials',
  '/v1/events',
  '/v1/meters',
  '/v1/products',
  '/v1/plans',
  '/v1/subscriptions',
  '/v1/api-keys',
];
const cursor = (text: string) => Buffer.from(text, 'utf8').toString('base64url');

describe.each(lists)('GET %s', (path) => {
  it.each([
    ['limit=0', '?limit'],
    ['limit=201', '?limit'],
    ['limit=abc', '?limit'],
    ['limit=1.5', '?limit'],
    ['limit=', '?limit'],
    ['limit=1&limit=2', '?limit'],
    ['cursor=%21%21', '?cursor'],
    ['cursor=', '?cursor'],
    [`cursor=${cursor('a\0b')}`, '?cursor'],
    ['colour=red', '?colour'],
    ['__proto__=x', '?__proto__'],
  ])('with %s names the parameter', async (query, pointer) => {
    const answer = await api.call('GET', `${path}?${query}`);
    expect(answer, answer.text).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer }] },
    });
  });

  it('with a cursor of another list answers or refuses, but never fails', async () => {
    for (const text of [
      'x',
      'org_1',
      "';--",
      '2026-13-45T99:99:99Z evt_1',
      `${'9'.repeat(400)} 1`,
    ]) {
      const { status } = await api.call('GET', `${path}?cursor=${cursor(text)}`);
      expect([200, 400], text).toContain(status);
    }
  });
});

describe('parameters', () => {
  it.each([
    ['/v1/organizations?name=%00', '?name'],
    ['/v1/organizations?parentId=x', '?parentId'],
    ['/v1/organizations?archived=yes', '?archived'],
    ['/v1/events?clientId=%00', '?clientId'],
    ['/v1/events?from=yesterday', '?from'],
    ['/v1/events?rule=%00', '?rule'],
    ['/v1/subscribers?email=%00', '?email'],
    ['/v1/credentials?tag=%00', '?tag'],
    ['/v1/usage?from=2026-09-01T00:00:00Z&to=2026-10-01T00:00:00Z&groupBy=colour', '?groupBy'],
    ['/v1/usage?from=2026-09-01T00:00:00Z&to=2026-10-01T00:00:00Z&measure=%00', '?measure'],
    ['/v1/usage?from=2026-09-01T00:00:00Z', '?to'],
  ])('%s is refused by name', async (url, pointer) => {
    const answer = await api.call('GET', url);
    expect(answer, answer.text).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it.each([
    'x',
    'org_',
    '%00',
    '%ff',
    '..%2f..',
    'a'.repeat(600),
    'evt_01KAPZ5N3V8Q4M7W2T6R9Y0BXC',
  ])('an id that cannot be one is not found: %s', async (id) => {
    for (const path of ['organizations', 'events']) {
      const answer = await api.call('GET', `/v1/${path}/${id}`);
      expect([400, 404], answer.text).toContain(answer.status);
      expect(answer.headers['content-type']).toMatch(/problem\+json/);
    }
  });

  it('an address that is nowhere, and a method that is not there, are not found', async () => {
    for (const [method, url] of [
      ['GET', '/v1/nothing'],
      ['PUT', '/v1/organizations'],
      ['DELETE', '/v1/events'],
    ] as const) {
      const answer = await api.call(method, url);
      expect([404, 405]).toContain(answer.status);
      expect(answer.body.code).toMatch(/not_found|method_not_allowed/);
    }
  });
});

describe('If-Match', () => {
  const patch = (ifMatch: string) =>
    api.app.inject({
      method: 'PATCH',
      url: `/v1/organizations/${organizationId}`,
      headers: { authorization: `Bearer ${secret}`, 'if-match': ifMatch },
      payload: { paymentTermsDays: 10 },
    });

  it.each(['', 'abc', '*', '"1', '-1', '1.5', '1, 2', `"${'9'.repeat(20)}"`])(
    'of %j is refused',
    async (ifMatch) => {
      const answer = await patch(ifMatch);
      const { status, errors } = answer.json();
      // A quote that is not closed is as good as none.
      if (ifMatch === '"1') expect(status ?? 200).toBe(200);
      else expect([status, errors?.[0].pointer]).toEqual([400, '/if-match']);
    },
  );

  it('of another version is refused, and of the current one taken', async () => {
    const { version } = await api.ok('GET', `/v1/organizations/${organizationId}`);
    expect((await patch(`"${version + 1}"`)).statusCode).toBe(412);
    expect((await patch(`W/"${version}"`)).json()).toMatchObject({ version: version + 1 });
  });
});

describe('Idempotency-Key', () => {
  const create = (name: string, idempotencyKey: string) =>
    api.call('POST', '/v1/organizations', { name }, { idempotencyKey });
  const named = async (name: string) =>
    (await api.ok('GET', `/v1/organizations?name=${name}`)).items.length;

  it('used again with the same body gets the first answer; with another it is refused', async () => {
    const first = await create('Once', 'k1');
    expect(await create('Once', 'k1')).toMatchObject({
      status: 201,
      body: first.body,
      headers: { 'idempotent-replay': 'true' },
    });
    expect(await create('Twice', 'k1')).toMatchObject({
      status: 422,
      body: { code: 'idempotency_mismatch' },
    });
    expect([await named('Once'), await named('Twice')]).toEqual([1, 0]);
  });

  it('used at the same moment makes one, and every other gets its answer or is asked to wait', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => create('Moment', 'k2')));
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    for (const other of answers.filter(({ status }) => status !== 201)) {
      expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_in_progress' } });
    }
    expect(await named('Moment')).toBe(1);
    expect(await create('Moment', 'k2')).toMatchObject({
      status: 201,
      body: { id: made[0]?.body.id },
    });
  });

  it('of a refused request can be used again', async () => {
    expect((await create('', 'k3')).status).toBe(400);
    expect((await create('Third', 'k3')).status).toBe(201);
  });

  it.each(['', 'x'.repeat(257)])('of %j is refused by name', async (idempotencyKey) => {
    const answer = await create('Named', idempotencyKey);
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/idempotency-key' }] },
    });
    expect(await named('Named')).toBe(0);
  });
});
