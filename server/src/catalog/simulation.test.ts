import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';

let api: TestApp;
let planId: string;
let acme: Json;
const tiers = [
  { upTo: '1000', unitPrice: '0.01' },
  { upTo: null, unitPrice: '0.001' },
];
const terms = {
  fees: [
    { name: 'Platform', amount: '31', timing: 'advance' },
    { name: 'Set-up', amount: '99', timing: 'setUp' },
  ],
  charges: [
    { meter: 'input_tokens', model: 'graduated', tiers, name: 'Input' },
    {
      meter: 'output_tokens',
      model: 'perUnit',
      unitPrice: '1',
      minimum: '3.1',
      byAttribute: { attribute: 'model', prices: { 'gpt-5': { unitPrice: '2', included: '1' } } },
    },
    { meter: 'calls', model: 'percentage', percent: '20' },
    { meter: 'peak', model: 'perUnit', unitPrice: '1' },
  ],
};

beforeAll(async () => {
  api = await testApp();
  api.setClock('2026-12-01T00:00:00Z');
  for (const measure of ['input_tokens', 'output_tokens'])
    await api.ok('POST', '/v1/meters', { key: measure, aggregation: 'sum', measure });
  await api.ok('POST', '/v1/meters', { key: 'calls', aggregation: 'count' });
  await api.ok('POST', '/v1/meters', { key: 'peak', aggregation: 'max', measure: 'gigabytes' });
  const { id: productId } = await api.ok('POST', '/v1/products', { name: 'Inference' });
  planId = (await api.ok('POST', '/v1/plans', { productId, name: 'Pro', ...terms })).id;
  acme = await api.ok('POST', '/v1/organizations', { name: 'Acme' });
});
afterAll(() => api.close());

const simulate = (body: object, options = {}) =>
  api.call('POST', `/v1/plans/${planId}/simulate`, body, options);
const priced = async (body: object) => {
  const answer = await simulate(body);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};
const amounts = ({ charges }: Json) =>
  charges.map((charge: Json) => [charge.meter, charge.quantity, charge.amount.amount]);

describe('given quantities', () => {
  it('come to lines, fees and a total, tier by tier', async () => {
    const { periods, total, currency } = await priced({
      quantities: {
        input_tokens: '1001',
        output_tokens: [
          { quantity: 4, attributes: { model: 'gpt-5' } },
          { quantity: '0.5', attributes: { model: 'other' } },
          { quantity: '0.25' },
        ],
        calls: '10',
        peak: [{ quantity: '3' }, { quantity: '7' }],
      },
    });
    const [period] = periods;
    expect(amounts(period)).toEqual([
      ['input_tokens', '1001', '10.00'],
      // (4 − 1) × 2 + 0.75 × 1
      ['output_tokens', '4.75', '6.75'],
      ['calls', '10', '12.00'],
      ['peak', '7', '7.00'],
    ]);
    expect(period.charges[0]).toMatchObject({
      model: 'graduated',
      breakdown: [
        {
          value: null,
          amount: '10.001',
          parts: [
            { quantity: '1000', unitPrice: '0.01', tier: { from: '0', upTo: '1000' } },
            { quantity: '1', unitPrice: '0.001', tier: { from: '1000', upTo: null } },
          ],
        },
      ],
    });
    expect(period.fees.map((fee: Json) => [fee.timing, fee.amount.amount])).toEqual([
      ['advance', '31.00'],
      ['setUp', '99.00'],
    ]);
    expect([period.start, total.amount, currency]).toEqual([null, '165.75', 'USD']);
  });

  it('have the attributes that are given for all, and may be none', async () => {
    const body = { quantities: { output_tokens: '4' }, attributes: { model: 'gpt-5' } };
    expect(amounts((await priced(body)).periods[0])[1]).toEqual(['output_tokens', '4', '6.00']);
    const none = await priced({ quantities: {} });
    expect(none.total.amount).toBe('133.10');
    expect(none.periods[0].charges[1]).toMatchObject({ minimum: '3.1', topUp: '3.1' });
  });

  it('are priced by an older version of the plan, if asked to', async () => {
    await api.ok('PATCH', `/v1/plans/${planId}`, { fees: [] });
    expect((await priced({ quantities: {} })).planVersion).toBe(2);
    expect((await priced({ quantities: {}, planVersion: 1 })).total.amount).toBe('133.10');
  });
});

describe('what a customer used', () => {
  const range = { from: '2026-10-01T00:00:00Z', to: '2026-11-11T00:00:00Z' };

  beforeAll(async () => {
    const team = await api.ok('POST', '/v1/organizations', { name: 'Team', parentId: acme.id });
    const event = (id: string, time: string, changes: object) => ({
      id,
      time,
      organization: acme.id,
      ...changes,
    });
    await api.ok('POST', '/v1/events', [
      event('a', '2026-10-03T00:00:00Z', {
        measures: { input_tokens: 1000, output_tokens: 100 },
        attributes: { model: 'gpt-5' },
      }),
      event('b', '2026-10-31T23:59:59Z', {
        measures: { input_tokens: 1 },
        cost: { amount: '10', currency: 'USD' },
        organization: team.id,
      }),
      event('c', '2026-11-10T00:00:00Z', { measures: { gigabytes: 5 } }),
      event('d', '2026-11-11T00:00:00Z', { measures: { gigabytes: 500 } }),
    ]);
  });

  it('is priced period by period, what lay below it too; the last is cut and prorated', async () => {
    const { periods, total } = await priced({
      organizationId: acme.id,
      ...range,
      planVersion: 1,
    });
    expect(periods.map(({ start, end }: Json) => [start.slice(0, 10), end.slice(0, 10)])).toEqual([
      ['2026-10-01', '2026-11-01'],
      ['2026-11-01', '2026-11-11'],
    ]);
    const [october, november] = periods;
    expect(amounts(october)).toEqual([
      ['input_tokens', '1001', '10.00'],
      ['output_tokens', '100', '198.00'],
      ['calls', '10', '12.00'],
      ['peak', '0', '0.00'],
    ]);
    expect(october.charges[2].unrated).toEqual([
      { reason: 'no_cost', currency: null, eventCount: 1, cost: null },
    ]);
    // Ten days of thirty: 31 × 1/3 of the fee, 3.1 × 1/3 of the minimum, and no second set-up.
    expect(november.fees.map((fee: Json) => fee.amount.amount)).toEqual(['10.33']);
    expect(amounts(november)).toEqual([
      ['input_tokens', '0', '0.00'],
      ['output_tokens', '0', '1.03'],
      ['calls', '0', '0.00'],
      ['peak', '5', '5.00'],
    ]);
    expect(total.amount).toBe('366.36');
  });

  it('is its own alone, where asked for, and takes list prices for missing cost', async () => {
    const body = { organizationId: acme.id, ...range, to: '2026-11-01T00:00:00Z', rollUp: false };
    const own = (await priced(body)).periods[0];
    expect(amounts(own).slice(0, 3)).toEqual([
      ['input_tokens', '1000', '10.00'],
      ['output_tokens', '100', '198.00'],
      ['calls', '0', '0.00'],
    ]);
    const { charges } = (await priced({ ...body, listPrices: true })).periods[0];
    // 1,000 × 1.25 and 100 × 10 per million, with 20 % on top
    expect(charges[2]).toMatchObject({ quantity: '0.00225', breakdown: [{ amount: '0.0027' }] });
    expect(charges[2].unrated).toBeUndefined();
  });

  it('takes the permission to read usage', async () => {
    const key = await api.key('plans.read');
    const body = { organizationId: acme.id, ...range };
    expect((await simulate(body, { key })).body.code).toBe('forbidden');
    expect((await simulate({ quantities: {} }, { key })).status).toBe(200);
    expect((await simulate({ quantities: {} }, { key: await api.key('usage.read') })).status).toBe(
      403,
    );
  });
});

it.each<[string, object, string]>([
  ['nothing', {}, '/quantities'],
  [
    'half a range',
    { organizationId: 'org_01KAPZ5N3V8Q4M7W2T6R9Y0BXC', from: '2026-10-01T00:00:00Z' },
    '/to',
  ],
  ['both', { quantities: {}, from: '2026-10-01T00:00:00Z' }, '/from'],
  ['a meter without a charge', { quantities: { nonsense: '1' } }, '/quantities/nonsense'],
  ['what is no number', { quantities: { calls: 'many' } }, '/quantities/calls'],
  ['a version to come', { quantities: {}, planVersion: 99 }, '/planVersion'],
  [
    'a hundred years',
    { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', organizationId: 'acme' },
    '/to',
  ],
  [
    'an unknown customer',
    {
      from: '2026-10-01T00:00:00Z',
      to: '2026-11-01T00:00:00Z',
      organizationId: 'org_01KAPZ5N3V8Q4M7W2T6R9Y0BXC',
    },
    '/organizationId',
  ],
])('refuses %s', async (_name, body, pointer) => {
  const organization =
    'organizationId' in body && body.organizationId === 'acme' ? { organizationId: acme.id } : {};
  const { status, body: problem } = await simulate({ ...body, ...organization });
  expect([status >= 400 && status < 500, problem.errors[0]?.pointer]).toEqual([true, pointer]);
});

it('changes nothing', async () => {
  const before = await api.ok('GET', `/v1/checks`);
  await priced({ quantities: { calls: '1' } });
  expect((await api.ok('GET', `/v1/checks`)).position).toBe(before.position);
});
