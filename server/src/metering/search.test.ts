import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { planOf, type Usage, usageOf } from '../../test/support/usage.ts';

let api: TestApp;
let usage: Usage;
const made: Record<string, Json> = {};

beforeAll(async () => {
  api = await testApp();
  usage = usageOf(api);
  const { planId } = await planOf(api);
  const post = async (path: string, body: object) => api.ok('POST', `/v1/${path}`, body);
  made['acme'] = await post('organizations', { name: 'Acme', externalId: 'acme-1' });
  made['other'] = await post('organizations', { name: 'Other' });
  made['ada'] = await post('subscribers', {
    email: 'ada@acme.example',
    organizationIds: [made['acme'].id],
  });
  made['subscription'] = await post('subscriptions', {
    organizationId: made['acme'].id,
    planId,
    externalId: 'sold-1',
    startAt: '2026-09-01T00:00:00Z',
  });
  made['key'] = await post('credentials', {
    name: 'Production',
    subscriberId: made['ada'].id,
    organizationId: made['acme'].id,
    credentialId: 'sk-live-acme-0123456789',
  });
  api.setClock('2026-11-01T06:00:00Z');
});
afterAll(() => api.close());

const search = async (body: object): Promise<Json> => api.ok('POST', '/v1/events/search', body);
const idsOf = (page: Json): string[] => page.items.map((event: Json) => event.clientId);
const found = async (body: object) => idsOf(await search(body));

describe('events are found', () => {
  it('by every identifier as it was sent; a credential ID is answered masked', async () => {
    const sent = {
      credential: await usage.send({ credential: 'sk-live-nobody-999999' }),
      subscription: await usage.send({ subscription: 'sold-1' }),
      subscriber: await usage.send({ subscriber: 'Bob@Nowhere.example' }),
      organization: await usage.send({ organization: 'acme-1' }),
      product: await usage.send({ organization: 'Nobody', product: 'Telescopes' }),
    };
    const page = await search({ credential: 'sk-live-nobody-999999' });
    expect(idsOf(page)).toEqual([sent.credential]);
    expect(JSON.stringify(page)).not.toContain('nobody-999');
    expect(page.items[0].claim.credential).toMatch(/^sk-l….+/);
    expect(await found({ subscription: 'sold-1' })).toEqual([sent.subscription]);
    expect(await found({ subscriber: 'BOB@nowhere.example' })).toEqual([sent.subscriber]);
    expect(await found({ organization: 'acme-1' })).toEqual([sent.organization]);
    expect(await found({ product: 'Telescopes' })).toEqual([sent.product]);
    expect(await found({ credential: 'sk-live-NOBODY-999999' })).toEqual([]);
    expect(await found({ credential: 'sk-live-nobody-999999', subscription: 'sold-1' })).toEqual(
      [],
    );
  });

  it('never by a credential ID in an address', async () => {
    const { status, body } = await api.call('GET', '/v1/events?credential=sk-live-nobody-999999');
    expect([status, body.errors[0].code]).toEqual([400, 'unknown_field']);
  });

  it('by rule, reason, measure, source and client id, the same by GET and by search', async () => {
    const id = await usage.send({ source: 'gateway', measures: { images: 2 }, credential: 'sk-x' });
    const filters: Record<string, string>[] = [
      { measure: 'images' },
      { source: 'gateway' },
      { source: 'gateway', clientId: id },
      { reason: 'unknown_credential', measure: 'images' },
      { rule: 'unclassified', source: 'gateway' },
    ];
    for (const filter of filters) {
      const query = new URLSearchParams(filter).toString();
      expect(idsOf(await api.ok('GET', `/v1/events?${query}`)), query).toEqual([id]);
      expect(await found(filter), query).toEqual([id]);
    }
    expect(await found({ clientId: id })).toEqual([]);
  });

  it('under whom they are attributed to now, and no longer under whom they were', async () => {
    const at = '2026-09-20T10:00:00Z';
    const moved = await usage.send({ credential: 'sk-live-acme-0123456789', time: at });
    const key = made['key'];
    expect(await found({ credentialId: key.id })).toEqual([moved]);
    expect(await found({ subscriptionId: made['subscription'].id, from: at })).toEqual([moved]);
    await api.ok('POST', `/v1/credentials/${key.id}/move`, {
      organizationId: made['other'].id,
      from: '2026-09-20T00:00:00Z',
      reason: 'It was theirs all along',
    });
    expect(await found({ organizationId: made['other'].id })).toEqual([moved]);
    expect(await found({ organizationId: made['acme'].id, from: at })).toEqual([]);
    expect(await found({ subscriberId: made['ada'].id, from: at })).toEqual([moved]);
    await api.ok('POST', `/v1/credentials/${key.id}/move`, {
      organizationId: made['acme'].id,
      from: '2026-09-20T00:00:00Z',
    });
    expect(await found({ organizationId: made['acme'].id, from: at })).toEqual([moved]);
    const { history } = await usage.trace(moved);
    expect(
      history.map((entry: Json) => [entry.sign, entry.operation, entry.reason, entry.actor]),
    ).toEqual(
      [
        [1, 'events.ingest', null],
        [-1, 'credentials.move', 'It was theirs all along'],
        [1, 'credentials.move', 'It was theirs all along'],
        [-1, 'credentials.move', null],
        [1, 'credentials.move', null],
      ].map((entry) => [...entry, expect.stringMatching(/^key_/)]),
    );
  });

  it('in pages that leave none out, also among events of one instant', async () => {
    const sent: string[] = [];
    for (let i = 0; i < 7; i += 1) sent.push(await usage.send({ source: 'pages' }));
    const paged: string[] = [];
    for (let cursor: string | null | undefined = undefined; cursor !== null;) {
      const page: Json = await search({ source: 'pages', limit: 3, ...(cursor && { cursor }) });
      paged.push(...idsOf(page));
      cursor = page.nextCursor;
    }
    expect(paged.toSorted()).toEqual(sent.toSorted());
  });
});

it('a trace leads to the line, the invoice and the payer, as far as the line counts the event', async () => {
  const counted = await usage.send({ subscription: 'sold-1', time: '2026-10-10T00:00:00Z' });
  const beside = await usage.send({
    subscription: 'sold-1',
    time: '2026-10-10T00:00:00Z',
    measures: { images: 1 },
  });
  await api.ok('POST', '/v1/billing-runs', { period: '2026-10' });
  const traced = await usage.trace(counted);
  expect(traced.lines).toMatchObject([
    { sign: 1, meter: 'tokens', payerId: made['acme'].id, invoiceStatus: 'draft' },
  ]);
  const [line] = traced.lines;
  expect(line.amount).toEqual({ amount: '0.01', currency: 'USD' });
  const { items, computed } = await api.ok('GET', `/v1/invoice-lines/${line.lineId}/events`);
  expect(items).toMatchObject([
    { clientId: counted, organizationId: made['acme'].id, credential: null, sign: 1 },
  ]);
  expect(computed).toMatchObject({ added: 1, removed: 0, eventQuantity: '1', equalsLine: true });
  expect(traced.hops.map((hop: Json) => hop.kind)).toEqual([
    'event',
    'credential',
    'subscriber',
    'organization',
    'subscription',
    'invoiceLine',
    'invoice',
    'statement',
  ]);
  expect((await usage.trace(beside)).lines).toEqual([]);
});
