import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { adminClient } from '../../test/support/database.ts';

/** What nothing refers to is removed; a version that somebody agreed to never changes. */
let api: TestApp;
let productId: string;
beforeAll(async () => {
  api = await testApp();
  productId = (await api.ok('POST', '/v1/products', { name: 'Inference' })).id;
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
});
afterAll(() => api.close());

const charges = (unitPrice: string) => [{ meter: 'tokens', model: 'perUnit', unitPrice }];
const create = (changes: object = {}): Promise<Json> =>
  api.ok('POST', '/v1/plans', {
    productId,
    name: 'Pro',
    fees: [{ name: 'Base', amount: '5.00' }],
    charges: charges('0.001'),
    ...changes,
  });
const subscribe = async (planId: string): Promise<Json> => {
  const { id: organizationId } = await api.ok('POST', '/v1/organizations', { name: 'Acme' });
  return api.ok('POST', '/v1/subscriptions', { organizationId, planId });
};

describe('a plan', () => {
  it('that nobody ever subscribed to is removed, with all its versions; its meter then can be', async () => {
    await api.ok('POST', '/v1/meters', { key: 'typo', aggregation: 'sum', measure: 'tokns' });
    const { id } = await create({
      externalId: 'oops',
      charges: [{ meter: 'typo', model: 'perUnit', unitPrice: '1' }],
    });
    await api.ok('PATCH', `/v1/plans/${id}`, { fees: [] });
    const [meter] = (await api.ok('GET', '/v1/meters?key=typo')).items;
    expect((await api.ok('DELETE', `/v1/meters/${meter.id}`)).archivedAt).toBe(api.now());
    expect((await api.call('DELETE', `/v1/plans/${id}`, undefined, { ifMatch: 1 })).status).toBe(
      412,
    );
    expect((await api.call('DELETE', `/v1/plans/${id}`)).status).toBe(204);
    expect((await api.call('GET', `/v1/plans/${id}`)).status).toBe(404);
    expect((await api.call('GET', `/v1/plans/${id}/versions`)).status).toBe(404);
    expect((await api.call('DELETE', `/v1/meters/${meter.id}`)).status).toBe(204);
    await create({ externalId: 'oops' });
    const { rows } = await api.database.pool.query(
      'select action, after from audit_log where resource_id = $1 order by id desc limit 1',
      [id],
    );
    expect(rows).toEqual([{ action: 'plans.delete', after: null }]);
  });

  it('that anybody ever subscribed to is archived, even after the subscription was withdrawn', async () => {
    const { id } = await create();
    const subscription = await subscribe(id);
    await api.call('DELETE', `/v1/subscriptions/${subscription.id}`);
    expect(await api.ok('DELETE', `/v1/plans/${id}`)).toMatchObject({ archivedAt: api.now() });
    expect((await api.ok('GET', `/v1/plans/${id}/versions`)).items).toHaveLength(1);
  });

  it('is removed or subscribed to, whoever comes first: never half', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const { id } = await create();
        const { id: organizationId } = await api.ok('POST', '/v1/organizations', { name: 'Race' });
        const [subscribed, removed] = await Promise.all([
          api.call('POST', '/v1/subscriptions', { organizationId, planId: id }),
          api.call('DELETE', `/v1/plans/${id}`),
        ]);
        return `${subscribed.status} ${removed.status}`;
      }),
    );
    for (const outcome of outcomes) expect(['201 200', '422 204']).toContain(outcome);
  });
});

describe('a version of a plan', () => {
  it('that nobody has subscribed to is corrected under its number', async () => {
    const { id } = await create();
    const amended = await api.ok('PATCH', `/v1/plans/${id}/versions/1`, {
      charges: charges('0.002'),
    });
    expect(amended).toMatchObject({
      planVersion: 1,
      fees: [{ amount: '5.00' }],
      charges: [{ unitPrice: '0.002' }],
    });
    expect(await api.ok('GET', `/v1/plans/${id}`)).toMatchObject({
      planVersion: 1,
      charges: [{ unitPrice: '0.002' }],
      version: 2,
    });
  });

  it('in use is not changed: a named problem, and nothing is', async () => {
    const plan = await create();
    await subscribe(plan.id);
    const url = `/v1/plans/${plan.id}/versions/1`;
    const refused = await api.call('PATCH', url, { currency: 'EUR', charges: charges('9') });
    expect([refused.status, refused.body.code]).toEqual([409, 'in_use']);
    expect(refused.body.detail).toContain('makes a new version');
    expect(await api.ok('GET', `/v1/plans/${plan.id}`)).toEqual(plan);
    const changed = await api.ok('PATCH', `/v1/plans/${plan.id}`, { charges: charges('9') });
    expect(changed.planVersion).toBe(2);
    await api.ok('PATCH', `/v1/plans/${plan.id}/versions/2`, { charges: charges('8') });
    const versions = (await api.ok('GET', `/v1/plans/${plan.id}/versions`)).items;
    expect(versions.map((each: Json) => each.charges[0].unitPrice)).toEqual(['8', '0.001']);
  });

  it('that does not exist, or of bad terms, is refused', async () => {
    const { id } = await create();
    expect((await api.call('PATCH', `/v1/plans/${id}/versions/7`, {})).status).toBe(404);
    const bad = await api.call('PATCH', `/v1/plans/${id}/versions/1`, {
      fees: [{ name: 'Base', amount: '0.001' }],
    });
    expect([bad.status, bad.body.errors[0].pointer]).toEqual([400, '/fees/0/amount']);
  });

  it('in use stays, whoever tries by raw SQL', async () => {
    const { id } = await create();
    await subscribe(id);
    const superuser = await adminClient(api.database.url);
    try {
      await superuser.query('set search_path = customary');
      for (const table of ['plan_fees', 'plan_charges', 'plan_versions'])
        await expect(
          superuser.query(`delete from ${table} where plan_id = '${id}'`),
        ).rejects.toThrow('never changes');
      await expect(superuser.query('delete from meter_versions')).rejects.toThrow('never changes');
    } finally {
      await superuser.end();
    }
  });
});

describe('the seller’s defaults', () => {
  it('are those of new customers and plans that say nothing', async () => {
    await api.ok('PATCH', '/v1/seller', {
      defaultCurrency: 'KWD',
      defaultTimeZone: 'Asia/Kuwait',
      defaultPaymentTermsDays: 14,
    });
    expect(await api.ok('POST', '/v1/organizations', { name: 'New' })).toMatchObject({
      currency: 'KWD',
      timeZone: 'Asia/Kuwait',
      paymentTermsDays: 14,
    });
    const own = { currency: 'JPY', timeZone: 'Asia/Tokyo', paymentTermsDays: 0 };
    const given = await api.ok('POST', '/v1/organizations', { name: 'Own', ...own });
    expect(given).toMatchObject(own);
    expect(await create({ fees: [{ name: 'Base', amount: '5.125' }] })).toMatchObject({
      currency: 'KWD',
      fees: [{ amount: '5.125' }],
    });
    await api.ok('PATCH', '/v1/seller', { defaultCurrency: 'USD', defaultTimeZone: 'UTC' });
    expect(await api.ok('GET', `/v1/organizations/${given.id}`)).toMatchObject(own);
  });
});
