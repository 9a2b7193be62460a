import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { misplaced, planOf, type Usage, usageOf } from '../support/usage.ts';

/** What was refused, or conflicts, is kept, shown without its secrets, and sent again once the cause is gone. */

let api: TestApp;
let usage: Usage;
let made = 0;

beforeAll(async () => {
  api = await testApp();
  usage = usageOf(api);
  await planOf(api);
});
beforeEach(() => void api.setClock('2026-10-01T12:00:00Z'));
afterAll(() => api.close());

const setMode = (mode: string, more: object = {}) =>
  api.ok('PATCH', '/v1/ingest-settings', { mode, ...more });
const send = async (events: Json) => (await api.call('POST', '/v1/events', events)).body;
const event = (fields: object = {}) => ({
  id: `r${(made += 1)}`,
  time: '2026-09-15T10:00:00Z',
  measures: { tokens: '1.50' },
  ...fields,
});
const rejects = async (query = ''): Promise<Json[]> =>
  (await api.ok('GET', `/v1/rejects?limit=200&${query}`)).items;
const replay = (body: object, options = {}) => api.ok('POST', '/v1/rejects/replay', body, options);

describe('the mode', () => {
  it('is read and changed by an operation that is written down, and holds at once', async () => {
    expect(await api.ok('GET', '/v1/ingest-settings')).toEqual({ mode: 'provision', version: 1 });
    await usage.send({ organization: 'nobody' });
    expect(await setMode('strict', { reason: 'stable by now' })).toEqual({
      mode: 'strict',
      version: 2,
    });
    expect(await send(event({ organization: 'nobody' }))).toMatchObject({ status: 422 });
    const stale = await api.call(
      'PATCH',
      '/v1/ingest-settings',
      { mode: 'provision' },
      { ifMatch: 1 },
    );
    expect(stale.status).toBe(412);
    expect(await setMode('provision')).toMatchObject({ version: 3 });
    expect(await setMode('provision')).toMatchObject({ version: 3 });
    await usage.send({ organization: 'nobody' });
    const { rows } = await api.database.pool.query(
      `select before, after, reason from audit_log where resource_id = 'ingestSettings' order by id`,
    );
    expect(rows).toMatchObject([{ reason: 'stable by now', after: { mode: 'strict' } }, {}]);
  });
});

describe('a reject', () => {
  it('is listed with the reason, its body as it may be shown', async () => {
    const secret = 'sk-rejected-0123456789abcdef';
    await send([
      event({ credential: secret, time: 'yesterday', attributes: { team: 'red' } }),
      event({ [secret]: secret, colour: secret, measures: { tokens: secret } }),
    ]);
    const items = await rejects();
    expect(items[0]).toMatchObject({ index: 1, replay: null });
    expect(items[1]).toMatchObject({
      id: expect.stringMatching(/^rej_\d+$/),
      code: expect.any(String),
      pointer: '/time',
      body: {
        credential: 'sk-r…cdef',
        time: 'ye…y',
        measures: { tokens: '1.50' },
        attributes: { team: 'red' },
      },
    });
    expect(Object.keys(items[0].body)).toContain('colour');
    expect(JSON.stringify(items.map((item) => item.body))).not.toContain('0123456789');
    const page = await api.ok('GET', '/v1/rejects?limit=1');
    const next = await api.ok('GET', `/v1/rejects?limit=1&cursor=${page.nextCursor}`);
    expect([page.items[0].id, next.items[0].id]).toEqual(items.slice(0, 2).map((item) => item.id));
    expect(await rejects(`code=${items[1].code}`)).toContainEqual(items[1]);
    expect(await rejects('to=2026-01-01T00:00:00Z')).toEqual([]);
  });

  it('is sent again once its cause is gone, and counts once, however often that is asked', async () => {
    await setMode('strict');
    const sent = event({ subscriber: 'later@else.example', attributes: { a: 1 } });
    const timeless = event({ subscriber: 'later@else.example', time: undefined });
    api.setClock('2026-10-03T08:00:00Z');
    await send(sent);
    await send(timeless);
    api.setClock('2026-10-05T08:00:00Z');
    const [second, first] = await rejects('code=unknown_subscriber');
    const ids = [first.id, second.id];
    expect(await replay({ ids: [first.id] })).toMatchObject({
      rejected: 1,
      items: [{ id: first.id, outcome: 'rejected', code: 'unknown_subscriber', eventId: null }],
    });
    const { id: organizationId } = await api.ok('POST', '/v1/organizations', { name: 'Later' });
    const person = { email: 'later@else.example', organizationIds: [organizationId] };
    await api.ok('POST', '/v1/subscribers', person);
    const options = { idempotencyKey: 'again' };
    const done = await replay(
      { filter: { code: 'unknown_subscriber' }, reason: 'known now' },
      options,
    );
    expect(done).toMatchObject({ accepted: 2, rejected: 0, remaining: 0 });
    expect(
      await replay({ filter: { code: 'unknown_subscriber' }, reason: 'known now' }, options),
    ).toEqual(done);
    expect(await replay({ filter: { code: 'unknown_subscriber' } })).toMatchObject({ items: [] });
    const again = await api.call('POST', '/v1/rejects/replay', { ids });
    expect(again).toMatchObject({ status: 409, body: { errors: [{ code: 'not_replayable' }] } });
    expect(await usage.find(sent.id)).toMatchObject({
      id: done.items[0].eventId,
      attribution: { organizationId },
      measures: { tokens: '1.5' },
    });
    // Without a time it occurred when it was first sent.
    expect(await usage.find(timeless.id)).toMatchObject({
      occurredAt: '2026-10-03T08:00:00.000000Z',
    });
    expect(await send([sent, timeless])).toMatchObject({ accepted: 0, duplicates: 2 });
    expect(await rejects('replayed=true')).toMatchObject([
      { id: second.id, replay: { outcome: 'accepted', eventId: done.items[1].eventId } },
      { id: first.id, replay: { outcome: 'accepted' } },
    ]);
    expect((await rejects('replayed=false')).map((item) => item.id)).not.toContain(first.id);
    await setMode('provision');
  });

  it('that was sent anew meanwhile is a duplicate, or a conflict that is kept', async () => {
    await setMode('strict');
    const [same, other] = [event({ organization: 'Soon' }), event({ organization: 'Soon' })];
    await send([
      same,
      other,
      event({ organization: 'Soon', measures: { tokens: 9 }, id: other.id }),
    ]);
    await setMode('provision');
    await send([same, { ...other, measures: { tokens: 7 } }]);
    const soon = (await rejects('code=unknown_organization')).filter(
      (item) => item.body.organization === 'Soon',
    );
    const result = await replay({ ids: soon.map((item) => item.id) });
    expect(result).toMatchObject({ accepted: 0, duplicates: 1, conflicts: 1 });
    expect((await usage.find(other.id)).measures).toEqual({ tokens: '7' });
    expect(await misplaced(api)).toEqual([]);
    const { checks } = await api.ok('GET', '/v1/checks');
    expect(checks.filter((check: Json) => !check.ok)).toEqual([]);
  });

  it('that can be read by no rule stays refused', async () => {
    await api.app.inject({
      method: 'POST',
      url: '/v1/events',
      headers: {
        authorization: `Bearer ${await api.key('ingest')}`,
        'content-type': 'application/x-ndjson',
      },
      payload: '{"id":"a"\n',
    });
    const [newest] = await rejects();
    expect(newest).toMatchObject({ code: 'malformed_json' });
    expect(await replay({ ids: [newest.id] })).toMatchObject({
      items: [{ outcome: 'rejected', code: 'malformed_json' }],
    });
  });

  it.each([[{}], [{ ids: ['rej_1'], filter: {} }], [{ ids: ['1'] }], [{ ids: [] }]])(
    'is asked for by ids or by a filter: %j',
    async (body) => {
      expect((await api.call('POST', '/v1/rejects/replay', body)).status).toBe(400);
    },
  );
});

describe('a conflict', () => {
  it('is listed with what it says and where it differs, its credential masked', async () => {
    const first = event({ credential: 'sk-first-00000001', source: 's', attributes: { a: 'x' } });
    const { id } = first;
    await send(first);
    api.setClock(1000);
    await send({ ...first, credential: 'sk-other-00000002', measures: { tokens: 2 } });
    api.setClock(1000);
    await send({ ...first, time: '2026-09-16T10:00:00Z', attributes: { a: 'y' } });
    const { items } = await api.ok('GET', `/v1/conflicts?source=s&clientId=${id}`);
    expect(items).toMatchObject([
      { differs: ['attributes', 'time'], body: { attributes: { a: 'y' } } },
      {
        eventId: (await api.ok('GET', `/v1/events?source=s&clientId=${id}`)).items[0].id,
        differs: ['measures', 'credential'],
        body: { credential: 'sk-…02', measures: { tokens: '2' } },
      },
    ]);
    expect(JSON.stringify(items)).not.toContain('sk-other-00000002');
    const page = await api.ok('GET', '/v1/conflicts?source=s&limit=1');
    const next = await api.ok('GET', `/v1/conflicts?source=s&limit=1&cursor=${page.nextCursor}`);
    expect([page.items[0], next.items[0], next.nextCursor]).toEqual([...items, null]);
  });
});
