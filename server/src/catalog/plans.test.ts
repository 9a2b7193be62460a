import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { findPlanVersions } from './plan-queries.ts';

let api: TestApp;
let productId: string;
let inputMeter: Json;
beforeAll(async () => {
  api = await testApp();
  productId = (await api.ok('POST', '/v1/products', { name: 'Inference' })).id;
  inputMeter = await api.ok('POST', '/v1/meters', {
    key: 'input_tokens',
    aggregation: 'sum',
    measure: 'input_tokens',
  });
  await api.ok('POST', '/v1/meters', { key: 'requests', aggregation: 'count' });
});
afterAll(() => api.close());

const input = { meter: 'input_tokens', model: 'perUnit', unitPrice: '0.000002' };
const plan = (changes: object = {}) => ({ productId, name: 'Pay as you go', ...changes });
const create = (changes: object = {}) => api.ok('POST', '/v1/plans', plan(changes));
const subscribe = async (planId: string) => {
  const { id: organizationId } = await api.ok('POST', '/v1/organizations', { name: 'Acme' });
  return api.ok('POST', '/v1/subscriptions', { organizationId, planId });
};
const refused = async (method: string, url: string, body: object) => {
  const answer = await api.call(method, url, body);
  return [answer.status, answer.body.errors?.[0]?.pointer, answer.body.errors?.[0]?.code];
};

describe('a product', () => {
  it('is created, changed, archived and restored', async () => {
    const made = await api.ok('POST', '/v1/products', {
      name: ' Search ',
      externalId: 'prod-1',
      metadata: { a: 'b' },
    });
    expect(made).toMatchObject({
      name: 'Search',
      externalId: 'prod-1',
      description: null,
      metadata: { a: 'b' },
      version: 1,
    });
    const url = `/v1/products/${made.id}`;
    expect(await api.ok('PATCH', url, { description: 'Finds', externalId: null })).toMatchObject({
      name: 'Search',
      externalId: null,
      description: 'Finds',
      version: 2,
    });
    await api.ok('PATCH', url, { externalId: 'prod-1' });
    const { id } = await create({ productId: made.id });
    await subscribe(id);
    expect((await api.call('DELETE', url)).body.code).toBe('in_use');
    await api.ok('DELETE', `/v1/plans/${id}`);
    expect(await api.ok('DELETE', url)).toMatchObject({ archivedAt: api.now() });
    expect((await api.ok('GET', '/v1/products')).items.map((each: Json) => each.id)).not.toContain(
      made.id,
    );
    expect((await api.call('POST', `/v1/plans/${id}/restore`)).body.code).toBe('invalid_state');
    expect(await refused('POST', '/v1/plans', plan({ productId: made.id }))).toEqual([
      422,
      '/productId',
      'unknown_reference',
    ]);

    const heir = await api.ok('POST', '/v1/products', { name: 'Heir', externalId: 'prod-1' });
    expect((await api.call('POST', `${url}/restore`)).body.existingId).toBe(heir.id);
    await api.ok('PATCH', `/v1/products/${heir.id}`, { externalId: null });
    expect(await api.ok('POST', `${url}/restore`)).toMatchObject({
      archivedAt: null,
      externalId: 'prod-1',
    });
    expect(await api.ok('POST', `/v1/plans/${id}/restore`)).toMatchObject({ archivedAt: null });
  });

  it('without plans is removed', async () => {
    const { id } = await api.ok('POST', '/v1/products', { name: 'Mistake' });
    expect(await api.ok('DELETE', `/v1/products/${id}`)).toBeUndefined();
    expect((await api.call('GET', `/v1/products/${id}`)).status).toBe(404);
  });

  it('is refused under an external id that is taken', async () => {
    const { id } = await api.ok('POST', '/v1/products', { name: 'One', externalId: 'prod-2' });
    const { status, body } = await api.call('POST', '/v1/products', {
      name: 'Two',
      externalId: 'prod-2',
    });
    expect([status, body.existingId]).toEqual([409, id]);
  });
});

describe('a plan', () => {
  it('has defaults', async () => {
    expect(await create()).toMatchObject({
      productId,
      name: 'Pay as you go',
      externalId: null,
      description: null,
      planVersion: 1,
      currency: 'USD',
      interval: { unit: 'month', count: 1 },
      fees: [],
      charges: [],
      metadata: {},
      archivedAt: null,
      version: 1,
    });
  });

  it('keeps prices to the last digit, and fees at the scale of the currency', async () => {
    const made = await create({
      interval: { unit: 'quarter' },
      fees: [
        { name: 'Base', amount: '20', timing: 'advance' },
        { name: 'Support', amount: 9.5, timing: 'arrears' },
      ],
      charges: [
        { ...input, name: 'Input', unitPrice: '0.000000000001' },
        { meter: 'requests', model: 'perUnit', unitPrice: 2 },
      ],
    });
    expect(made.interval).toEqual({ unit: 'quarter', count: 1 });
    expect(made.fees).toMatchObject([
      { id: expect.stringMatching(/^fee_/), name: 'Base', amount: '20.00', timing: 'advance' },
      { name: 'Support', amount: '9.50', timing: 'arrears' },
    ]);
    expect(made.charges).toMatchObject([
      {
        id: expect.stringMatching(/^chg_/),
        name: 'Input',
        meter: 'input_tokens',
        meterId: inputMeter.id,
        meterVersion: 1,
        model: 'perUnit',
        unitPrice: '0.000000000001',
      },
      { name: 'requests', meter: 'requests', unitPrice: '2' },
    ]);
    expect(await api.ok('GET', `/v1/plans/${made.id}`)).toEqual(made);
    const byId = await create({ charges: [{ ...input, meter: inputMeter.id }] });
    expect(byId.charges[0]).toMatchObject({ name: 'input_tokens', meter: 'input_tokens' });
  });

  it.each([
    [
      'fee finer than cents',
      {
        fees: [
          { name: 'a', amount: '1' },
          { name: 'b', amount: '0.001' },
        ],
      },
      400,
      '/fees/1/amount',
    ],
    [
      'fee in half a yen',
      { currency: 'JPY', fees: [{ name: 'a', amount: '0.5' }] },
      400,
      '/fees/0/amount',
    ],
    ['negative fee', { fees: [{ name: 'a', amount: '-1' }] }, 400, '/fees/0/amount'],
    ['negative price', { charges: [{ ...input, unitPrice: '-1' }] }, 400, '/charges/0/unitPrice'],
    [
      'price that is no number',
      { charges: [{ ...input, unitPrice: 'NaN' }] },
      400,
      '/charges/0/unitPrice',
    ],
    [
      'price of 13 decimals',
      { charges: [{ ...input, unitPrice: '0.0000000000001' }] },
      400,
      '/charges/0/unitPrice',
    ],
    [
      'missing price',
      { charges: [{ meter: 'input_tokens', model: 'perUnit' }] },
      400,
      '/charges/0/unitPrice',
    ],
    ['unknown model', { charges: [{ ...input, model: 'guess' }] }, 400, '/charges/0/model'],
    ['unknown field of a charge', { charges: [{ ...input, price: '1' }] }, 400, '/charges/0/price'],
    ['unknown meter', { charges: [{ ...input, meter: 'absent' }] }, 422, '/charges/0/meter'],
    [
      'meter twice',
      { charges: [input, { meter: 'requests', model: 'perUnit', unitPrice: '1' }, input] },
      422,
      '/charges/2/meter',
    ],
    ['unknown currency', { currency: 'XTS' }, 400, '/currency'],
    ['unknown interval', { interval: { unit: 'decade' } }, 400, '/interval/unit'],
    ['interval of nothing', { interval: { count: 0 } }, 400, '/interval/count'],
    ['unknown product', { productId: 'prd_00000000000000000000000000' }, 422, '/productId'],
  ])('with a %s is refused by name', async (_, changes, status, pointer) => {
    expect((await refused('POST', '/v1/plans', plan(changes))).slice(0, 2)).toEqual([
      status,
      pointer,
    ]);
  });

  it('says which problem a repeated meter is', async () => {
    expect(await refused('POST', '/v1/plans', plan({ charges: [input, input] }))).toEqual([
      422,
      '/charges/1/meter',
      'duplicate_meter',
    ]);
  });

  it('has another version when its price changes, and only then', async () => {
    const first = await create({ fees: [{ name: 'Base', amount: '20' }], charges: [input] });
    const url = `/v1/plans/${first.id}`;
    const renamed = await api.ok('PATCH', url, { name: 'Renamed', externalId: 'plan-1' });
    expect(renamed).toMatchObject({
      name: 'Renamed',
      planVersion: 1,
      version: 2,
      fees: first.fees,
      charges: first.charges,
    });
    expect(
      await api.ok('PATCH', url, { fees: [{ name: 'Base', amount: '20.00' }], charges: [input] }),
    ).toMatchObject({ planVersion: 1, charges: first.charges });
    const dearer = await api.ok('PATCH', url, { charges: [{ ...input, unitPrice: '0.000003' }] });
    expect(dearer).toMatchObject({
      planVersion: 2,
      name: 'Renamed',
      fees: [{ name: 'Base', amount: '20.00' }],
    });
    expect(dearer.fees[0].id).not.toBe(first.fees[0].id);
    expect(
      (await api.call('PATCH', url, { currency: 'JPY', fees: [{ name: 'Base', amount: '0.5' }] }))
        .body.errors[0].pointer,
    ).toBe('/fees/0/amount');
    await api.ok('PATCH', url, { currency: 'JPY', fees: [] });

    const { items } = await api.ok('GET', `${url}/versions`);
    expect(
      items.map((each: Json) => [
        each.planVersion,
        each.currency,
        each.fees.length,
        each.charges[0].unitPrice,
      ]),
    ).toEqual([
      [3, 'JPY', 0, '0.000003'],
      [2, 'USD', 1, '0.000003'],
      [1, 'USD', 1, '0.000002'],
    ]);
    const page = await api.ok('GET', `${url}/versions?limit=2`);
    const rest = await api.ok('GET', `${url}/versions?limit=2&cursor=${page.nextCursor}`);
    expect([...page.items, ...rest.items]).toEqual(items);
    expect(rest.nextCursor).toBeNull();
    expect((await api.ok('GET', '/v1/plans?externalId=plan-1')).items).toMatchObject([
      { id: first.id },
    ]);
  });

  it('keeps the meter version that it pinned, until its charges are sent again', async () => {
    const { id } = await api.ok('POST', '/v1/meters', {
      key: 'pinned',
      aggregation: 'sum',
      measure: 'pinned',
    });
    const charges = [{ meter: 'pinned', model: 'perUnit', unitPrice: '1' }];
    const made = await create({ charges });
    await api.ok('PATCH', `/v1/meters/${id}`, { aggregation: 'max' });
    const carried = await api.ok('PATCH', `/v1/plans/${made.id}`, {
      fees: [{ name: 'Base', amount: '1' }],
    });
    expect(carried).toMatchObject({ planVersion: 2, charges: [{ meterVersion: 1 }] });
    const sent = await api.ok('PATCH', `/v1/plans/${made.id}`, { charges });
    expect(sent).toMatchObject({ planVersion: 3, charges: [{ meterVersion: 2 }] });

    const wanted = [
      { planId: made.id, planVersion: 1 },
      { planId: made.id, planVersion: 3 },
      { planId: made.id, planVersion: 9 },
    ];
    const rows = await findPlanVersions(api.database.db, wanted);
    expect(rows.map((row) => row.charges[0]?.definition.aggregation)).toEqual(['sum', 'max']);

    await api.ok('DELETE', `/v1/meters/${id}`);
    expect(await refused('POST', '/v1/plans', plan({ charges }))).toEqual([
      422,
      '/charges/0/meter',
      'unknown_reference',
    ]);
    expect(await api.ok('PATCH', `/v1/plans/${made.id}`, { fees: [] })).toMatchObject({
      planVersion: 4,
      charges: [{ meter: 'pinned' }],
    });
  });

  it('leaves its history in the audit log', async () => {
    const { id } = await create();
    await api.ok('PATCH', `/v1/plans/${id}`, { name: 'Other' });
    await subscribe(id);
    await api.ok('DELETE', `/v1/plans/${id}`);
    const { rows } = await api.database.pool.query(
      'select action, before, after from audit_log where resource_id = $1 order by id',
      [id],
    );
    expect(rows.map((row) => [row.action, row.before?.name, row.after?.name])).toEqual([
      ['plans.create', undefined, 'Pay as you go'],
      ['plans.update', 'Pay as you go', 'Other'],
      ['plans.delete', 'Other', 'Other'],
    ]);
  });

  it('answers a repeated key with the first answer', async () => {
    const options = { idempotencyKey: 'plan-once' };
    const first = await api.call('POST', '/v1/plans', plan(), options);
    const again = await api.call('POST', '/v1/plans', plan(), options);
    expect([again.status, again.body]).toEqual([201, first.body]);
  });
});

it('two changes at once make two versions', async () => {
  const { id } = await create();
  const prices = ['1', '2', '3', '4'];
  await Promise.all(
    prices.map((amount) =>
      api.ok('PATCH', `/v1/plans/${id}`, { fees: [{ name: 'Base', amount }] }),
    ),
  );
  expect((await api.ok('GET', `/v1/plans/${id}`)).planVersion).toBe(5);
});
