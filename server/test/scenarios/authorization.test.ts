import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundles, expand, type Permission, permissions } from '../../src/access/permissions.ts';
import { testApp, type Json, type TestApp } from '../support/app.ts';
import expected from './permissions.json' with { type: 'json' };

/** Every operation of the OpenAPI document, by every kind of key. What each needs stands in `permissions.json`. */
let test: TestApp;
let operations: { id: string; method: string; url: string }[];

const needs = expected as Record<string, Permission>;
const SOME_ID: Record<string, string> = {
  organizations: 'org',
  subscribers: 'sbr',
  credentials: 'crd',
  meters: 'mtr',
  products: 'prd',
  plans: 'pln',
  subscriptions: 'sub',
  events: 'evt',
  invoices: 'inv',
  'invoice-lines': 'lin',
  'billing-runs': 'run',
  statements: 'org',
  'api-keys': 'key',
  messages: 'msg',
};

beforeAll(async () => {
  test = await testApp();
  const document = test.app.swagger() as { paths?: Record<string, Record<string, Json>> };
  operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      url: path.replaceAll(
        /\{\w+\}/g,
        `${SOME_ID[path.split('/')[2] ?? ''] ?? 'org'}_01M3WYJ800A982EXB3VXGQESCD`,
      ),
    })),
  );
});

afterAll(() => test.close());

async function statuses(
  headers: Record<string, string>,
): Promise<Map<string, { status: number; code: string }>> {
  const found = new Map<string, { status: number; code: string }>();
  for (const { id, method, url } of operations) {
    const answer = await test.app.inject({ method: method as 'GET', url, headers });
    found.set(id, {
      status: answer.statusCode,
      code: isProblem(answer.headers) ? answer.json().code : '',
    });
  }
  return found;
}

const isProblem = (headers: Record<string, unknown>) =>
  String(headers['content-type']).startsWith('application/problem+json');

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

it('the table names every operation, and no other', () => {
  expect(operations.map(({ id }) => id).toSorted()).toEqual(Object.keys(needs).toSorted());
  expect(
    [...new Set(Object.values(needs))].filter((permission) => !permissions.includes(permission)),
  ).toEqual([]);
});

describe('without a key, or with one that does not hold, every operation is refused', () => {
  it.each([
    ['no key', {}],
    ['an unknown key', bearer('cus_nobody_has_this_key_0000000000')],
    ['another scheme', { authorization: 'Basic YWRhOmFkYQ==' }],
  ])('%s: 401', async (_name, headers) => {
    for (const [id, answer] of await statuses(headers))
      expect(answer, id).toEqual({ status: 401, code: 'unauthenticated' });
  });

  it('a revoked key: 401', async () => {
    const created = await test.ok('POST', '/v1/api-keys', {
      name: 'Short',
      permissions: ['admin'],
    });
    await test.ok('POST', `/v1/api-keys/${created.id}/revoke`);
    for (const [id, answer] of await statuses(bearer(created.key)))
      expect(answer, id).toEqual({ status: 401, code: 'unauthenticated' });
  });

  it('an expired key: 401', async () => {
    const created = await test.ok('POST', '/v1/api-keys', {
      name: 'Short',
      permissions: ['admin'],
      expiresAt: '2026-10-01T12:00:01Z',
    });
    test.setClock('2026-10-01T12:00:02Z');
    for (const [id, answer] of await statuses(bearer(created.key)))
      expect(answer, id).toEqual({ status: 401, code: 'unauthenticated' });
  });

  it('a key sent in two ways at once: 400', async () => {
    const key = await test.key('admin');
    for (const [id, answer] of await statuses({ ...bearer(key), 'x-api-key': key }))
      expect(answer, id).toEqual({ status: 400, code: 'two_credentials' });
  });
});

describe('a key does what it was given and nothing else', () => {
  it.each([['admin'], ['ingest'], ['read']] as const)('the bundle %s', async (bundle) => {
    const held = expand([bundle]);
    for (const [id, answer] of await statuses(bearer(await test.key(bundle)))) {
      const permission = needs[id];
      if (permission !== undefined && held.has(permission))
        expect([401, 403], id).not.toContain(answer.status);
      else expect(answer, id).toEqual({ status: 403, code: 'forbidden' });
    }
  });

  it('a single permission opens its own operations only', async () => {
    for (const permission of permissions) {
      const answers = await statuses(bearer(await test.key(permission)));
      const open = [...answers].filter(([, { status }]) => status !== 403).map(([id]) => id);
      expect(open.toSorted(), permission).toEqual(
        operations
          .map(({ id }) => id)
          .filter((id) => needs[id] === permission)
          .toSorted(),
      );
    }
  });

  it('reading reveals no secret and changes nothing', () => {
    const read = new Set<Permission>(bundles.read);
    const reached = operations.filter(({ id }) => read.has(needs[id] as Permission));
    expect(reached.map(({ id }) => id)).not.toContain('credentials.reveal');
    expect(
      reached
        .filter(({ method }) => method !== 'GET')
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(READ_BY_POST);
  });
});

/** POSTs that only read: what they are asked must not stand in an address. */
const READ_BY_POST = ['credentials.lookup', 'plans.simulate'];

it('only health and documentation are open', async () => {
  for (const url of ['/healthz', '/readyz', '/openapi.json', '/docs/errors']) {
    expect((await test.app.inject({ url })).statusCode, url).toBe(200);
  }
  expect((await test.app.inject({ url: '/v1/nothing' })).statusCode).toBe(404);
});
