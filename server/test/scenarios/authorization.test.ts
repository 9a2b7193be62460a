import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Grant, permissions as everyPermission } from '../../src/access/permissions.ts';
import { testApp, type TestApp } from '../support/app.ts';
import { operationsOf, type TestedOperation } from '../support/operations.ts';

/** Every operation of the document refuses whoever may not do it; the table says who may (design §5). */

/** Operation → permission: written down here and not taken from the code. */
const expected: Record<string, string> = JSON.parse(
  readFileSync(new URL('permissions.json', import.meta.url), 'utf8'),
);

let api: TestApp;
const operations = new Map<string, TestedOperation>();
const keys: Record<string, string> = {};

beforeAll(async () => {
  api = await testApp();
  for (const operation of operationsOf(api.app)) {
    operations.set(operation.id, operation);
  }
  const create = async (body: object) =>
    api.ok('POST', '/v1/api-keys', { name: 'k', permissions: ['admin'], ...body });
  for (const grant of ['ingest', 'read', ...new Set(Object.values(expected))] as Grant[]) {
    keys[grant] = await api.key(grant);
    const others = everyPermission.filter((permission) => permission !== grant);
    keys[`all but ${grant}`] = await api.key(...others);
  }
  const revoked = await create({});
  await api.ok('POST', `/v1/api-keys/${revoked.id}/revoke`);
  keys['revoked'] = revoked.key;
  keys['expired'] = (await create({ expiresAt: api.now() })).key;
  keys['admin'] = await api.key('admin');
});
afterAll(() => api.close());

const call = async (id: string, headers: Record<string, string>) => {
  const { method, url } = operations.get(id) as TestedOperation;
  const answer = await api.app.inject({ method: method as 'GET', url, headers });
  const isProblem = String(answer.headers['content-type']).startsWith('application/problem+json');
  return {
    status: answer.statusCode,
    code: isProblem ? answer.json().code : null,
    headers: answer.headers,
  };
};
const bearer = (key: string | undefined) => ({ authorization: `Bearer ${key}` });
const unauthenticated = { status: 401, code: 'unauthenticated' };
const forbidden = { status: 403, code: 'forbidden' };

it('the table names every operation of the document and no other', () => {
  expect([...operations.keys()].toSorted(), 'see server/test/scenarios/permissions.json').toEqual(
    Object.keys(expected).toSorted(),
  );
});

it('the document names every route but those that are open', async () => {
  const routes = routesOf(api.app.printRoutes({ commonPrefix: false }));
  const documented = [...operations.values()].map(({ method, path }) => `${method} ${path}`);
  const files = /^(?:GET|HEAD) \/(?:assets\/|icon\.svg|\*$)/; // of the console, where it is built
  const open = routes.filter((route) => !documented.includes(route) && !files.test(route));
  expect(open.toSorted()).toEqual([
    'GET /',
    'GET /auth/options',
    'GET /docs',
    'GET /docs/',
    'GET /docs/errors',
    'GET /docs/js/scalar.js',
    'GET /docs/openapi.json',
    'GET /docs/openapi.yaml',
    'GET /healthz',
    'GET /openapi.json',
    'GET /readyz',
    'POST /auth/links/inspect',
    'POST /auth/links/redeem',
    'POST /auth/password',
    'POST /auth/password-link',
    'POST /auth/sign-in',
    'POST /auth/sign-out',
    'POST /auth/two-factor',
    'POST /auth/two-factor/backup-codes',
    'POST /auth/two-factor/confirm',
    'POST /auth/two-factor/disable',
    'POST /auth/two-factor/enable',
  ]);
  expect(documented.filter((route) => !routes.includes(route))).toEqual([]);
  for (const url of ['/healthz', '/readyz', '/openapi.json', '/docs/errors']) {
    expect((await api.app.inject(url)).statusCode).toBe(200);
  }
});

/** Fastify prints its routes as a tree: `│   └── /:id (GET, PATCH)`. */
function routesOf(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods = ''] =
      /^([\s│]*)[├└]── (\S*) ?(?:\((.*)\))?$/.exec(line) ?? [];
    if (part === '') return [];
    const level = indent.length / 4;
    above.length = level;
    above[level] = part;
    const path = above.join('').replaceAll(/:(\w+)/g, '{$1}');
    return methods === '' ? [] : methods.split(', ').map((method) => `${method} ${path}`);
  });
}

describe.each(Object.entries(expected))('%s needs %s', (id, permission) => {
  it('refuses without a key, and with one that is wrong, revoked or expired', async () => {
    const none = await call(id, {});
    expect(none).toMatchObject(unauthenticated);
    expect(none.headers['www-authenticate']).toMatch(/^Bearer/);
    const wrong = [
      bearer('cus_wrong'),
      { 'x-api-key': 'cus_wrong' },
      { 'x-api-key': '' },
      { authorization: 'Basic YTpi' },
      bearer(''),
    ];
    for (const headers of [...wrong, bearer(keys['revoked']), bearer(keys['expired'])]) {
      expect(await call(id, headers), JSON.stringify(headers)).toMatchObject(unauthenticated);
    }
  });

  it('refuses a key in both headers', async () => {
    const both = { ...bearer(keys['admin']), 'x-api-key': keys['admin'] ?? '' };
    expect(await call(id, both)).toMatchObject({ status: 400, code: 'two_credentials' });
  });

  it('refuses a key that has all but this, and lets one that has just this pass', async () => {
    expect(await call(id, bearer(keys[`all but ${permission}`]))).toMatchObject(forbidden);
    for (const headers of [bearer(keys[permission]), { 'x-api-key': keys[permission] ?? '' }]) {
      expect([401, 403]).not.toContain((await call(id, headers)).status);
    }
  });

  it('is in the bundles that it should be in', async () => {
    const isRead = /\.read(Headers)?$/.test(permission) && !permission.startsWith('apiKeys.');
    const ingest = await call(id, bearer(keys['ingest']));
    const read = await call(id, bearer(keys['read']));
    expect(ingest.status === 403).toBe(!['events.ingest', 'me.read'].includes(permission));
    expect(read.status === 403).toBe(!isRead);
  });
});

it('reading reveals no secret and changes nothing', () => {
  const reached = [...operations.values()].filter(({ id }) => expected[id]?.endsWith('.read'));
  expect(reached.map(({ id }) => id)).not.toContain('credentials.reveal');
  const byPost = reached.filter(({ method }) => method !== 'GET').map(({ id }) => id);
  // What these are asked must not stand in an address.
  expect(byPost.toSorted()).toEqual(['credentials.lookup', 'events.search', 'plans.simulate']);
});

describe('an API key', () => {
  it('cannot be given what the one that creates it lacks', async () => {
    const key = await api.key('apiKeys.create', 'usage.read');
    const create = (permissions: string[]) =>
      api.call('POST', '/v1/api-keys', { name: 'more', permissions }, { key });
    for (const grants of [['admin'], ['read'], ['usage.read', 'events.read']]) {
      expect(await create(grants)).toMatchObject({
        status: 403,
        body: { errors: [{ pointer: '/permissions' }] },
      });
    }
    expect(await create(['usage.read', 'apiKeys.create'])).toMatchObject({ status: 201 });
  });

  it('is refused before the body is read', async () => {
    const answer = await api.app.inject({
      method: 'POST',
      url: '/v1/events',
      headers: { 'content-type': 'application/json' },
      payload: '{"not json',
    });
    expect(answer.statusCode).toBe(401);
  });
});
