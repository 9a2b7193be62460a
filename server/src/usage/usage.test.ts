import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';

let api: TestApp;
let acme: Json;
let team: Json;
beforeAll(async () => {
  api = await testApp();
  acme = await api.ok('POST', '/v1/organizations', { name: 'Acme' });
  team = await api.ok('POST', '/v1/organizations', { name: 'Team', parentId: acme.id });
  api.setClock('2026-11-01T00:00:00Z');
  const gpt5 = { model: 'gpt-5', provider: 'openai' };
  const tokens = (input_tokens: number, output_tokens = 0) => ({ input_tokens, output_tokens });
  const usd = (amount: string) => ({ amount, currency: 'USD' });
  const events: object[] = [
    // 1,000 × 1.25 and 100 × 10 per million: 0.00225
    { measures: tokens(1000, 100), attributes: gpt5 },
    { measures: tokens(3, 0), attributes: gpt5 },
    { measures: tokens(1000, 100), attributes: gpt5, cost: usd('0.000000000001') },
    { measures: tokens(1000, 100), attributes: gpt5, cost: usd('2') },
    { measures: tokens(1000, 100), attributes: gpt5, cost: { amount: '5', currency: 'EUR' } },
    { measures: tokens(1, 1), attributes: { model: 'our-own' } },
    { measures: { seconds: 3 }, attributes: gpt5 },
    // Each request reaches the step at 200,000: 2.5 per million.
    { measures: tokens(200_001), attributes: { model: 'gemini-2.5-pro' }, organization: team.id },
    { measures: tokens(200_001), attributes: { model: 'gemini-2.5-pro' }, organization: team.id },
    { measures: tokens(100), attributes: { model: 'gemini-2.5-pro' }, organization: team.id },
  ];
  const sent = events.map((event, i) => ({
    id: `u${i}`,
    time: '2026-10-05T10:00:00Z',
    organization: acme.id,
    ...event,
  }));
  await api.ok('POST', '/v1/events', sent);
});
afterAll(() => api.close());

const usage = (query: string): Promise<Json> =>
  api.ok('GET', `/v1/usage?from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z&${query}`);
const costs = async (query: string) =>
  (await usage(query)).costs.map((row: Json) => [row.source, row.amount, row.currency, row.events]);

describe('what usage cost', () => {
  it('is what the events say, else the list price, to the last digit; each event once', async () => {
    expect(await costs(`organizationId=${acme.id}`)).toEqual([
      ['event', '5', 'EUR', 1],
      ['event', '2.000000000001', 'USD', 2],
      ['list', '0.00225375', 'USD', 2],
      ['none', null, null, 2],
    ]);
  });

  it('rolls up, and groups by model', async () => {
    const { costs: found } = await usage(
      `organizationId=${acme.id}&rollUp=true&groupBy=attribute:model&interval=day`,
    );
    const gemini = found.filter((row: Json) => row.group.model === 'gemini-2.5-pro');
    // 400,002 × 2.5 + 100 × 1.25, per million
    expect(gemini).toEqual([
      {
        start: '2026-10-05T00:00:00.000000Z',
        group: { model: 'gemini-2.5-pro' },
        other: false,
        source: 'list',
        amount: '1.00013',
        currency: 'USD',
        events: 3,
      },
    ]);
    expect(found.reduce((sum: number, row: Json) => sum + row.events, 0)).toBe(10);
  });

  it('is of the events that carry a measure, where one is asked for', async () => {
    expect(await costs(`organizationId=${acme.id}&measure=seconds`)).toEqual([
      ['none', null, null, 1],
    ]);
  });
});

it('sums quantities by group', async () => {
  const { items } = await usage(
    `organizationId=${acme.id}&measure=input_tokens&groupBy=subscriber`,
  );
  expect(items).toMatchObject([{ measure: 'input_tokens', quantity: '4004', events: 6 }]);
});

describe('the groups that matter most', () => {
  it('come first, and all others as one that sums up with them to the whole', async () => {
    const all = await usage('measure=input_tokens&groupBy=attribute:model');
    const first = await usage('measure=input_tokens&groupBy=attribute:model&top=1');
    expect(first.items.map((row: Json) => [row.group.model, row.other, row.quantity])).toEqual([
      ['gemini-2.5-pro', false, '400102'],
      [null, true, '4004'],
    ]);
    const events = (rows: Json[]) => rows.reduce((sum, row) => sum + row.events, 0);
    expect(events(first.items)).toBe(events(all.items));
    expect(events(first.costs)).toBe(events(all.costs));
  });

  it('have no rest where organizations roll up: groups overlap', async () => {
    const { items, names } = await usage(
      'measure=input_tokens&groupBy=organization&rollUp=true&top=1',
    );
    expect(items).toMatchObject([{ group: { organizationId: acme.id }, quantity: '404106' }]);
    expect(names).toEqual({ [acme.id]: 'Acme' });
  });

  it('are refused where quantities have no order', async () => {
    const { body } = await api.call(
      'GET',
      '/v1/usage?from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z&top=1&by=quantity',
    );
    expect(body.errors).toMatchObject([{ pointer: '?by', code: 'needs_measure' }]);
  });
});

it('refuses what cannot be answered', async () => {
  const refusals: [string, string][] = [
    ['groupBy=colour', '?groupBy'],
    ['groupBy=source,source', '?groupBy'],
    ['groupBy=attribute:source,source', '?groupBy'],
    ['meter=nothing', '?meter'],
    ['measure=a&meter=b', '?'],
    ['interval=hour&from=2000-01-01T00:00:00Z', '?interval'],
    ['figures=colour', '?figures'],
    ['timeZone=Mars/Olympus', '?timeZone'],
  ];
  for (const [query, pointer] of refusals) {
    const range = query.includes('from=') ? '' : 'from=2026-10-01T00:00:00Z&';
    const { status, body } = await api.call(
      'GET',
      `/v1/usage?${range}to=2026-11-01T00:00:00Z&${query}`,
    );
    expect([400, 422], query).toContain(status);
    expect(body.errors[0].pointer, query).toBe(pointer);
  }
});
