import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { type Browser, signedInAs } from '../../test/support/people.ts';

let api: TestApp;
let owner: Browser;
let organizationId: string;

beforeAll(async () => {
  api = await testApp();
  owner = await signedInAs(api, 'owner');
  const made = await owner.call(
    'POST',
    '/v1/organizations',
    { name: 'Acme' },
    { 'user-agent': 'A browser' },
  );
  organizationId = made.body.id;
  api.setClock(60_000);
  await api.ok('PATCH', `/v1/organizations/${organizationId}`, { name: '=Acme, "Ltd"' });
});
afterAll(() => api.close());

const list = async (query = '') => (await api.ok('GET', `/v1/audit-log?${query}`)).items as Json[];

it('says who changed what, from where, before and after', async () => {
  const [changed, created] = await list(`resourceId=${organizationId}`);
  expect(created).toMatchObject({
    action: 'organizations.create',
    actorName: 'owner',
    actor: expect.stringMatching(/^prs_/),
    ip: '127.0.0.1',
    userAgent: 'A browser',
    requestId: expect.stringMatching(/^req_/),
    before: null,
    after: { name: 'Acme' },
  });
  expect(changed).toMatchObject({
    actor: expect.stringMatching(/^key_/),
    before: { name: 'Acme' },
    after: { name: '=Acme, "Ltd"' },
  });
});

it('is searched by actor, action, time and text', async () => {
  const [changed, created] = await list(`resourceId=${organizationId}`);
  const ids = async (query: string) => (await list(query)).map(({ id }) => id);
  expect(await ids(`actor=${created.actor}&action=organizations`)).toEqual([created.id]);
  expect(await ids('action=organizations.update')).toEqual([changed.id]);
  expect(await ids('action=organization'), 'not a part of a word').toEqual([]);
  expect(await ids(`from=${changed.at}&resourceId=${organizationId}`)).toEqual([changed.id]);
  expect(await ids(`to=${changed.at}&resourceId=${organizationId}`)).toEqual([created.id]);
  expect(await ids('search=A BROWSER'), 'what is not shown as a text is not searched').toEqual([]);
  expect(await ids('search=LTD')).toEqual([changed.id]);
  expect((await api.call('GET', '/v1/audit-log?cursor=eA')).status).toBe(400);
});

it('is read page by page, each row once', async () => {
  const all = await list('limit=200');
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await api.ok('GET', `/v1/audit-log?limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...page.items.map(({ id }: Json) => id));
    cursor = page.nextCursor ?? '';
  } while (cursor !== '');
  expect(seen).toEqual(all.map(({ id }) => id));
});

it('is exported as CSV that no spreadsheet runs, and as lines of JSON', async () => {
  const key = await api.key('auditLog.read');
  const get = (path: string) =>
    api.app.inject({ url: `/v1/audit-log/${path}`, headers: { 'x-api-key': key } });
  const csv = await get(`csv?resourceId=${organizationId}`);
  expect(csv.headers['content-disposition']).toBe('attachment; filename="audit-log.csv"');
  const [head, ...rows] = csv.body.trimEnd().split('\r\n');
  expect(head).toBe(
    'id,at,actor,actorName,ip,userAgent,requestId,action,resourceId,before,after,reason',
  );
  expect(rows).toHaveLength(2);
  const lines = (await get('ndjson')).body.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).id)).toEqual(
    (await list('limit=200')).map(({ id }) => id),
  );
});
