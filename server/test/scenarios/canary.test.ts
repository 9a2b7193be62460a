import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { adminClient } from '../support/database.ts';
import { planOf } from '../support/usage.ts';

/** A credential ID may be a live key: sent through everything, it comes out of `reveal` and of nothing else (design §4.10). */

const known = 'ck~Zq7Wm2Xv9Lp4Rt8Ny3Kd6Bf1Hs5Jc0Ga';
const unknown = 'ck~Uo9Ie3Yt6Rw1Qa8Sz4Xd7Cf2Vg5Bh0Nj';
const rejected = 'ck~Mk6Nj3Bh9Vg1Cf7Xd4Sz2Aq8Wl5Pe0Ri';
const contested = 'ck~Pl0Ok9Ij8Uh7Yg6Tf5Rd4Es3Wa2Qz1Xs';
const external = 'es~Tg5Rf8Ed2Ws6Qa9Yh3Uj7Ik1Ol4Pm0Nb';
const canaries = [known, unknown, rejected, contested, external];

let api: TestApp;
let app: FastifyInstance;
let adminKey: string;
let logged = '';
const answers: { asked: string; text: string }[] = [];
const ids: Record<string, string> = {};

beforeAll(async () => {
  api = await testApp();
  adminKey = await api.key('admin');
  const log = pino({ level: 'trace' }, { write: (line: string) => void (logged += line) });
  app = await createApp({ ...api.deployment, log });
  ids['plan'] = (await planOf(api)).planId;
});
afterAll(async () => {
  await app.close();
  await api.close();
});

type Headers = Record<string, string>;

/** Asks through the app that logs, and keeps what it answers: body, status line and headers. */
async function ask(method: string, url: string, body?: unknown, headers: Headers = {}) {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await app.inject({
    method: method as 'GET',
    url,
    headers: {
      authorization: `Bearer ${adminKey}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { payload }),
  });
  const text = `${answer.statusCode} ${JSON.stringify(answer.headers)} ${answer.body}`;
  answers.push({ asked: `${method} ${url} ${payload ?? ''}`.slice(0, 300), text });
  return { status: answer.statusCode, text: answer.body, json: (): Json => answer.json() };
}

/** Every piece of a canary of eight characters: the mask shows four of either end. */
const pieces = canaries.flatMap((canary) =>
  Array.from({ length: canary.length - 7 }, (_, i) => canary.slice(i, i + 8)),
);
const leaks = (text: string) => pieces.filter((piece) => text.includes(piece));

const operations = (): { method: string; path: string; operation: Json }[] =>
  Object.entries<Json>((app.swagger() as Json).paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );

describe('a canary', () => {
  it('goes through the life of a credential', async () => {
    const create = async (path: string, body: object) =>
      (await ask('POST', `/v1/${path}`, body)).json().id;
    ids['organizations'] = await create('organizations', { name: 'Acme' });
    ids['subscribers'] = await create('subscribers', {
      email: 'a@b.example',
      organizationIds: [ids['organizations']],
    });
    const owner = { organizationId: ids['organizations'], subscriberId: ids['subscribers'] };
    ids['subscriptions'] = await create('subscriptions', {
      organizationId: ids['organizations'],
      planId: ids['plan'],
      startAt: '2026-09-01T00:00:00Z',
      externalId: 'sold',
    });
    const body = {
      name: 'k',
      credentialId: known,
      externalSecret: external,
      tags: ['t'],
      ...owner,
    };
    const headers = { 'idempotency-key': 'once' };
    const made = await ask('POST', '/v1/credentials', body, headers);
    expect(made.status, made.text).toBe(201);
    ids['credentials'] = made.json().id;
    expect((await ask('POST', '/v1/credentials', body, headers)).json().id).toBe(
      ids['credentials'],
    );
    expect((await ask('POST', '/v1/credentials', { ...body, name: 'z' }, headers)).status).toBe(
      422,
    );
    expect((await ask('POST', '/v1/credentials', body)).status).toBe(409);
    const path = `/v1/credentials/${ids['credentials']}`;
    for (const [verb, change] of [
      ['move', { organizationId: ids['organizations'], from: null, reason: 'x' }],
      ['rotate', { credentialId: contested, externalSecret: external, previousUntil: null }],
      ['rotate', { credentialId: known }],
    ] as const) {
      await ask('POST', `${path}/${verb}`, change, {
        'idempotency-key': `${verb}${JSON.stringify(change).length}`,
      });
    }
    expect((await ask('PATCH', path, { name: 'k2', externalSecret: external })).status).toBe(200);
    for (const credentialId of [known, unknown])
      await ask('POST', '/v1/credentials/lookup', { credentialId });
    for (const [verb, change] of [
      ['expire', { at: '2026-10-20T00:00:00Z' }],
      ['cancel-planned', {}],
      ['revoke', { reason: 'x' }],
      ['restore', {}],
    ] as const) {
      const answer = await ask('POST', `${path}/${verb}`, change);
      expect(answer.status, answer.text).toBe(200);
    }
    await ask('DELETE', path);
    expect((await ask('POST', `${path}/restore`)).status).toBe(200);
  });

  it('goes through events of every fate', async () => {
    const event = (id: string, credential: string, fields: object = {}) => ({
      id,
      credential,
      time: '2026-09-15T10:00:00Z',
      measures: { tokens: 1 },
      ...fields,
    });
    const send = async (body: unknown, headers: Headers = {}) =>
      (await ask('POST', '/v1/events', body, headers)).json();
    expect(
      await send([
        event('a', known),
        event('b', unknown),
        event('c', unknown, { subscription: 'sold' }),
      ]),
    ).toMatchObject({ accepted: 3 });
    expect(
      await send([
        event('a', known),
        event('a', contested),
        event('d', rejected, { time: 'x' }),
        event('e', rejected, { colour: rejected }),
      ]),
    ).toMatchObject({
      duplicates: 1,
      conflicts: [{ id: 'a' }],
      rejected: [{ index: 2 }, { index: 3 }],
    });
    for (const wrong of [
      { ...event('f', rejected), measures: { tokens: rejected } },
      { credential: rejected },
      { ...event('g', 'x'), credential: [rejected] },
    ]) {
      expect(await send(wrong)).toMatchObject({ status: 400 });
    }
    const ndjson = { 'content-type': 'application/x-ndjson' };
    expect(
      await send(`{"credential":"${rejected}"\n"${rejected}"\n${rejected}`, ndjson),
    ).toMatchObject({ rejected: [{}, {}, {}] });
    await api.database.pool.query(`update deployment set attribution_mode = 'strict'`);
    expect(await send(event('h', rejected))).toMatchObject({ status: 422 });
    await api.database.pool.query(`update deployment set attribution_mode = 'provision'`);
    const { items } = (await ask('GET', '/v1/events')).json();
    ids['events'] = items[0].id;
    for (const item of items) await ask('GET', `/v1/events/${item.id}/trace`);
    const { items: credentials } = (await ask('GET', '/v1/credentials')).json();
    expect(credentials.map((credential: Json) => credential.autoCreated).toSorted()).toEqual([
      false,
      true,
    ]);
    await goThroughQueue();
    const kept = (await ask('GET', '/v1/rejects?limit=200')).json().items;
    expect(kept.length).toBeGreaterThan(5);
    await ask('POST', '/v1/rejects/replay', { filter: {} });
    await ask('GET', '/v1/rejects?limit=200');
    expect((await ask('GET', '/v1/conflicts')).json().items).toHaveLength(1);
  });

  it('is a wrong value everywhere', async () => {
    for (const { method, path, operation } of operations()) {
      const url = path.replaceAll(/\{\w+\}/g, encodeURIComponent(known));
      const real = path.replaceAll(/\{\w+\}/g, () => ids[path.split('/')[2] ?? ''] ?? known);
      await ask(method, url);
      await ask(method, `${real}/${known}`);
      for (const { name, in: place } of operation.parameters ?? []) {
        if (place === 'query') await ask(method, `${real}?${name}=${encodeURIComponent(known)}`);
      }
      await ask(method, `${real}?unheard=${known}`);
      await ask(method, real, undefined, { 'if-match': known });
      if (method === 'GET') continue;
      const fields = fieldsOf(operation.requestBody?.content?.['application/json']?.schema);
      // The field that nobody knows refuses each of these.
      for (const value of [known, [known], { [`x`]: known }]) {
        const wrong = Object.fromEntries([...fields, 'unheard'].map((field) => [field, value]));
        const answer = await ask(method, real, wrong);
        expect([400, 404, 409], `${method} ${path}: ${answer.text}`).toContain(answer.status);
      }
      for (const text of [
        known,
        JSON.stringify(known),
        `{"a":"${known}"`,
        `{"a":"${known}","a":"${known}x"}`,
      ]) {
        await ask(method, real, text);
      }
    }
    for (const headers of [
      { authorization: `Bearer ${known}` },
      { 'content-type': known },
    ] as Headers[]) {
      await ask('POST', '/v1/organizations', '{}', headers);
    }
  });

  /** The work queue knows the IDs that nobody knows: near misses of known ones, and claims of them. */
  async function goThroughQueue() {
    const close = (id: string) => ({ id, time: '2026-09-16T10:00:00Z', measures: { tokens: 1 } });
    for (const [i, near] of [`${known}x`, known.toUpperCase(), ` ${known}`].entries())
      await ask('POST', '/v1/events', { ...close(`near-${i}`), credential: near });
    const queue = (await ask('GET', '/v1/unclassified')).json().items;
    const nears = queue.filter((item: Json) => item.kind === 'credential');
    expect(nears.length).toBeGreaterThanOrEqual(3);
    for (const item of nears) {
      await ask('GET', `/v1/unclassified/${item.id}`);
      const body = { id: item.id, organizationId: ids['organizations'] };
      const answer = await ask('POST', '/v1/unclassified/claim', body);
      expect(answer.status, answer.text).toBe(200);
    }
  }

  /** The names of the fields that a body has, whichever of its forms. */
  function fieldsOf(schema: Json): string[] {
    if (schema === undefined) return [];
    if (schema.$ref !== undefined) {
      const name = schema.$ref.split('/').at(-1);
      return fieldsOf((app.swagger() as Json).components.schemas[name]);
    }
    return [
      ...Object.keys(schema.properties ?? {}),
      ...(schema.anyOf ?? schema.oneOf ?? []).flatMap(fieldsOf),
    ];
  }

  it('is looked for with every GET there is', async () => {
    for (const { method, path } of operations()) {
      if (method !== 'GET') continue;
      const url = path.replaceAll(/\{\w+\}/g, () => ids[path.split('/')[2] ?? ''] ?? 'none');
      const range = 'from=2026-09-01T00:00:00Z&to=2026-10-01T00:00:00Z';
      await ask('GET', url);
      await ask('GET', `${url}?${range}&groupBy=credential`);
    }
  });

  it('is quoted by an error of PostgreSQL, which is logged without it', async () => {
    const superuser = await adminClient(api.database.url);
    try {
      const table = 'alter table customary.credential_id_values';
      await superuser.query(
        `${table} add constraint no_more check (value not like '%more') not valid`,
      );
      const credentialId = `${rejected}more`;
      const owner = { organizationId: ids['organizations'], subscriberId: ids['subscribers'] };
      const answer = await ask('POST', '/v1/credentials', { name: 'k', credentialId, ...owner });
      expect(answer.status).toBe(500);
      expect(logged).toContain('no_more');
    } finally {
      await superuser.end();
    }
  });

  it('came out of nothing', () => {
    expect(answers.length).toBeGreaterThan(500);
    const others = answers.filter(({ asked }) => !asked.includes('/reveal '));
    expect(others.filter(({ text }) => leaks(text).length > 0)).toEqual([]);
    expect(logged.length).toBeGreaterThan(10_000);
    expect(leaks(logged)).toEqual([]);
  });

  it('comes out of reveal, and not of its history', async () => {
    const before = answers.length;
    const revealed = await ask('POST', `/v1/credentials/${ids['credentials']}/reveal`, {
      reason: 'a test',
    });
    expect(revealed.json()).toMatchObject({ credentialId: contested, externalSecret: external });
    await ask('GET', `/v1/credentials/${ids['credentials']}/history`);
    expect(answers.slice(before).filter(({ text }) => leaks(text).length > 0)).toHaveLength(1);
    expect(leaks(logged)).toEqual([]);
  });

  it('is stored in credential_id_values.value and nowhere else, nor is a secret', async () => {
    const superuser = await adminClient(api.database.url);
    try {
      const tables = await superuser.query<{ name: string }>(
        `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
          where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
      );
      const found: string[] = [];
      for (const { name } of tables.rows) {
        const { rows } = await superuser.query<{ canary: string }>(
          `select canary from ${name} as t, unnest($1::text[]) as canary
            where strpos(t::text, canary) > 0 or strpos(t::text, encode(convert_to(canary, 'UTF8'), 'hex')) > 0`,
          [canaries],
        );
        found.push(...rows.map((row) => `${name} ${row.canary}`));
      }
      const where = 'customary.credential_id_values';
      const stored = [known, unknown, contested, rejected].map((canary) => `${where} ${canary}`);
      expect(tables.rows.length).toBeGreaterThan(20);
      // Near misses of it hold it, too.
      expect([...new Set(found)].toSorted()).toEqual(stored.toSorted());
      const { rows } = await superuser.query(`select masked from ${where}`);
      expect(leaks(JSON.stringify(rows))).toEqual([]);
    } finally {
      await superuser.end();
    }
  });
});
