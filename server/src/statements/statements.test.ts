import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';

let api: TestApp;
let planId: string;
let acme: Json;
let position: number;

beforeAll(async () => {
  api = await testApp();
  const product = await api.ok('POST', '/v1/products', { name: 'Support' });
  const fees = [{ name: 'Retainer', amount: '100.00', timing: 'arrears' }];
  planId = (await api.ok('POST', '/v1/plans', { productId: product.id, name: 'Retainer', fees }))
    .id;
  acme = await api.ok('POST', '/v1/organizations', { name: 'Acme', paymentTermsDays: 10 });
  await api.ok('POST', '/v1/subscriptions', {
    organizationId: acme.id,
    planId,
    startAt: '2026-07-01T00:00:00Z',
  });
  for (const [period, issuedOn] of [
    ['2026-07', '2026-08-01'],
    ['2026-08', '2026-09-01'],
    ['2026-09', '2026-10-01'],
  ]) {
    api.setClock(`${issuedOn}T12:00:00Z`);
    await api.ok('POST', '/v1/billing-runs', { period });
    const { items } = await api.ok('GET', '/v1/invoices?status=draft');
    for (const { id } of items) await api.ok('POST', `/v1/invoices/${id}/finalize`);
    position = (await statement()).knownAt;
  }
});
afterAll(() => api.close());

const statement = (query = '', id: string = acme.id): Promise<Json> =>
  api.ok('GET', `/v1/statements/${id}${query}`);
const list = async (query = ''): Promise<Json[]> =>
  (await api.ok('GET', `/v1/statements${query}`)).items;
const names = (items: Json[]) => items.map((item) => item.organization.name);

describe('one customer', () => {
  it('sees what is due, by age', async () => {
    expect(await statement('?asOf=2026-10-20T00:00:00Z')).toMatchObject({
      outstandingBalance: [{ amount: '300.00', currency: 'USD' }],
      unappliedCredit: [{ amount: '0.00', currency: 'USD' }],
      openInvoices: {
        count: 3,
        items: [
          {
            number: 'INV-000001',
            status: 'open',
            dueAt: '2026-08-11T12:00:00.000000Z',
            daysPastDue: 70,
            amountDue: { amount: '100.00', currency: 'USD' },
          },
          { number: 'INV-000002', daysPastDue: 39 },
          { number: 'INV-000003', daysPastDue: 9 },
        ],
      },
      ageing: [
        {
          currency: 'USD',
          current: '0.00',
          days1To30: '100.00',
          days31To60: '100.00',
          days61To90: '100.00',
          days90Plus: '0.00',
        },
      ],
      account: null,
    });
  });

  it('as of a day in the past owed what had been issued by then', async () => {
    expect((await statement('?asOf=2026-09-01T11:59:59Z')).outstandingBalance[0].amount).toBe(
      '100.00',
    );
    expect((await statement('?asOf=2026-09-01T12:00:00Z')).outstandingBalance[0].amount).toBe(
      '200.00',
    );
    expect((await statement('?asOf=2026-07-01T00:00:00Z')).outstandingBalance).toEqual([]);
  });

  it('gets the same bytes for the same two clocks, whatever happens later', async () => {
    const query = `?asOf=2026-10-20T00:00:00Z&knownAt=${position}&from=2026-08-01T00:00:00Z&to=2026-11-01T00:00:00Z`;
    const before = await api.call('GET', `/v1/statements/${acme.id}${query}`);
    const listed = await api.call(
      'GET',
      `/v1/statements?asOf=2026-10-20T00:00:00Z&knownAt=${position}`,
    );
    api.setClock('2026-10-02T12:00:00Z');
    const other = await api.ok('POST', '/v1/organizations', { name: 'Newcomer' });
    api.setClock('2026-11-01T12:00:00Z');
    await api.ok('POST', '/v1/billing-runs', { period: '2026-10' });
    for (const { id } of (await api.ok('GET', '/v1/invoices?status=draft')).items)
      await api.ok('POST', `/v1/invoices/${id}/finalize`);
    await api.ok('PATCH', `/v1/organizations/${acme.id}`, {
      name: 'Acme Holding',
      timeZone: 'Asia/Kathmandu',
    });
    await api.ok('POST', '/v1/payments', {
      organizationId: acme.id,
      amount: { amount: '30', currency: 'USD' },
      receivedAt: '2026-10-15T00:00:00Z',
      allocations: [],
    });
    expect((await api.call('GET', `/v1/statements/${acme.id}${query}`)).text).toBe(before.text);
    expect(
      (await api.call('GET', `/v1/statements?asOf=2026-10-20T00:00:00Z&knownAt=${position}`)).text,
    ).toBe(listed.text);
    expect(await statement('?asOf=2026-10-20T00:00:00Z')).toMatchObject({
      organization: { name: 'Acme Holding' },
      outstandingBalance: [{ amount: '300.00' }],
      unappliedCredit: [{ amount: '30.00' }],
    });
    expect((await statement('', other.id)).outstandingBalance).toEqual([]);
  });

  it('has an account in which opening and activity are closing', async () => {
    const { account } = await statement(
      '?asOf=2026-12-01T00:00:00Z&from=2026-08-15T00:00:00Z&to=2026-10-20T00:00:00Z',
    );
    expect(account).toMatchObject({
      opening: [{ amount: '100.00', currency: 'USD' }],
      activity: [{ amount: '170.00', currency: 'USD' }],
      closing: [{ amount: '270.00', currency: 'USD' }],
      entries: [
        { kind: 'invoice', invoiceNumber: 'INV-000002', amount: { amount: '100.00' } },
        { kind: 'invoice', invoiceNumber: 'INV-000003' },
        { kind: 'payment', invoiceId: null, amount: { amount: '-30.00' } },
      ],
    });
  });

  it.each<[string, string]>([
    ['?knownAt=999999', '?knownAt'],
    ['?knownAt=now', '?knownAt'],
    ['?asOf=yesterday', '?asOf'],
    ['?from=2026-10-01T00:00:00Z', '?to'],
    ['?from=2026-10-01T00:00:00Z&to=2026-10-01T00:00:00Z', '?to'],
    ['?currency=USD', '?currency'],
  ])('is refused %s', async (query, pointer) => {
    const answer = await api.call('GET', `/v1/statements/${acme.id}${query}`);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  it('that does not exist, or is UNCLASSIFIED, has none', async () => {
    for (const id of ['org_01KAPZ5N3V8Q4M7W2T6R9Y0BXC', 'org_00000000000000000000000000'])
      expect((await api.call('GET', `/v1/statements/${id}`)).status).toBe(404);
  });
});

describe('all customers', () => {
  it('are listed, owing or not, page by page', async () => {
    expect(names(await list())).toEqual(['Acme Holding', 'Newcomer']);
    expect(names(await list('?owing=true'))).toEqual(['Acme Holding']);
    expect(names(await list('?owing=false'))).toEqual(['Newcomer']);
    const first = await api.ok('GET', '/v1/statements?limit=1');
    expect(names(first.items)).toEqual(['Acme Holding']);
    expect(names(await list(`?limit=1&cursor=${first.nextCursor}`))).toEqual(['Newcomer']);
    expect((await list())[0]).toMatchObject({
      openInvoices: { count: 4 },
      outstandingBalance: [{ amount: '400.00' }],
    });
  });

  it('leave out the archived, unless they owe', async () => {
    for (const name of ['Gone', 'Gone and owing']) {
      const organization = await api.ok('POST', '/v1/organizations', { name });
      if (name === 'Gone and owing') {
        const subscription = {
          organizationId: organization.id,
          planId,
          startAt: '2026-10-01T00:00:00Z',
          endAt: '2026-11-01T00:00:00Z',
        };
        await api.ok('POST', '/v1/subscriptions', subscription);
        await api.ok('POST', '/v1/billing-runs', { period: '2026-10' });
        const { items } = await api.ok('GET', `/v1/invoices?organizationId=${organization.id}`);
        await api.ok('POST', `/v1/invoices/${items[0].id}/finalize`);
      }
      await api.call('DELETE', `/v1/organizations/${organization.id}`);
    }
    expect(names(await list())).toEqual(['Acme Holding', 'Newcomer', 'Gone and owing']);
  });

  it('need the permission to read statements, and nothing more', async () => {
    const key = await api.key('statements.read');
    expect((await api.call('GET', '/v1/statements', undefined, { key })).status).toBe(200);
    expect((await api.call('GET', `/v1/statements/${acme.id}`, undefined, { key })).status).toBe(
      200,
    );
    expect((await api.call('GET', '/v1/invoices', undefined, { key })).status).toBe(403);
    expect(
      (await api.call('GET', '/v1/statements', undefined, { key: await api.key('ingest') })).status,
    ).toBe(403);
  });
});

describe('what was issued', () => {
  it.each([
    `update invoices set total = 1 where status = 'open'`,
    `update invoices set status = 'draft' where status = 'open'`,
    `delete from invoices where status = 'open'`,
    'update invoice_lines set amount = 0',
    'delete from invoice_lines',
    'update ledger_entries set amount = 0',
    'delete from ledger_entries',
  ])('does not let the application %s', async (change) => {
    const changing = sql.raw(change).execute(api.database.db);
    await expect(changing).rejects.toThrow(/permission denied|is issued|never changes/);
  });
});
