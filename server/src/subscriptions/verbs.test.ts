import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';

let api: TestApp;
let productId: string;
let organizationId: string;
let planId: string;
beforeAll(async () => {
  api = await testApp();
  productId = (await api.ok('POST', '/v1/products', { name: 'Inference' })).id;
  organizationId = (
    await api.ok('POST', '/v1/organizations', { name: 'Acme', timeZone: 'Europe/Berlin' })
  ).id;
  await api.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  planId = (await makePlan()).id;
});
afterAll(() => api.close());
beforeEach(() => void api.setClock('2026-10-01T12:00:00Z'));

const makePlan = (changes: object = {}) =>
  api.ok('POST', '/v1/plans', {
    productId,
    name: 'Plan',
    charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '1' }],
    ...changes,
  });
const open = (changes: object = {}) =>
  api.ok('POST', '/v1/subscriptions', { organizationId, planId, ...changes });
const verb = (id: string, name: string, body: object = {}) =>
  api.call('POST', `/v1/subscriptions/${id}/${name}`, body);
const get = (id: string) => api.ok('GET', `/v1/subscriptions/${id}`);
const problem = ({ status, body }: { status: number; body: Json }) => [
  status,
  body.code,
  body.errors?.[0]?.pointer,
];
const day = (text: string) => `${text}T00:00:00.000000Z`;

describe('cancelling', () => {
  it('now', async () => {
    const { id } = await open({ startAt: day('2026-09-01') });
    expect((await verb(id, 'cancel', { reason: 'left' })).body).toMatchObject({
      status: 'ended',
      endAt: '2026-10-01T12:00:00.000000Z',
    });
    expect(problem(await verb(id, 'cancel'))).toEqual([409, 'invalid_state', undefined]);
    const { items } = await api.ok('GET', `/v1/subscriptions/${id}/history`);
    expect(items.map((each: Json) => [each.action, each.reason, each.after.status])).toEqual([
      ['subscriptions.create', null, 'active'],
      ['subscriptions.cancel', 'left', 'ended'],
    ]);
  });

  it('at the end of the period', async () => {
    const { id } = await open({ startAt: day('2026-09-15'), timeZone: 'UTC' });
    expect((await verb(id, 'cancel', { at: 'periodEnd' })).body).toMatchObject({
      status: 'active',
      endAt: day('2026-10-15'),
    });
    api.setClock('2026-10-15T00:00:00Z');
    expect(await get(id)).toMatchObject({ status: 'ended' });
  });

  it('at an instant, in the past too', async () => {
    const { id } = await open({ startAt: day('2026-09-01'), timeZone: 'UTC' });
    expect((await verb(id, 'cancel', { endAt: day('2026-10-20') })).body).toMatchObject({
      status: 'active',
      currentPeriod: { end: day('2026-10-20') },
    });
    expect((await verb(id, 'cancel', { endAt: day('2026-09-20') })).body).toMatchObject({
      status: 'ended',
      endAt: day('2026-09-20'),
    });
  });

  it('is refused before the start, and with two ends', async () => {
    const pending = await open({ startAt: day('2026-12-01') });
    expect(problem(await verb(pending.id, 'cancel'))).toEqual([409, 'invalid_state', undefined]);
    expect((await verb(pending.id, 'cancel', { endAt: day('2026-12-24') })).status).toBe(200);
    expect(
      problem(await verb(pending.id, 'cancel', { at: 'now', endAt: day('2026-12-24') })),
    ).toEqual([400, 'invalid_request', '/endAt']);
    expect(problem(await verb(pending.id, 'cancel', { endAt: day('2026-11-01') }))).toEqual([
      400,
      'invalid_request',
      '/endAt',
    ]);
  });
});

describe('pausing', () => {
  it('and resuming leave the pause on record', async () => {
    const { id } = await open({ startAt: day('2026-09-01') });
    expect((await verb(id, 'pause', { reason: 'holiday' })).body).toMatchObject({
      status: 'paused',
      version: 2,
    });
    expect(problem(await verb(id, 'pause'))).toEqual([409, 'invalid_state', undefined]);
    api.setClock('2026-10-03T12:00:00Z');
    expect((await verb(id, 'resume')).body).toMatchObject({
      status: 'active',
      pauses: [{ from: '2026-10-01T12:00:00.000000Z', to: '2026-10-03T12:00:00.000000Z' }],
    });
    expect(problem(await verb(id, 'resume'))).toEqual([409, 'invalid_state', undefined]);
  });

  it('in the past and in the future', async () => {
    const { id } = await open({ startAt: day('2026-09-01') });
    expect((await verb(id, 'pause', { from: day('2026-11-01') })).body).toMatchObject({
      status: 'active',
      pauses: [{ from: day('2026-11-01'), to: null }],
    });
    expect((await verb(id, 'resume')).body.pauses).toEqual([]);
    expect((await verb(id, 'pause', { from: day('2026-09-10') })).body).toMatchObject({
      status: 'paused',
    });
    expect((await verb(id, 'resume', { from: day('2026-09-10') })).body).toMatchObject({
      status: 'active',
      pauses: [],
    });
    expect(problem(await verb(id, 'pause', { from: day('2026-08-01') }))).toEqual([
      409,
      'invalid_state',
      undefined,
    ]);
  });
});

describe('changing the plan', () => {
  it('takes effect with the next period', async () => {
    const { id } = await open({ startAt: day('2026-09-15'), timeZone: 'UTC' });
    const other = await makePlan();
    const { body } = await verb(id, 'change-plan', { planId: other.id });
    expect(body).toMatchObject({
      planId,
      nextPlan: { planId: other.id, planVersion: 1, from: day('2026-10-15') },
      version: 2,
    });
    api.setClock('2026-10-15T00:00:00Z');
    expect(await get(id)).toMatchObject({
      planId: other.id,
      planVersion: 1,
      nextPlan: null,
      currentPeriod: { start: day('2026-10-15'), end: day('2026-11-15') },
    });
    expect((await api.ok('GET', `/v1/subscriptions?planId=${other.id}`)).items).toMatchObject([
      { id },
    ]);
  });

  it('can be taken back, and can mean the latest version of the same plan', async () => {
    const plan = await makePlan();
    const { id } = await open({ planId: plan.id, startAt: day('2026-09-15'), timeZone: 'UTC' });
    await verb(id, 'change-plan', { planId });
    expect((await verb(id, 'change-plan', { planId: plan.id })).body.nextPlan).toBeNull();
    await api.ok('PATCH', `/v1/plans/${plan.id}`, { fees: [{ name: 'Base', amount: '1' }] });
    expect(
      (await verb(id, 'change-plan', { planId: plan.id, from: day('2026-10-15') })).body.nextPlan,
    ).toMatchObject({ planVersion: 2 });
  });

  it('before the start is from the start', async () => {
    const { id } = await open({ startAt: day('2026-12-01') });
    const other = await makePlan();
    expect((await verb(id, 'change-plan', { planId: other.id })).body).toMatchObject({
      planId: other.id,
      nextPlan: null,
    });
  });

  it('now, or at an instant of the current period, cuts the period in two', async () => {
    const { id } = await open({ startAt: day('2026-09-15'), timeZone: 'UTC' });
    const [other, third] = [await makePlan(), await makePlan()];
    expect((await verb(id, 'change-plan', { planId: other.id, at: 'now' })).body).toMatchObject({
      planId: other.id,
      nextPlan: null,
      currentPeriod: { start: '2026-10-01T12:00:00.000000Z', end: day('2026-10-15') },
    });
    const later = { planId: third.id, from: day('2026-10-10') };
    expect((await verb(id, 'change-plan', later)).body).toMatchObject({
      planId: other.id,
      nextPlan: { planId: third.id, from: day('2026-10-10') },
      currentPeriod: { end: day('2026-10-10') },
    });
    // What was planned for later is dropped, and the period is whole again.
    expect((await verb(id, 'change-plan', { planId: other.id, at: 'now' })).body).toMatchObject({
      nextPlan: null,
      currentPeriod: { start: '2026-10-01T12:00:00.000000Z', end: day('2026-10-15') },
    });
  });

  it('to another interval begins a rhythm of its own, on the anchor day where it stands on it', async () => {
    const yearly = await makePlan({ interval: { unit: 'year' } });
    const startAt = day('2026-08-31');
    const [now, renewal] = [
      await open({ startAt, timeZone: 'UTC' }),
      await open({ startAt, timeZone: 'UTC' }),
    ];
    const change = { planId: yearly.id };
    expect((await verb(now.id, 'change-plan', { ...change, at: 'now' })).body).toMatchObject({
      anchorDay: 1,
      currentPeriod: {
        start: '2026-10-01T12:00:00.000000Z',
        end: '2027-10-01T12:00:00.000000Z',
      },
    });
    await verb(renewal.id, 'change-plan', change);
    api.setClock('2026-11-01T00:00:00Z');
    expect(await get(renewal.id)).toMatchObject({
      planId: yearly.id,
      anchorDay: 31,
      currentPeriod: { start: day('2026-10-31'), end: day('2027-10-31') },
    });
  });

  it('outside the current period, in another currency or after the end is refused', async () => {
    const { id } = await open({ startAt: day('2026-09-15'), timeZone: 'UTC' });
    const codes = async (body: object) => {
      const answer = await verb(id, 'change-plan', body);
      const [first] = answer.body.errors;
      return [answer.status, first?.pointer, first?.code];
    };
    for (const from of [day('2026-09-14'), day('2026-10-16')])
      expect(await codes({ planId, from })).toEqual([422, '/from', 'outside_current_period']);
    expect(await codes({ planId, from: day('2026-10-10'), at: 'now' })).toEqual([
      400,
      '/from',
      'invalid_value',
    ]);
    expect(await codes({ planId: (await makePlan({ currency: 'EUR' })).id })).toEqual([
      422,
      '/planId',
      'other_currency',
    ]);
    expect((await get(id)).version).toBe(1);
    await verb(id, 'cancel', { at: 'periodEnd' });
    expect(problem(await verb(id, 'change-plan', { planId }))).toEqual([
      409,
      'invalid_state',
      undefined,
    ]);
  });
});

describe('another anchor day or time zone', () => {
  const patch = (id: string, body: object) => api.ok('PATCH', `/v1/subscriptions/${id}`, body);

  it('holds from the next service period on, which begins with one stub', async () => {
    const { id } = await open({ startAt: day('2026-09-15'), timeZone: 'UTC' });
    expect(await patch(id, { anchorDay: 1, timeZone: 'Asia/Kathmandu' })).toMatchObject({
      anchorDay: 15,
      timeZone: 'UTC',
      nextAnchor: { anchorDay: 1, timeZone: 'Asia/Kathmandu', from: day('2026-10-15') },
      currentPeriod: { start: day('2026-09-15'), end: day('2026-10-15') },
    });
    api.setClock('2026-10-20T00:00:00Z');
    expect(await get(id)).toMatchObject({
      anchorDay: 1,
      timeZone: 'Asia/Kathmandu',
      nextAnchor: null,
      currentPeriod: { start: day('2026-10-15'), end: '2026-10-31T18:15:00.000000Z' },
    });
    api.setClock('2026-11-20T00:00:00Z');
    expect((await get(id)).currentPeriod).toEqual({
      start: '2026-10-31T18:15:00.000000Z',
      end: '2026-11-30T18:15:00.000000Z',
    });
  });

  it('is taken back by asking for what it was', async () => {
    const { id } = await open({ startAt: day('2026-09-15'), timeZone: 'UTC' });
    await patch(id, { anchorDay: 1 });
    expect(await patch(id, { anchorDay: 15 })).toMatchObject({ anchorDay: 15, nextAnchor: null });
    api.setClock('2026-10-20T00:00:00Z');
    expect((await get(id)).currentPeriod).toEqual({
      start: day('2026-10-15'),
      end: day('2026-11-15'),
    });
  });

  it('before the start is from the start; after the end there is none', async () => {
    const pending = await open({ startAt: day('2026-12-15'), timeZone: 'UTC' });
    expect(await patch(pending.id, { anchorDay: 1 })).toMatchObject({ anchorDay: 1 });
    api.setClock('2026-12-20T00:00:00Z');
    expect((await get(pending.id)).currentPeriod).toEqual({
      start: day('2026-12-15'),
      end: day('2027-01-01'),
    });
    await verb(pending.id, 'cancel');
    expect(
      problem(await api.call('PATCH', `/v1/subscriptions/${pending.id}`, { anchorDay: 2 })),
    ).toEqual([409, 'invalid_state', undefined]);
  });

  it('planned, begins at once with a plan of another interval', async () => {
    const { id } = await open({ startAt: day('2026-09-15'), timeZone: 'UTC' });
    await patch(id, { anchorDay: 1 });
    const yearly = await makePlan({ interval: { unit: 'year' } });
    const { body } = await verb(id, 'change-plan', { planId: yearly.id, from: day('2026-10-01') });
    expect(body).toMatchObject({
      anchorDay: 1,
      nextAnchor: null,
      currentPeriod: { start: day('2026-10-01'), end: day('2027-10-01') },
    });
  });
});

it('timelines are superseded, never edited', async () => {
  const { id } = await open({ startAt: day('2026-09-01') });
  await verb(id, 'pause');
  const { pool } = api.database;
  await expect(
    pool.query('update subscription_pauses set valid = tstzrange(null, null)'),
  ).rejects.toThrow(/permission denied/);
  await expect(pool.query('delete from subscription_plans')).rejects.toThrow(/permission denied/);
});

describe('usage that was recorded already', () => {
  /** The subscription that the event is attributed to, or why it has none. */
  const holderOf = async (clientId: string) => {
    const { rows } = await api.database.pool.query(
      `select a.subscription_id, a.unbilled_reason from attributions a join event_keys k on k.event_id = a.event_id
        where k.client_id = $1 group by 1, 2 having sum(a.sign) = 1`,
      [clientId],
    );
    expect(rows).toHaveLength(1);
    return rows[0].subscription_id ?? rows[0].unbilled_reason;
  };
  const use = (id: string, organization: string, time: string, claims: object = {}) =>
    api.ok('POST', '/v1/events', { id, organization, time, measures: { tokens: 1 }, ...claims });

  it('follows a subscription through its life', async () => {
    const customer = (await api.ok('POST', '/v1/organizations', { name: 'Life' })).id;
    await use('life-early', customer, day('2026-09-10'));
    await use('life-late', customer, day('2026-09-20'));
    const holders = async () => [await holderOf('life-early'), await holderOf('life-late')];
    expect(await holders()).toEqual(['no_subscription', 'no_subscription']);

    const { id } = await open({ organizationId: customer, startAt: day('2026-09-15') });
    expect(await holders()).toEqual(['no_subscription', id]);
    await verb(id, 'pause', { from: day('2026-09-18') });
    expect(await holders()).toEqual(['no_subscription', 'no_subscription']);
    await verb(id, 'resume', { from: day('2026-09-19') });
    expect(await holders()).toEqual(['no_subscription', id]);
    await verb(id, 'cancel', { endAt: day('2026-09-20') });
    expect(await holders()).toEqual(['no_subscription', 'no_subscription']);
    await api.ok('PATCH', `/v1/subscriptions/${id}`, { endAt: null });
    expect(await holders()).toEqual(['no_subscription', id]);
    await api.ok('DELETE', `/v1/subscriptions/${id}`);
    expect(await holders()).toEqual(['no_subscription', 'no_subscription']);
  });

  it('goes to the nearest that takes it, from whoever further up had it meanwhile', async () => {
    const above = (await api.ok('POST', '/v1/organizations', { name: 'Above' })).id;
    const { id: top } = await open({ organizationId: above, startAt: day('2026-08-01') });
    const child = { name: 'Below', parentId: above };
    const customer = (await api.ok('POST', '/v1/organizations', child)).id;
    await use('near', customer, day('2026-09-20'));
    expect(await holderOf('near')).toBe(top);

    const { id } = await open({ organizationId: customer, startAt: day('2026-09-15') });
    expect(await holderOf('near')).toBe(id);
    await verb(id, 'pause', { from: day('2026-09-18') });
    expect(await holderOf('near')).toBe(top);
    await verb(id, 'resume', { from: day('2026-09-19') });
    expect(await holderOf('near')).toBe(id);
    await verb(id, 'cancel', { endAt: day('2026-09-20') });
    expect(await holderOf('near')).toBe(top);
    await api.ok('PATCH', `/v1/subscriptions/${id}`, { endAt: null });
    expect(await holderOf('near')).toBe(id);
  });

  it('finds the subscription that it names, once it has that name', async () => {
    const customer = (await api.ok('POST', '/v1/organizations', { name: 'Named' })).id;
    const { id } = await open({ organizationId: customer, startAt: day('2026-09-01') });
    await use('named', 'Nobody', day('2026-09-20'), { subscription: 'sub-named' });
    expect(await holderOf('named')).toBe('unclassified');
    await api.ok('PATCH', `/v1/subscriptions/${id}`, { externalId: 'sub-named' });
    expect(await holderOf('named')).toBe(id);
  });
});
