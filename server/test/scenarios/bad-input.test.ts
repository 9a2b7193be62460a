import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/lib/limits.ts';
import { type Called, testApp, type TestApp } from '../support/app.ts';
import { planOf } from '../support/usage.ts';

/** Bad input gets a problem that names what is wrong, and stores nothing wrong. */

let api: TestApp;
let key: string;
const ids: Record<string, string> = {};
let before: Record<string, number>;

beforeAll(async () => {
  api = await testApp();
  key = await api.key('admin');
  const create = async (name: string, path: string, body: object) => {
    ids[name] = (await api.ok('POST', `/v1/${path}`, body)).id;
  };
  ids['plan'] = (await planOf(api)).planId;
  await create('top', 'organizations', { name: 'Top' });
  await create('middle', 'organizations', { name: 'Middle', parentId: ids['top'] });
  await create('leaf', 'organizations', { name: 'Leaf', parentId: ids['middle'] });
  await create('ada', 'subscribers', { email: 'ada@acme.example', organizationIds: [ids['top']] });
  await create('key', 'credentials', {
    name: 'k',
    credentialId: 'sk-taken',
    subscriberId: ids['ada'],
    organizationId: ids['top'],
  });
  before = await rows();
});
afterAll(() => api.close());

/** Rows by table, but for those that say that something was asked or refused. */
async function rows(): Promise<Record<string, number>> {
  const ours = `select table_name from information_schema.tables where table_schema = 'customary'
    and table_name not in ('journal', 'ingest_batches', 'event_rejects', 'credential_id_values') and table_type = 'BASE TABLE'`;
  const tables = (await api.database.pool.query<{ table_name: string }>(ours)).rows;
  const count = async (table: string): Promise<[string, number]> => {
    const { rows: found } = await api.database.pool.query(
      `select count(*)::int as n from ${table}`,
    );
    return [table, found[0].n];
  };
  return Object.fromEntries(await Promise.all(tables.map(({ table_name }) => count(table_name))));
}

type Sent = {
  method?: string;
  url?: string;
  type?: string | null;
  headers?: Record<string, string>;
};

async function send(payload: string | Buffer | undefined, sent: Sent = {}): Promise<Called> {
  const { method = 'POST', url = '/v1/events', type = 'application/json', headers = {} } = sent;
  const answer = await api.app.inject({
    method: method as 'POST',
    url,
    headers: {
      authorization: `Bearer ${key}`,
      ...(type !== null && { 'content-type': type }),
      ...headers,
    },
    ...(payload !== undefined && { payload }),
  });
  const { statusCode: status, body: text } = answer;
  return {
    status,
    text,
    headers: answer.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

/** A problem of this status and code that names these fields, after which everything is as it was. */
async function expectProblem(answer: Called, status: number, code: string, ...pointers: string[]) {
  expect(answer.headers['content-type'], answer.text).toMatch(/^application\/problem\+json/);
  expect(answer.body, answer.text).toMatchObject({
    status,
    code,
    requestId: expect.stringMatching(/^req_/),
  });
  expect(answer.status).toBe(status);
  expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(pointers);
  expect(answer.body.detail).toMatch(/\S/);
  expect(await rows()).toEqual(before);
}

const event = (fields: object = {}) =>
  JSON.stringify({ id: 'bad', time: '2026-09-15T10:00:00Z', measures: { tokens: 1 }, ...fields });
const withMeasures = (text: string) => `{"id":"bad","measures":${text}}`;
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('an event', () => {
  it.each([
    ['a negative count', withMeasures('{"tokens":-1}'), '/measures/tokens'],
    ['a negative count as text', withMeasures('{"tokens":"-0.1"}'), '/measures/tokens'],
    ['NaN as text', withMeasures('{"tokens":"NaN"}'), '/measures/tokens'],
    ['a decimal of 40 digits', withMeasures(`{"tokens":${'1'.repeat(40)}}`), '/measures/tokens'],
    ['an exponent beyond all', withMeasures('{"tokens":1e400}'), '/measures/tokens'],
    ['a count that is null', withMeasures('{"tokens":null}'), '/measures/tokens'],
    ['no measure', withMeasures('{}'), '/measures'],
    [
      '65 measures',
      withMeasures(`{${Array.from({ length: 65 }, (_, i) => `"m${i}":1`).join()}}`),
      '/measures',
    ],
    ['two measures that a space tells apart', withMeasures('{"a":1," a":2}'), '/measures/ a'],
    ['a measure called __proto__', withMeasures('{"a":1,"__proto__":2}'), '/measures/__proto__'],
    [
      'a field called __proto__',
      '{"id":"bad","measures":{"a":1},"__proto__":{"source":"x"}}',
      '/__proto__',
    ],
    ['a field called constructor', event({ constructor: 'x' }), '/constructor'],
    [
      'an attribute called __proto__',
      '{"id":"bad","measures":{"a":1},"attributes":{"__proto__":"x"}}',
      '/attributes/__proto__',
    ],
    ['an attribute that is a list', event({ attributes: { a: ['x'] } }), '/attributes/a'],
    [
      '65 attributes',
      event({ attributes: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [i, 'x'])) }),
      '/attributes',
    ],
    ['an unknown field', event({ colour: 'red' }), '/colour'],
    ['no id', '{"measures":{"tokens":1}}', '/id'],
    ['an id of 257 characters', event({ id: 'x'.repeat(257) }), '/id'],
    ['an id of 10,000 characters', event({ id: 'x'.repeat(10_000) }), '/id'],
    ['an unknown currency', event({ cost: { amount: '1', currency: 'XXQ' } }), '/cost/currency'],
    ['a negative cost', event({ cost: { amount: '-1', currency: 'USD' } }), '/cost/amount'],
    ['a time in 1970', event({ time: '1970-01-01T00:00:00Z' }), '/time'],
    ['a time next year', event({ time: '2027-10-01T00:00:00Z' }), '/time'],
    ['a time more than an hour ahead', event({ time: '2026-10-01T13:00:00.000001Z' }), '/time'],
    ['a time that does not exist', event({ time: '2026-02-30T00:00:00Z' }), '/time'],
    ['a time without an offset', event({ time: '2026-09-15T10:00:00' }), '/time'],
    ['NUL in a claim', event({ organization: 'a\0b' }), '/organization'],
    ['NUL in the id', event({ id: 'a\0b' }), '/id'],
    ['half a surrogate pair', '{"id":"bad","measures":{"tokens":1},"source":"\\ud800"}', '/source'],
    ['half a surrogate pair in a name', withMeasures('{"\\ud800":1}'), '/measures'],
    [
      'a credential ID of more bytes than are stored',
      event({ credential: '密'.repeat(400) }),
      '/credential',
    ],
    ['a subscriber of 257 characters', event({ subscriber: 'x'.repeat(257) }), '/subscriber'],
    ['70 KiB', event({ source: 'x'.repeat(70 * 1024) }), ''],
    ['a body that is a text', '"event"', ''],
    ['a body that is a number', '5', ''],
    ['a list in place of an event', '[[]]', null],
  ] as const)('with %s is refused', async (_, body, pointer) => {
    const answer = await send(body);
    if (pointer !== null) return expectProblem(answer, 400, 'invalid_request', pointer);
    expect(answer.body.rejected).toMatchObject([{ index: 0, pointer: '' }]);
  });

  it('of a body that holds text for NDJSON is an event all the same', async () => {
    await expectProblem(
      await send(JSON.stringify({ ndjson: event() })),
      400,
      'invalid_request',
      '/id',
    );
  });

  it('among good ones is refused alone', async () => {
    const good = JSON.parse(event({ id: 'good', measures: { constructor: 1, toString: 2 } }));
    const bad = JSON.parse(event({ time: '1970-01-01T00:00:00Z' }));
    const answer = await send(JSON.stringify([bad, good, 5, null]));
    expect(answer.body).toMatchObject({
      accepted: 1,
      rejected: [{ index: 0, pointer: '/time' }, { index: 2 }, { index: 3 }],
    });
    const { items } = await api.ok('GET', '/v1/events?clientId=good');
    expect(items[0].measures).toEqual({ constructor: '1', toString: '2' });
    before = await rows();
  });
});

describe('a body', () => {
  const organizations = { url: '/v1/organizations' };
  const big = (bytes: number) => `[${event({ source: 'x'.repeat(bytes) })}]`;
  it.each([
    ['malformed JSON', '{"id":', {}, 400, 'malformed_json'],
    ['NaN', '{"id":"a","measures":{"tokens":NaN}}', {}, 400, 'malformed_json'],
    ['a number with a leading zero', withMeasures('{"tokens":01}'), {}, 400, 'malformed_json'],
    ['a key twice', '{"id":"a","id":"b","measures":{"tokens":1}}', {}, 400, 'malformed_json'],
    ['nothing', undefined, {}, 400, 'malformed_json'],
    ['null', 'null', {}, 400, 'malformed_json'],
    ['nothing but spaces', '  ', {}, 400, 'malformed_json'],
    ['malformed JSON elsewhere', '{"name":', organizations, 400, 'malformed_json'],
    ['invalid UTF-8', Buffer.from('7b226964223a22ff227d', 'hex'), {}, 400, 'malformed_encoding'],
    [
      'invalid UTF-8 elsewhere',
      Buffer.from('7b226e616d65223a22c328227d', 'hex'),
      organizations,
      400,
      'malformed_encoding',
    ],
    ['100,000 levels', deep(100_000), {}, 400, 'malformed_json'],
    ['5,000 levels', deep(5000), {}, 400, 'malformed_json'],
    ['2,500 levels, elsewhere', `{"name":${deep(2500)}}`, organizations, 400, 'malformed_json'],
    ['33 levels', deep(33), {}, 400, 'malformed_json'],
    ['17 MiB', big(17 * 1024 * 1024), {}, 413, 'body_too_large'],
    ['10,001 events', `[${'0,'.repeat(10_000)}0]`, {}, 413, 'body_too_large'],
    ['10,001 lines', '0\n'.repeat(10_001), { type: 'application/x-ndjson' }, 413, 'body_too_large'],
    ['another content type', event(), { type: 'text/plain' }, 415, 'unsupported_media_type'],
    [
      'a form',
      'id=1',
      { type: 'application/x-www-form-urlencoded' },
      415,
      'unsupported_media_type',
    ],
    ['no content type', event(), { type: null }, 415, 'unsupported_media_type'],
  ] as const)('of %s is refused', async (_, body, sent, status, code) => {
    await expectProblem(await send(body, sent), status, code);
  });

  it('of 5,000 levels in one event among others leaves nothing', async () => {
    const answer = await send(`[${event()},${withMeasures(deep(5000))}]`);
    await expectProblem(answer, 400, 'malformed_json');
  });

  it('of no events at all is taken, and counts nothing', async () => {
    expect((await send('[]')).body).toEqual({
      accepted: 0,
      duplicates: 0,
      conflicts: [],
      rejected: [],
    });
    const nothing = await send('\n\n', { type: 'application/x-ndjson' });
    expect(nothing.body).toMatchObject({ accepted: 0, rejected: [] });
    expect(await rows()).toEqual(before);
  });

  it('of the largest batch is taken', async () => {
    const most = Array.from({ length: limits.batchEventsMax }, (_, i) => ({
      id: `most${i}`,
      measures: { tokens: 1 },
    }));
    expect((await send(JSON.stringify(most))).body).toMatchObject({
      accepted: limits.batchEventsMax,
    });
    before = await rows();
  });
});

describe('a resource', () => {
  const credential = { name: 'k', credentialId: 'sk-new' };
  it.each([
    [
      'an unknown field',
      'organizations',
      { name: 'X', colour: 'red' },
      400,
      'invalid_request',
      '/colour',
    ],
    [
      'two wrong fields',
      'organizations',
      { name: '', currency: 'XXQ' },
      400,
      'invalid_request',
      '/name',
      '/currency',
    ],
    [
      'an unknown currency',
      'organizations',
      { name: 'X', currency: 'usd' },
      400,
      'invalid_request',
      '/currency',
    ],
    [
      'a public mail domain',
      'organizations',
      { name: 'X', associatedDomains: ['gmail.com'] },
      400,
      'invalid_request',
      '/associatedDomains/0',
    ],
    ['NUL', 'organizations', { name: 'a\0' }, 400, 'invalid_request', '/name'],
    [
      'NUL in its metadata',
      'organizations',
      { name: 'X', metadata: { a: '\0' } },
      400,
      'invalid_request',
      '/metadata/a',
    ],
    [
      'a parent that is not there',
      'organizations',
      { name: 'X', parentId: 'org_01KAPZ5N3V8Q4M7W2T6R9Y0BXC' },
      422,
      'unprocessable',
      '/parentId',
    ],
    [
      'a parent that is no id',
      'organizations',
      { name: 'X', parentId: 'x' },
      400,
      'invalid_request',
      '/parentId',
    ],
    [
      'an e-mail in other case',
      'subscribers',
      { email: 'ADA@Acme.Example' },
      409,
      'already_exists',
      '/email',
    ],
    ['no e-mail', 'subscribers', { email: 'ada' }, 400, 'invalid_request', '/email'],
    [
      'an unknown plan',
      'subscriptions',
      { organizationId: '$top', planId: 'pln_01KAPZ5N3V8Q4M7W2T6R9Y0BXC' },
      422,
      'unprocessable',
      '/planId',
    ],
    [
      'a duplicate credential ID',
      'credentials',
      { ...credential, credentialId: 'sk-taken', subscriberId: '$ada', organizationId: '$top' },
      409,
      'already_exists',
      '/credentialId',
    ],
    [
      'no subscriber',
      'credentials',
      { ...credential, organizationId: '$top' },
      400,
      'invalid_request',
      '/subscriberId',
    ],
    [
      'itself as its parent',
      'organizations/$top/move',
      { parentId: '$top' },
      422,
      'unprocessable',
      '/parentId',
    ],
    [
      'its descendant as its parent',
      'organizations/$top/move',
      { parentId: '$leaf' },
      422,
      'unprocessable',
      '/parentId',
    ],
    [
      'a payer that is not there',
      'organizations/$top/bill-to',
      { billTo: 'org_01KAPZ5N3V8Q4M7W2T6R9Y0BXC' },
      422,
      'unprocessable',
      '/billTo',
    ],
  ] as [string, string, object, number, string, ...string[]][])(
    'with %s is refused',
    async (_, path, body, status, code, ...pointers) => {
      const named = (text: string) =>
        text.replaceAll(/\$(\w+)/g, (_all, name: string) => ids[name] ?? name);
      const answer = await send(named(JSON.stringify(body)), { url: `/v1/${named(path)}` });
      await expectProblem(answer, status, code, ...pointers);
      if (code === 'already_exists') {
        expect(Object.values(ids)).toContain(answer.body.existingId);
        expect(answer.text).not.toContain('sk-taken');
      }
    },
  );

  it.each([
    '{"name":"X","__proto__":{"currency":"EUR"}}',
    '{"name":"X","metadata":{"__proto__":"x"}}',
    '{"__proto__":{"name":"X"}}',
  ])('of prototypes is refused: %s', async (body) => {
    const answer = await send(body, { url: '/v1/organizations' });
    expect(answer.status, answer.text).toBe(400);
    expect(answer.body.errors[0].pointer).toMatch(/__proto__$/);
    expect(await rows()).toEqual(before);
  });

  it('keeps names of prototypes that are harmless', async () => {
    const metadata = { constructor: 'a', toString: 'b', hasOwnProperty: 'c' };
    const made = await api.ok('POST', '/v1/organizations', { name: 'Harmless', metadata });
    expect(made.metadata).toEqual(metadata);
    before = await rows();
  });
});
