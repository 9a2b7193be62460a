import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { finalizeBySchedule } from './finalize-actions.ts';
import { billBySchedule } from './schedule-actions.ts';
import { finishBilling } from './run-actions.ts';
import { always, monthly as monthlyCycle } from './cycle-rules.ts';
import { dueUntil, nextCycleEnd } from './schedule-rules.ts';
import { parseInstant, type Instant } from '../lib/instant.ts';

let api: TestApp;
let planId: string;

beforeAll(async () => {
  api = await testApp();
  const product = await api.ok('POST', '/v1/products', { name: 'Inference' });
  const fees = [{ name: 'Platform', amount: '10.00', timing: 'advance' }];
  const plan = { productId: product.id, name: 'Pro', fees, charges: [] };
  planId = (await api.ok('POST', '/v1/plans', plan)).id;
});
afterAll(() => api.close());

const schedule = (): Promise<Json> => api.ok('GET', '/v1/billing-schedule');
const change = (body: object): Promise<Json> => api.ok('PATCH', '/v1/billing-schedule', body);
const at = (text: string) => parseInstant(text) as Instant;

async function customer(startAt: string, changes: object): Promise<string> {
  const { id } = await api.ok('POST', '/v1/organizations', { name: 'Customer', ...changes });
  await api.ok('POST', '/v1/subscriptions', { organizationId: id, planId, startAt });
  return id;
}
const invoicesOf = async (id: string): Promise<Json[]> =>
  (await api.ok('GET', `/v1/invoices?organizationId=${id}`)).items;

describe('billing by schedule', () => {
  it('is off until somebody turns it on', async () => {
    api.setClock('2026-10-20T12:07:00Z');
    expect(await schedule()).toMatchObject({ enabled: false, graceHours: 24, nextRunAt: null });
    expect(await billBySchedule(api.deployment)).toBeNull();
  });

  it('bills each payer’s cycle once its grace is over, and each once', async () => {
    const monthly = await customer('2026-10-01T00:00:00Z', { timeZone: 'Asia/Kathmandu' }); // +05:45
    const weekly = await customer('2026-10-21T00:00:00Z', {
      billingCycle: { unit: 'week', count: 1, anchorDay: 1 },
      timeZone: 'America/New_York',
    });
    const on = await change({ enabled: true, graceHours: 6 });
    // A Tuesday: the week ends on Monday the 26th, 00:00 in New York, and has six hours of grace.
    expect(on).toMatchObject({
      enabled: true,
      billedUntil: '2026-10-20T06:00:00.000000Z',
      nextRunAt: '2026-10-26T10:00:00.000000Z',
    });
    api.setClock('2026-10-26T09:59:59Z');
    expect(await billBySchedule(api.deployment)).toBeNull();

    api.setClock('2026-10-26T10:00:30Z');
    const asked = await Promise.all([1, 2, 3].map(() => billBySchedule(api.deployment)));
    const [id, ...others] = asked.filter((each) => each !== null);
    expect(others).toEqual([]);
    expect(await billBySchedule(api.deployment)).toBeNull();
    const queued = await api.ok('GET', `/v1/billing-runs/${id}`);
    expect(queued).toMatchObject({
      status: 'queued',
      from: '2026-10-20T06:00:00.000000Z',
      to: '2026-10-26T04:00:00.000000Z',
    });
    await finishBilling(api.deployment, id ?? '');
    expect(await invoicesOf(weekly)).toMatchObject([{ periodEnd: '2026-10-26T04:00:00.000000Z' }]);
    expect(await invoicesOf(monthly)).toEqual([]);
    expect(await schedule()).toMatchObject({
      lastRunId: id,
      billedUntil: '2026-10-26T04:00:00.000000Z',
      nextRunAt: '2026-11-01T00:15:00.000000Z', // midnight in Kathmandu and six hours
    });

    api.setClock('2026-11-01T00:15:00Z');
    const next = await billBySchedule(api.deployment);
    await finishBilling(api.deployment, next ?? '');
    expect(await invoicesOf(monthly)).toMatchObject([{ periodEnd: '2026-10-31T18:15:00.000000Z' }]);
    expect(await api.ok('GET', `/v1/billing-runs/${next}`)).toMatchObject({
      status: 'succeeded',
      to: '2026-10-31T18:15:00.000000Z',
    });
  });

  it('catches up with what ended while nothing ran, in one run', async () => {
    api.setClock('2026-12-24T00:00:00Z');
    const id = await billBySchedule(api.deployment);
    expect(await api.ok('GET', `/v1/billing-runs/${id}`)).toMatchObject({
      from: '2026-10-31T18:15:00.000000Z',
      to: '2026-12-23T18:00:00.000000Z',
    });
    expect(await billBySchedule(api.deployment)).toBeNull();
  });

  it('turned on again begins with what is still in its grace, or where it is told to', async () => {
    await change({ enabled: false });
    api.setClock('2027-02-10T00:00:00Z');
    expect(await billBySchedule(api.deployment)).toBeNull();
    expect(await change({ enabled: true })).toMatchObject({
      billedUntil: '2027-02-09T18:00:00.000000Z',
    });
    const told = await change({ billedUntil: '2027-01-01T00:00:00Z' });
    expect(told).toMatchObject({ enabled: true, billedUntil: '2027-01-01T00:00:00.000000Z' });
  });

  it('is changed with a version, a permission and sense', async () => {
    const { version } = await schedule();
    const stale = { ifMatch: version - 1 };
    expect((await api.call('PATCH', '/v1/billing-schedule', {}, stale)).status).toBe(412);
    const key = await api.key('read');
    expect((await api.call('GET', '/v1/billing-schedule', undefined, { key })).status).toBe(200);
    expect((await api.call('PATCH', '/v1/billing-schedule', {}, { key })).status).toBe(403);
    for (const body of [
      { graceHours: -1 },
      { graceHours: 721 },
      { enabled: 'yes' },
      { cron: '*' },
      { latePolicy: 'never' },
    ])
      expect((await api.call('PATCH', '/v1/billing-schedule', body)).status).toBe(400);
  });
});

describe('drafts are finalized by themselves', () => {
  it('once the grace of the schedule, the payer and each subscription is over, with what came by then', async () => {
    api.setClock('2027-03-31T12:00:00Z');
    await change({ enabled: false });
    const old = await customer('2027-01-01T00:00:00Z', {});
    await api.ok('POST', '/v1/billing-runs', { period: '2027-02' });
    const on = await change({ enabled: true, graceHours: 6, autoFinalize: true });
    expect(on).toMatchObject({
      autoFinalize: true,
      autoFinalizeFrom: '2027-03-31T06:00:00.000000Z',
    });
    const prompt = await customer('2027-03-01T00:00:00Z', {});
    const lateUsage = { policy: 'ignore', graceHours: 48 };
    const patient = await customer('2027-03-01T00:00:00Z', { lateUsage });
    const [own] = (await api.ok('GET', `/v1/subscriptions?organizationId=${prompt}`)).items;
    api.setClock('2027-04-01T06:00:00Z');
    await finishBilling(api.deployment, (await billBySchedule(api.deployment)) ?? '');
    await finalizeBySchedule(api.deployment);
    const statusesOf = async (id: string) =>
      (await invoicesOf(id)).map(({ status, total }) => `${status} ${total.amount}`);
    expect(await statusesOf(prompt)).toEqual(['open 10.00']);
    expect(await statusesOf(old)).toEqual(['open 10.00', 'draft 10.00']); // February is left alone
    expect(await statusesOf(patient)).toEqual(['draft 10.00']);
    expect(await finalizeBySchedule(api.deployment)).toEqual([]);

    await api.ok('POST', '/v1/subscriptions', {
      organizationId: patient,
      planId,
      startAt: '2027-03-15T00:00:00Z',
    });
    api.setClock('2027-04-02T23:59:00Z');
    expect(await finalizeBySchedule(api.deployment)).toEqual([]);
    api.setClock('2027-04-03T00:00:00Z');
    expect(await Promise.all([1, 2].map(() => finalizeBySchedule(api.deployment)))).toContainEqual([
      (await invoicesOf(patient))[0].id,
    ]);
    expect(await statusesOf(patient)).toEqual(['open 20.00']); // with what was begun backwards meanwhile
    await api.ok('PATCH', `/v1/subscriptions/${own.id}`, { lateUsage });
    api.setClock('2027-05-01T06:00:00Z');
    await finishBilling(api.deployment, (await billBySchedule(api.deployment)) ?? '');
    await finalizeBySchedule(api.deployment);
    expect(await statusesOf(prompt)).toEqual(['draft 10.00', 'open 10.00']);
    expect(await change({ autoFinalize: false })).toMatchObject({ autoFinalizeFrom: null });
    api.setClock('2027-05-05T00:00:00Z');
    expect(await finalizeBySchedule(api.deployment)).toEqual([]);
  });
});

describe('the rules', () => {
  it('cut to the quarter of an hour, in which every zone has its midnight', () => {
    expect(dueUntil(at('2026-11-01T06:14:59.999999Z'), 6)).toBe('2026-11-01T00:00:00.000000Z');
    expect(dueUntil(at('2026-11-01T06:15:00Z'), 6)).toBe('2026-11-01T00:15:00.000000Z');
  });

  it('find the first end after an instant, which is not the instant itself', () => {
    const kinds = [
      [always(monthlyCycle, 'UTC')],
      [always({ unit: 'year', count: 1, anchorDay: 1 }, 'UTC')],
    ];
    expect(nextCycleEnd(kinds, at('2026-10-31T23:59:59Z'))).toBe('2026-11-01T00:00:00.000000Z');
    expect(nextCycleEnd(kinds, at('2026-11-01T00:00:00Z'))).toBe('2026-12-01T00:00:00.000000Z');
    expect(nextCycleEnd([], at('2026-11-01T00:00:00Z'))).toBeNull();
  });
});
