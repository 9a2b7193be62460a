import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testApp, type Json, type TestApp } from '../../test/support/app.ts';
import { misplaced, type Usage, usageOf } from '../../test/support/usage.ts';

let api: TestApp;
let key: string;
let metering: string;
let usage: Usage;

beforeAll(async () => {
  api = await testApp();
  key = await api.key('admin');
  metering = await api.key('ingest');
  usage = usageOf(api);
});
afterAll(async () => api.close());

const TIME = '2026-09-15T10:00:00Z';
const event = (id: string, fields: object = {}) => ({
  id,
  time: TIME,
  measures: { calls: 1 },
  ...fields,
});

/** Holds back whatever is being recorded, until `work` has sent what is to wait. */
async function whileHeld<T>(work: () => Promise<T>[]): Promise<T[]> {
  const holder = new pg.Client({ connectionString: api.database.url });
  await holder.connect();
  await holder.query('begin');
  await holder.query('set search_path = customary, public');
  await holder.query('select pg_advisory_xact_lock(ownership_lock_key())');
  const sent = work();
  await untilWaiting(holder, 2); // as many as are recorded at once
  await holder.query('rollback');
  await holder.end();
  return Promise.all(sent);
}

async function untilWaiting(holder: pg.Client, sessions: number): Promise<void> {
  for (let tries = 0; tries < 5000; tries += 1) {
    const { rows } = await holder.query<{ waiting: number }>(
      `select count(*)::int as waiting from pg_locks where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())`,
    );
    if ((rows[0]?.waiting ?? 0) >= sessions) return;
  }
  throw new Error(`never did ${sessions} sessions wait`);
}

const journals = async () => {
  const { rows } = await api.database.pool.query<{ n: number }>(
    `select count(*)::int as n from journal where kind = 'events.ingest'`,
  );
  return rows[0]?.n ?? 0;
};

describe('requests that are recorded together', () => {
  it('share a transaction, and each is told of its own events', async () => {
    const before = await journals();
    const bodies: unknown[] = Array.from({ length: 12 }, (_, i) => [event(`together-${i}`)]);
    bodies.push([event('together-3'), event('bad', { measures: {} })]);
    bodies.push([event('together-4', { measures: { calls: 2 } })]);
    const answers = await whileHeld(() =>
      bodies.map((body) => api.call('POST', '/v1/events', body)),
    );
    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 200));
    const told = answers.map(({ body }: { body: Json }) => body);
    const total = (name: string) => told.reduce((sum, each) => sum + each[name], 0);
    expect([total('accepted'), total('duplicates')]).toEqual([12, 1]);
    expect(told.flatMap(({ conflicts }) => conflicts)).toEqual([{ index: 0, id: 'together-4' }]);
    expect(told.map(({ rejected }) => rejected.length)).toEqual(
      bodies.map((_, i) => (i === 12 ? 1 : 0)),
    );
    expect(told[5]).toEqual({ accepted: 1, duplicates: 0, conflicts: [], rejected: [] });
    expect(await journals()).toBeLessThan(before + bodies.length);
    expect(await misplaced(api)).toEqual([]);
  });

  it('are of one principal: the journal says of each event who sent it', async () => {
    const { id: keyId } = (await api.ok('GET', '/v1/api-keys')).items.find(
      ({ name }: Json) => name === 'ingest',
    );
    await whileHeld(() =>
      Array.from({ length: 6 }, (_, i) =>
        api.call('POST', '/v1/events', [event(`mixed-${i}`)], i % 2 === 0 ? { key: metering } : {}),
      ),
    );
    const { rows } = await api.database.pool.query<{ client_id: string }>(
      `select client_id from events e join journal j on j.id = e.journal_id
        where client_id like 'mixed-%' and actor = $1 order by 1`,
      [keyId],
    );
    expect(rows.map((row) => row.client_id)).toEqual(['mixed-0', 'mixed-2', 'mixed-4']);
  });
});

describe('requests that repeat what others send', () => {
  const numbers = Array.from({ length: 50 }, (_, i) => i);
  const sent = (prefix: string, from: readonly number[]) =>
    from.map((i) => event(`${prefix}-${i}`));
  const told = async (body: unknown, options = {}) => {
    const { accepted, duplicates, conflicts, rejected } = await api.ok(
      'POST',
      '/v1/events',
      body,
      options,
    );
    return { accepted, duplicates, conflicts, rejected };
  };
  const none = { conflicts: [], rejected: [] };

  it('at the same time and in another order wait for each other, and each event is stored once', async () => {
    for (const round of ['one', 'two', 'three']) {
      const both = await whileHeld(() => [
        told(sent(round, numbers)),
        told(sent(round, numbers.toReversed()), { key: metering }),
      ]);
      expect(both.map(({ accepted }) => accepted).toSorted((a, b) => a - b)).toEqual([0, 50]);
      expect(both.map(({ duplicates }) => duplicates).toSorted((a, b) => a - b)).toEqual([0, 50]);
    }
  });

  it('are told what was new, the first time and however often', async () => {
    expect(await told(sent('again', numbers))).toEqual({ accepted: 50, duplicates: 0, ...none });
    for (let more = 1; more <= 25; more += 1) {
      const body = [...sent('again', numbers), ...sent(`more-${more}`, [1, 2])];
      expect(await told(body)).toEqual({ accepted: 2, duplicates: 50, ...none });
    }
    expect(await told(sent('other', numbers))).toEqual({ accepted: 50, duplicates: 0, ...none });
    expect(await misplaced(api)).toEqual([]);
  });
});

describe('what a process remembers', () => {
  it('is never taken for what holds: a move by somebody else counts for the very next event', async () => {
    const [one, other] = await Promise.all(
      ['One', 'Other'].map((name) => api.ok('POST', '/v1/organizations', { name })),
    );
    const subscriber = await api.ok('POST', '/v1/subscribers', {
      email: 'ada@one.example',
      organizationIds: [one.id, other.id],
    });
    const credential = await api.ok('POST', '/v1/credentials', {
      name: 'Key',
      subscriberId: subscriber.id,
      organizationId: one.id,
      credentialId: 'sk-remembered-1',
    });
    const first = await usage.send({ credential: 'sk-remembered-1' });
    expect(await usage.owner(first)).toMatchObject({ organizationId: one.id });
    // As another process would: this one is told nothing of it.
    const elsewhere = new pg.Client({ connectionString: api.database.url });
    await elsewhere.connect();
    await elsewhere.query('set search_path = customary, public');
    await elsewhere.query(
      `with made as (insert into journal (kind, actor, recorded_at) values ('test', 'system', now()) returning id),
            ended as (update bindings set superseded_by = (select id from made) where credential_id = $1 and superseded_by is null returning *)
       insert into bindings (credential_id, subscriber_id, organization_id, valid, recorded_by)
       select credential_id, subscriber_id, $2, valid, (select id from made) from ended`,
      [credential.id, other.id],
    );
    await elsewhere.end();
    const next = await usage.send({ credential: 'sk-remembered-1' });
    expect(await usage.owner(next)).toMatchObject({ organizationId: other.id });
  });

  it('of one claim does not stand for another that a row answers to as well', async () => {
    const acme = await api.ok('POST', '/v1/organizations', {
      name: 'Twice',
      externalId: 'twice-1',
    });
    await api.ok('POST', '/v1/organizations', { name: 'Twice', externalId: 'twice-2' });
    expect(await usage.owner(await usage.send({ organization: 'Twice' }))).toMatchObject({
      reasons: ['ambiguous_name'],
    });
    expect(await usage.owner(await usage.send({ organization: 'twice-1' }))).toMatchObject({
      organizationId: acme.id,
    });
    expect(await usage.owner(await usage.send({ organization: 'Twice' }))).toMatchObject({
      reasons: ['ambiguous_name'],
    });
  });
});

describe('a compressed body', () => {
  const post = (payload: Buffer, headers: Record<string, string>) =>
    api.app.inject({
      method: 'POST',
      url: '/v1/events',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      payload,
    });

  it('is taken as what it holds', async () => {
    const body = gzipSync(JSON.stringify([event('zipped-1'), event('zipped-2')]));
    const answer = await post(body, { 'content-encoding': 'gzip' });
    expect(answer.json()).toMatchObject({ accepted: 2 });
  });

  it('that is no gzip, or larger than a body may be once it is open, is refused', async () => {
    const broken = await post(Buffer.from('[{"id":"x"}]'), { 'content-encoding': 'gzip' });
    expect(broken.json()).toMatchObject({ status: 400, code: 'malformed_encoding' });
    const bomb = await post(gzipSync(Buffer.alloc(64 * 1024 * 1024, 32)), {
      'content-encoding': 'gzip',
    });
    expect(bomb.json()).toMatchObject({ status: 413, code: 'body_too_large' });
    const otherwise = await post(Buffer.from('[]'), { 'content-encoding': 'br' });
    expect(otherwise.json()).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });
});

describe('more than can be stored at once', () => {
  it('is refused before it is read, with when to come back, and room is given back', async () => {
    const padding = 'x'.repeat(60_000);
    const body = Array.from({ length: 250 }, (_, i) =>
      event(`much-${i}`, { attributes: { a: padding.slice(0, 4000), b: padding.slice(0, 4000) } }),
    );
    const size = JSON.stringify(body).length;
    const atOnce = Math.ceil((64 * 1024 * 1024) / size) + 4;
    const answers = await Promise.all(
      Array.from({ length: atOnce }, () => api.call('POST', '/v1/events', body)),
    );
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.body).toMatchObject({ code: 'unavailable' });
    expect(refused[0]?.headers).toMatchObject({ 'retry-after': '1' });
    expect(answers.filter(({ status }) => status === 200).length).toBe(atOnce - refused.length);
    expect(await api.ok('POST', '/v1/events', body)).toMatchObject({ duplicates: 250 });
  });
});
