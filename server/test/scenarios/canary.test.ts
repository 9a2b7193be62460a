import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type DestinationStream, pino } from 'pino';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { testApp, type Json, type TestApp } from '../support/app.ts';
import { adminClient } from '../support/database.ts';

/** A credential ID may be a live key. These two are sent through everything; only `reveal` may say the first again. */
const CANARY = 'sk-live-canary-4f1d8a7c2e9b';
const SECRET = 'external-secret-canary-77c1';
const UNKNOWN = 'sk-live-canary-unknown-90aa';

let test: TestApp;
/** The same API, but one whose every log line is kept. */
let app: FastifyInstance;
let superuser: pg.Client;
const said: string[] = [];
let logged = '';

beforeAll(async () => {
  test = await testApp();
  const stream: DestinationStream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString();
      done();
    },
  });
  const deployment = { ...test.deployment, log: pino({ level: 'trace' }, stream) };
  app = await createApp(deployment);
  superuser = await adminClient(test.database.url);
  admin = await test.key('admin');
});

afterAll(async () => {
  await superuser.end();
  await app.close();
  await test.close();
});

let admin = '';

/** Calls the API and keeps everything that came back. */
async function call(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Json> {
  const answer = await app.inject({
    method: method as 'GET',
    url,
    headers: {
      authorization: `Bearer ${admin}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  said.push(
    `${method} ${url.replaceAll(CANARY, '…')} → ${JSON.stringify(answer.headers)} ${answer.body}`,
  );
  return answer.body === '' ? undefined : JSON.parse(answer.body);
}

async function throughTheModel(): Promise<{ credential: Json; organization: Json }> {
  const keyed = { 'idempotency-key': 'canary' };
  const organization = await call('POST', '/v1/organizations', { name: 'Acme' });
  const subscriber = await call('POST', '/v1/subscribers', {
    email: 'ada@acme.example',
    organizationIds: [organization.id],
  });
  const names = { name: 'Key', subscriberId: subscriber.id, organizationId: organization.id };
  await call('POST', '/v1/events', { id: 'before', credential: CANARY, measures: { calls: 1 } });
  const input = { ...names, credentialId: CANARY, externalSecret: SECRET };
  const credential = await call('POST', '/v1/credentials', input, keyed);
  await call('POST', '/v1/credentials', input, keyed); // the kept answer
  await call('POST', '/v1/credentials', { ...input, name: 'Again' }); // a duplicate
  await call('POST', '/v1/credentials', { ...input, name: '' }, keyed); // a bad field, and another body under the key
  await call('POST', '/v1/credentials/lookup', { credentialId: CANARY });
  await call('POST', '/v1/credentials/lookup', { credentialId: UNKNOWN });
  await call('POST', `/v1/credentials/${credential.id}/rotate`, {
    credentialId: `${CANARY}-2`,
    previousUntil: null,
  });
  await call('POST', `/v1/credentials/${credential.id}/move`, {
    organizationId: organization.id,
    reason: 'tidying',
  });
  for (const view of ['', '/bindings', '/history'])
    await call('GET', `/v1/credentials/${credential.id}${view}`);
  return { credential, organization };
}

async function throughTheEvents(): Promise<void> {
  const event = (id: string, more: object) => ({
    id,
    credential: CANARY,
    measures: { calls: 1 },
    ...more,
  });
  await call('POST', '/v1/events', [
    event('a', {}),
    event('a', {}),
    event('a', { measures: { calls: 2 } }),
    event('rejected', { measures: { calls: -1 } }),
    event('unknown-field', { [CANARY.slice(0, 5)]: CANARY }),
    event('wrong-type', { subscription: { key: CANARY } }),
    event('wrong-time', { time: CANARY }),
    { id: 'unknown', credential: UNKNOWN, measures: { calls: 1 } },
  ]);
  await call('POST', '/v1/events', event('single', { measures: { calls: 'NaN' } }));
  await call('POST', '/v1/events', `{"id": "broken", "credential": "${CANARY}", `);
  const { items } = await call('GET', '/v1/events');
  for (const { id } of items) {
    await call('GET', `/v1/events/${id}`);
    await call('GET', `/v1/events/${id}/trace`);
  }
}

/** As a wrong value wherever a value can stand. */
async function throughTheProblems(): Promise<void> {
  const document = app.swagger() as { paths?: Record<string, Record<string, Json>> };
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods)) {
      const url = path.replaceAll(/\{\w+\}/g, encodeURIComponent(CANARY));
      await raw(method, url);
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in === 'query')
          await raw(
            method,
            `${path.replaceAll(/\{\w+\}/g, 'x')}?${parameter.name}=${encodeURIComponent(CANARY)}`,
          );
      }
      if (operation.requestBody !== undefined && path !== '/v1/events') {
        const schema = operation.requestBody.content['application/json'].schema;
        const name =
          String(schema.$ref ?? '')
            .split('/')
            .at(-1) ?? '';
        const fields = Object.keys((document as Json).components.schemas[name]?.properties ?? {});
        for (const field of fields) await raw(method, path, { [field]: [{ [field]: CANARY }] });
      }
    }
  }
}

async function raw(method: string, url: string, body?: object): Promise<void> {
  const answer = await app.inject({
    method: method.toUpperCase() as 'GET',
    url,
    headers: {
      authorization: `Bearer ${admin}`,
      'if-match': CANARY,
      'idempotency-key': CANARY,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { payload: JSON.stringify(body) }),
  });
  said.push(
    `${method} ${url.replaceAll(CANARY, '…')} → ${JSON.stringify(answer.headers)} ${answer.body}`,
  );
}

async function everyList(): Promise<void> {
  for (const list of [
    'organizations',
    'subscribers',
    'credentials',
    'meters',
    'events',
    'api-keys',
    'statements',
    'invoices',
    'billing-runs',
  ]) {
    await call('GET', `/v1/${list}`);
  }
  await call(
    'GET',
    '/v1/usage?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&groupBy=credential',
  );
  await call('GET', '/v1/checks');
}

/** Every text and every JSON of every table that holds the needle: `table.column`. */
async function columnsThatHold(needle: string): Promise<string[]> {
  const { rows } = await superuser.query(`
    select c.table_name, c.column_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'customary' and t.table_type = 'BASE TABLE'`);
  const found: string[] = [];
  for (const { table_name: table, column_name: column } of rows) {
    const hit = await superuser.query(
      `select 1 from customary."${table}" where position($1 in "${column}"::text) > 0 or position($2 in "${column}"::text) > 0 limit 1`,
      [needle, Buffer.from(needle).toString('hex')],
    );
    if (hit.rowCount !== 0) found.push(`${table}.${column}`);
  }
  return found;
}

describe('a credential ID that is sent through everything', () => {
  let credential: Json;

  beforeAll(async () => {
    ({ credential } = await throughTheModel());
    await throughTheEvents();
    await throughTheProblems();
    await everyList();
  }, 120_000);

  it.each([CANARY, SECRET, UNKNOWN])('%s is in no answer and in no log', (needle) => {
    expect(said.length).toBeGreaterThan(300);
    expect(said.filter((text) => text.includes(needle))).toEqual([]);
    expect(logged.length).toBeGreaterThan(1000);
    expect(logged.includes(needle)).toBe(false);
  });

  it('is stored once, in the one place for it', async () => {
    const idempotencyKeys = ['idempotency_keys.key']; // we sent it as one: what a client makes up as a key is the client's
    expect(
      (await columnsThatHold(CANARY)).filter((column) => !idempotencyKeys.includes(column)),
    ).toEqual(['credential_id_values.value']);
    expect(await columnsThatHold(UNKNOWN)).toEqual(['credential_id_values.value']);
    expect(await columnsThatHold(SECRET)).toEqual([]);
  });

  it('is said again by reveal alone, to who may, and that is in the audit log', async () => {
    const secrets = await test.ok('POST', `/v1/credentials/${credential.id}/reveal`);
    expect(JSON.stringify(secrets)).toContain(CANARY);
    expect(secrets.externalSecret).toBe(SECRET);
    const refused = await test.call('POST', `/v1/credentials/${credential.id}/reveal`, undefined, {
      key: await test.key('read'),
    });
    expect(refused.status).toBe(403);
    const { items } = await test.ok('GET', `/v1/credentials/${credential.id}/history`);
    expect(items.at(-1).action).toBe('credentials.reveal');
    expect(JSON.stringify(items)).not.toContain(CANARY);
    expect(await columnsThatHold(SECRET)).toEqual([]);
  });
});
