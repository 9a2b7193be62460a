import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { readPdf } from '../support/pdf.ts';
import { type Browser, signedInAs } from '../support/people.ts';

/**
 * A share link and the role `statements` see what one customer (all customers) owe and the heads of invoices; a line, a
 * subscription, an event or a credential they reach by no route (issue 5). The table of answers is written down by hand.
 */
type Expected = Record<'share' | 'role', Record<string, number>>;
/** What is not named is 403. */
const expected: Expected = JSON.parse(
  readFileSync(new URL('nothing-beneath.json', import.meta.url), 'utf8'),
);

type Made = { id: string; token: string; url: string };
type Answer = { status: number; body: Json; text: string; bytes: Buffer };

let api: TestApp;
let acme: Json;
let beta: Json;
let team: Json;
let invoice: Json;
let draft: Json;
let betas: Json;
let link: Made;
/** Ids of all that there is, by their prefix. */
const ids: Record<string, string> = {};
/** What no answer may hold. */
const beneath: string[] = [];

beforeAll(async () => {
  api = await testApp();
  const product = await api.ok('POST', '/v1/products', { name: 'Zyrconium product' });
  const meter = { key: 'zyrcon_tokens', aggregation: 'sum', measure: 'zyrcon_tokens' };
  ids['mtr'] = (await api.ok('POST', '/v1/meters', meter)).id;
  const plan = await api.ok('POST', '/v1/plans', {
    productId: product.id,
    name: 'Zyrconium plan',
    fees: [{ name: 'Zyrconium seat', amount: '100.00', timing: 'arrears' }],
    charges: [{ meter: 'zyrcon_tokens', model: 'perUnit', unitPrice: '0.5' }],
  });
  Object.assign(ids, { prd: product.id, pln: plan.id });
  acme = await customer('Acme', plan.id, 'sk-zyrconium-secret-key');
  beta = await customer('Betamax Corporation', plan.id, 'sk-betamax-secret-key');
  team = await api.ok('POST', '/v1/organizations', { name: 'Team below', parentId: acme.id });
  await api.ok('POST', '/v1/billing-runs', { period: '2026-09' });
  const { items } = await api.ok('GET', '/v1/invoices?status=draft');
  const finalize = async (of: Json) => {
    const { id } = items.find((each: Json) => each.organizationId === of.id);
    return api.ok('POST', `/v1/invoices/${id}/finalize`);
  };
  invoice = await finalize(acme);
  betas = await finalize(beta);
  const amount = { amount: '30.00', currency: 'USD' };
  const payment = await api.ok('POST', '/v1/payments', { organizationId: acme.id, amount });
  const lines = [{ lineId: invoice.lines[0].id, amount: { amount: '10.00', currency: 'USD' } }];
  const note = { invoiceId: invoice.id, reason: 'Agreed', lines };
  const credit = await api.ok('POST', '/v1/credit-notes', note);
  api.setClock('2026-11-02T00:00:00Z');
  await api.ok('POST', '/v1/billing-runs', { period: '2026-10' });
  const drafts = await api.ok('GET', `/v1/invoices?status=draft&organizationId=${acme.id}`);
  [draft] = drafts.items;
  link = await share();
  const [{ id: eventId }] = (await api.ok('GET', `/v1/events?organizationId=${acme.id}`)).items;
  const [run] = (await api.ok('GET', '/v1/billing-runs')).items;
  const [person] = (await api.ok('GET', '/v1/people')).items;
  Object.assign(ids, {
    evt: eventId,
    run: run.id,
    inv: invoice.id,
    lin: invoice.lines[0].id,
    pay: payment.id,
    cn: credit.id,
    org: acme.id,
    shr: link.id,
    prs: person?.id ?? '',
  });
  for (const prefix of ['sub', 'crd', 'evt', 'lin', 'pln', 'prd', 'mtr', 'sbr', 'run'])
    beneath.push(ids[prefix] ?? '');
  beneath.push('yrcon', 'sk-', 'ada@', beta.id, 'Betamax', betas.id, betas.number);
  beneath.push(team.id, 'Team below', draft.id);
});
afterAll(() => api.close());

async function customer(name: string, planId: string, credentialId: string): Promise<Json> {
  const made = await api.ok('POST', '/v1/organizations', { name });
  const asked = { organizationId: made.id, planId, startAt: '2026-09-01T00:00:00Z' };
  const subscription = await api.ok('POST', '/v1/subscriptions', asked);
  const person = { email: `ada@${made.id.toLowerCase()}.example`, organizationIds: [made.id] };
  const subscriber = await api.ok('POST', '/v1/subscribers', person);
  const credential = await api.ok('POST', '/v1/credentials', {
    name: 'Zyrconium key',
    subscriberId: subscriber.id,
    organizationId: made.id,
    subscriptionId: subscription.id,
    credentialId,
  });
  const time = '2026-09-05T00:00:00Z';
  const event = { id: `e-${name}`, credential: credentialId, time, measures: { zyrcon_tokens: 7 } };
  await api.ok('POST', '/v1/events', event);
  if (ids['sub'] === undefined)
    Object.assign(ids, { sub: subscription.id, sbr: subscriber.id, crd: credential.id });
  return made;
}

const share = (fields: object = {}): Promise<Made> =>
  api.ok('POST', '/v1/share-links', { organizationId: acme.id, ...fields });

async function shown(
  url: string,
  token: string = link.token,
  { method = 'GET', headers = {} }: { method?: string; headers?: object } = {},
): Promise<Answer> {
  const answer = await api.app.inject({
    method: method as 'GET',
    url,
    headers: { 'x-share-token': token, ...headers },
  });
  const isJson = String(answer.headers['content-type']).includes('json');
  return {
    status: answer.statusCode,
    body: isJson ? answer.json() : null,
    text: answer.body,
    bytes: answer.rawPayload,
  };
}

const RANGE = 'from=2026-09-01T00:00:00Z&to=2026-12-01T00:00:00Z';

/** All that whoever has the link is for. */
const pages = () => [
  '/v1/me',
  `/v1/statements/${acme.id}?${RANGE}`,
  `/v1/statements/${acme.id}/csv?${RANGE}`,
  `/v1/statements/${acme.id}/pdf?${RANGE}`,
  '/v1/invoice-headers',
  `/v1/invoice-headers?organizationId=${acme.id}&unpaid=true&overdue=true`,
  `/v1/invoice-headers/${invoice.id}`,
  `/v1/invoices/${invoice.id}/summary-pdf`,
];

describe('whoever has the link', () => {
  it('sees what the customer owes, and of which invoices', async () => {
    const { body: me } = await shown('/v1/me');
    expect(me).toMatchObject({
      kind: 'shareLink',
      id: link.id,
      email: null,
      permissions: ['invoices.readHeaders', 'me.read', 'statements.read'],
      share: { organizationId: acme.id, organizationName: 'Acme', sellerName: 'Your company' },
    });
    const { body: statement } = await shown(`/v1/statements/${acme.id}`);
    expect(statement.outstandingBalance).toEqual([{ amount: '63.50', currency: 'USD' }]);
    const { body: list } = await shown('/v1/invoice-headers');
    expect(list.items).toHaveLength(1);
    expect(list.items[0]).toEqual((await shown(`/v1/invoice-headers/${invoice.id}`)).body);
    expect(list.items[0]).toMatchObject({
      number: invoice.number,
      status: 'partially_paid',
      total: { amount: '103.50' },
      amountPaid: { amount: '30.00' },
      amountCredited: { amount: '10.00' },
      amountDue: { amount: '63.50' },
      overdue: true,
    });
  });

  it('reads nothing of what it is made of, nor of anybody else, in any answer', async () => {
    expect(beneath.filter((text) => text === undefined || text.length < 3)).toEqual([]);
    for (const page of pages()) {
      const { status, text, bytes } = await shown(page);
      expect(status, page).toBe(200);
      const isPdf = bytes.subarray(0, 5).toString() === '%PDF-';
      const read = isPdf ? (await readPdf(bytes)).pages.map((each) => each.text).join('\n') : text;
      expect(read, page).toContain(
        isPdf ? 'Acme' : page.includes('csv') ? invoice.number : acme.id,
      );
      expect(
        beneath.filter((word) => read.includes(word)),
        page,
      ).toEqual([]);
    }
  });

  it('has one customer: others, and those below, are not there', async () => {
    for (const other of [beta.id, team.id, 'org_01KAPZ5N3V8Q4M7W2T6R9Y0BXC'])
      for (const path of [
        `/v1/statements/${other}`,
        `/v1/statements/${other}/pdf`,
        `/v1/statements/${other}/csv`,
        `/v1/invoice-headers?organizationId=${other}`,
      ])
        expect((await shown(path)).status, path).toBe(404);
    const unknown = 'inv_01KAPZ5N3V8Q4M7W2T6R9Y0BXC';
    const said = async (id: string, path: string) => {
      const { status, body } = await shown(path.replace('ID', id));
      return [status, body.detail.replace(id, 'ID')];
    };
    for (const path of ['/v1/invoice-headers/ID', '/v1/invoices/ID/summary-pdf'])
      for (const id of [betas.id, draft.id])
        expect(await said(id, path)).toEqual(await said(unknown, path));
    for (const file of ['', '/pdf', '/csv'])
      expect((await shown(`/v1/statements/${acme.id}${file}?withDescendants=true`)).status).toBe(
        403,
      );
  });

  it('is told apart from a key and a person; two at once are refused', async () => {
    const headers = [
      { authorization: `Bearer ${await api.key('admin')}` },
      { 'x-api-key': await api.key('statements') },
      { cookie: (await signedInAs(api, 'support')).cookies() },
    ];
    for (const other of headers) {
      const { status, body } = await shown(`/v1/statements/${acme.id}`, link.token, {
        headers: other,
      });
      expect([status, body.code], Object.keys(other)[0]).toEqual([400, 'two_credentials']);
    }
    for (const wrong of ['', 'nonsense', `${link.token}0`, `${link.token}, ${link.token}`])
      expect((await shown(`/v1/statements/${acme.id}`, wrong)).status).toBe(401);
    const asKey = await api.call('GET', '/v1/me', undefined, { key: link.token });
    expect(asKey.status).toBe(401);
  });
});

describe('a link', () => {
  it('works until the instant it expires', async () => {
    const expiresAt = '2026-11-05T00:00:00.000000Z';
    const made = await share({ expiresAt });
    api.setClock('2026-11-04T23:59:59.999999Z');
    expect((await shown('/v1/invoice-headers', made.token)).status).toBe(200);
    api.setClock(expiresAt);
    const { status, body } = await shown('/v1/invoice-headers', made.token);
    expect([status, body.detail]).toEqual([401, expect.stringContaining('has expired')]);
    expect(await api.ok('GET', `/v1/share-links/${made.id}`)).toMatchObject({
      status: 'expired',
      expiresAt,
      lastUsedAt: '2026-11-04T23:59:59.999999Z',
    });
  });

  it('works for thirty days unless told, and for a year at most', async () => {
    expect(await share()).toMatchObject({ expiresAt: '2026-12-05T00:00:00.000000Z', name: null });
    for (const expiresAt of ['2026-11-05T00:00:00Z', '2027-11-07T00:00:00Z']) {
      const body = { organizationId: acme.id, expiresAt };
      const refused = await api.call('POST', '/v1/share-links', body);
      expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '/expiresAt']);
    }
  });

  it('shows nothing from the moment it is revoked, and stays on record', async () => {
    const made = await share({ name: 'The accountant' });
    expect((await shown('/v1/me', made.token)).body.name).toBe('The accountant');
    const path = `/v1/share-links/${made.id}`;
    expect((await api.call('DELETE', path, undefined, { ifMatch: 7 })).status).toBe(412);
    const revoked = await api.ok('DELETE', path, undefined, { ifMatch: 1 });
    expect(revoked).toMatchObject({ status: 'revoked', revokedAt: api.now(), version: 2 });
    expect(await api.ok('DELETE', path)).toEqual(revoked);
    for (const page of pages()) expect((await shown(page, made.token)).status, page).toBe(401);
    expect((await shown('/v1/me', made.token)).body.detail).toContain('was revoked');
    const { items } = await api.ok('GET', `/v1/share-links?organizationId=${acme.id}&active=false`);
    expect(items.map(({ id }: Json) => id)).toContain(made.id);
    const log = await api.ok('GET', `/v1/audit-log?resourceId=${made.id}`);
    expect(log.items.map(({ action }: Json) => action)).toEqual([
      'shareLinks.revoke',
      'shareLinks.create',
    ]);
  });

  it('has a token that is shown once and stored nowhere', async () => {
    const body = { organizationId: acme.id };
    const again = () => api.ok('POST', '/v1/share-links', body, { idempotencyKey: 'share' });
    const first = await again();
    expect(Buffer.from(first.token, 'base64url')).toHaveLength(32);
    expect(first.url).toBe(`http://localhost:80/shared#${first.token}`);
    expect(await again()).toEqual({ ...first, token: null, url: null });
    const { rows } = await sql<{ kept: string }>`
      select concat((select string_agg(to_jsonb(l)::text, '') from share_links l),
                    (select string_agg(to_jsonb(a)::text, '') from audit_log a),
                    (select string_agg(to_jsonb(k)::text, '') from idempotency_keys k)) as kept`.execute(
      api.database.db,
    );
    expect(rows[0]?.kept).toContain(first.id);
    expect(rows[0]?.kept).not.toContain(first.token);
    expect(JSON.stringify(await api.ok('GET', '/v1/share-links'))).not.toContain(first.token);
  });

  it('is made for a customer, by whoever may see what it shows', async () => {
    const create = (key: string, organizationId = acme.id) =>
      api.call('POST', '/v1/share-links', { organizationId }, { key });
    const blind = await create(await api.key('shareLinks.create', 'statements.read'));
    expect([blind.status, blind.body.code]).toEqual([403, 'forbidden']);
    expect((await create(await api.key('billing'))).status).toBe(201);
    const admin = await api.key('admin');
    for (const nobody of ['org_00000000000000000000000000', 'org_01KAPZ5N3V8Q4M7W2T6R9Y0BXC'])
      expect((await create(admin, nobody)).status).toBe(422);
  });

  it('is not changed, not even by the application, but to be revoked', async () => {
    for (const change of [
      "update share_links set expires_at = expires_at + interval '1 day'",
      'update share_links set organization_id = organization_id',
      'delete from share_links',
    ])
      await expect(sql.raw(change).execute(api.database.db), change).rejects.toThrow(
        /permission denied/,
      );
    await expect(
      sql`update share_links set revoked_at = null, revoked_by = null where revoked_at is not null`.execute(
        api.database.db,
      ),
    ).rejects.toThrow('can only be revoked, once');
  });

  it('keeps the customer it is for from being removed', async () => {
    const { id } = await api.ok('POST', '/v1/organizations', { name: 'Unused' });
    await share({ organizationId: id });
    const gone = await api.ok('DELETE', `/v1/organizations/${id}`);
    expect(gone.archivedAt).toBe(api.now());
  });
});

describe('a customer that is merged', () => {
  const merge = async (organizationId: string, intoId: string, from?: string): Promise<string> => {
    const { id } = await api.ok('POST', '/v1/merges', { organizationId, intoId, from });
    await api.ok('POST', `/v1/merges/${id}/apply`);
    return id;
  };
  const status = async (url: string, token: string) => (await shown(url, token)).status;

  it('shows nothing of the other by its own link; the other shows both', async () => {
    const survivor = await api.ok('POST', '/v1/organizations', { name: 'Survivor' });
    const merged = await api.ok('POST', '/v1/organizations', { name: 'Merged' });
    const ofSurvivor = await share({ organizationId: survivor.id });
    const ofMerged = await share({ organizationId: merged.id });
    const statement = (of: Json, query = '') => `/v1/statements/${of.id}?${query}`;
    const start = api.now();
    api.setClock(24 * 60 * 60 * 1000);
    const id = await merge(merged.id, survivor.id, start);
    const { knownAt } = await api.ok('GET', statement(survivor));
    expect(await status(statement(merged), ofMerged.token)).toBe(401);
    expect(await status(statement(survivor), ofSurvivor.token)).toBe(200);
    expect(await status(statement(merged), ofSurvivor.token)).toBe(404);
    await api.ok('POST', `/v1/merges/${id}/undo`);
    expect(await status(statement(merged), ofMerged.token)).toBe(200);
    // As it was known while they were one: not by a link of either.
    for (const [of, { token }] of [
      [merged, ofMerged],
      [survivor, ofSurvivor],
    ] as const)
      expect(await status(statement(of, `knownAt=${knownAt}`), token)).toBe(403);
  });
});

describe('every operation of the document', () => {
  type Operation = { id: string; method: string; url: string };
  const prefixes: Record<string, string> = {
    organizations: 'org',
    subscribers: 'sbr',
    credentials: 'crd',
    events: 'evt',
    meters: 'mtr',
    products: 'prd',
    plans: 'pln',
    subscriptions: 'sub',
    'billing-runs': 'run',
    invoices: 'inv',
    'invoice-headers': 'inv',
    'invoice-lines': 'lin',
    'credit-notes': 'cn',
    payments: 'pay',
    'share-links': 'shr',
    people: 'prs',
  };

  /** At the address of something that there is: a refusal is not for want of it. */
  const operations = (): Operation[] =>
    Object.entries<Json>((api.app.swagger() as Json).paths).flatMap(([path, methods]) =>
      Object.entries<Json>(methods).map(([method, { operationId }]) => {
        const resource = path.split('/')[2] ?? '';
        const id = ids[prefixes[resource] ?? ''] ?? 'nothing';
        const url = path
          .replace('{id}', id)
          .replace('{organizationId}', acme.id)
          .replace('{planVersion}', '1');
        return { id: operationId, method: method.toUpperCase(), url };
      }),
    );

  const answers = async (
    call: (operation: Operation) => Promise<{ status: number }>,
  ): Promise<Record<string, number>> => {
    const found: Record<string, number> = {};
    for (const operation of operations()) found[operation.id] = (await call(operation)).status;
    return found;
  };
  const column = (name: keyof Expected) =>
    Object.fromEntries(operations().map(({ id }) => [id, expected[name][id] ?? 403]));

  it('answers a share link as the table says', async () => {
    const found = await answers(({ method, url }) => shown(url, link.token, { method }));
    expect(found).toEqual(column('share'));
  });

  it('answers the role "statements" as the table says', async () => {
    const browser: Browser = await signedInAs(api, 'statements');
    expect(await answers(({ method, url }) => browser.call(method, url))).toEqual(column('role'));
  });

  it('is closed in the table, but for what may be seen', () => {
    const opened = (name: keyof Expected) => Object.keys(expected[name]);
    expect(opened('share').toSorted()).toEqual([
      'invoiceHeaders.get',
      'invoiceHeaders.list',
      'invoices.summaryPdf',
      'me.get',
      'statements.customerCsv',
      'statements.get',
      'statements.pdf',
    ]);
    expect(opened('role').toSorted()).toEqual([
      'invoiceHeaders.get',
      'invoiceHeaders.list',
      'invoices.summaryPdf',
      'me.endSession',
      'me.get',
      'me.sessions',
      'me.update',
      'statements.csv',
      'statements.customerCsv',
      'statements.get',
      'statements.list',
      'statements.pdf',
    ]);
  });

  it('says in the document whether it answers a share link', () => {
    const { paths } = api.app.swagger() as Json;
    const said = Object.values<Json>(paths)
      .flatMap((methods) => Object.values<Json>(methods))
      .filter(({ security }) => JSON.stringify(security ?? []).includes('shareToken'))
      .map(({ operationId }): string => operationId);
    expect(said.toSorted()).toEqual(Object.keys(expected.share).toSorted());
  });
});
