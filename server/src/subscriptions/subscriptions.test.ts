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

describe('opening', () => {
  it('takes its defaults from the clock, the organization and the plan', async () => {
    api.setClock('2026-10-05T22:30:00Z'); // the 6th in Berlin
    const made = await open();
    expect(made).toMatchObject({
      organizationId,
      planId,
      planVersion: 1,
      nextPlan: null,
      name: null,
      externalId: null,
      status: 'active',
      startAt: '2026-10-05T22:30:00.000000Z',
      endAt: null,
      anchorDay: 6,
      timeZone: 'Europe/Berlin',
      pauses: [],
      currentPeriod: { start: '2026-10-05T22:30:00.000000Z', end: '2026-11-05T23:30:00.000000Z' },
      lateUsage: null,
      metadata: {},
      archivedAt: null,
      version: 1,
    });
    expect(await get(made.id)).toEqual(made);
  });

  it('may lie in the past or in the future', async () => {
    expect(await open({ startAt: day('2025-01-31'), timeZone: 'UTC' })).toMatchObject({
      status: 'active',
      anchorDay: 31,
      currentPeriod: { start: day('2026-09-30'), end: day('2026-10-31') },
    });
    const later = await open({ startAt: day('2026-12-01'), endAt: day('2027-01-01') });
    expect(later).toMatchObject({ status: 'pending', currentPeriod: null });
    api.setClock('2026-12-15T00:00:00Z');
    expect(await get(later.id)).toMatchObject({ status: 'active' });
    api.setClock('2027-01-01T00:00:00Z');
    expect(await get(later.id)).toMatchObject({ status: 'ended', currentPeriod: null, planId });
  });

  it('stays on the version that it was opened with', async () => {
    const plan = await makePlan();
    const { id } = await open({ planId: plan.id });
    await api.ok('PATCH', `/v1/plans/${plan.id}`, { fees: [{ name: 'Base', amount: '1' }] });
    expect(await get(id)).toMatchObject({ planId: plan.id, planVersion: 1 });
    expect(await open({ planId: plan.id })).toMatchObject({ planVersion: 2 });
  });

  it.each([
    [
      'end before the start',
      { startAt: day('2026-01-02'), endAt: day('2026-01-02') },
      [400, 'invalid_request', '/endAt'],
    ],
    ['start in 1970', { startAt: day('1970-01-01') }, [400, 'invalid_request', '/startAt']],
    [
      'start in the year 9000',
      { startAt: day('9000-01-01') },
      [400, 'invalid_request', '/startAt'],
    ],
    ['32nd', { anchorDay: 32 }, [400, 'invalid_request', '/anchorDay']],
    ['zone that is none', { timeZone: '+05:45' }, [400, 'invalid_request', '/timeZone']],
    ['unknown field', { trial: true }, [400, 'invalid_request', '/trial']],
    [
      'unknown plan',
      { planId: 'pln_00000000000000000000000000' },
      [422, 'unprocessable', '/planId'],
    ],
    [
      'unknown organization',
      { organizationId: 'org_00000000000000000000000001' },
      [422, 'unprocessable', '/organizationId'],
    ],
    [
      'customer that is nobody',
      { organizationId: 'org_00000000000000000000000000' },
      [422, 'unprocessable', '/organizationId'],
    ],
  ])('with a %s is refused by name', async (_, changes, expected) => {
    expect(
      problem(await api.call('POST', '/v1/subscriptions', { organizationId, planId, ...changes })),
    ).toEqual(expected);
  });

  it('on an archived plan, or for an archived organization, is refused', async () => {
    const plan = await makePlan();
    await api.ok('POST', '/v1/subscriptions', { organizationId, planId: plan.id });
    await api.ok('DELETE', `/v1/plans/${plan.id}`);
    const onArchived = await api.call('POST', '/v1/subscriptions', {
      organizationId,
      planId: plan.id,
    });
    expect([...problem(onArchived), onArchived.body.errors[0].code]).toEqual([
      422,
      'unprocessable',
      '/planId',
      'archived',
    ]);
    const parent = await api.ok('POST', '/v1/organizations', { name: 'Gone' });
    const child = await api.ok('POST', '/v1/organizations', { name: 'Child', parentId: parent.id });
    await api.ok('POST', `/v1/organizations/${child.id}/move`, { parentId: null });
    await api.ok('DELETE', `/v1/organizations/${parent.id}`);
    expect(
      problem(await api.call('POST', '/v1/subscriptions', { organizationId: parent.id, planId })),
    ).toEqual([422, 'unprocessable', '/organizationId']);
  });

  it('under an external id that is taken answers with who has it', async () => {
    const { id } = await open({ externalId: 'sub-1' });
    const { status, body } = await api.call('POST', '/v1/subscriptions', {
      organizationId,
      planId,
      externalId: 'sub-1',
    });
    expect([status, body.existingId]).toEqual([409, id]);
    const other = await open();
    expect(
      (await api.call('PATCH', `/v1/subscriptions/${other.id}`, { externalId: 'sub-1' })).body
        .existingId,
    ).toBe(id);
  });

  it('is repeated safely', async () => {
    const options = { idempotencyKey: 'sub-once' };
    const first = await api.call('POST', '/v1/subscriptions', { organizationId, planId }, options);
    const again = await api.call('POST', '/v1/subscriptions', { organizationId, planId }, options);
    expect([again.status, again.body]).toEqual([201, first.body]);
  });
});

describe('changing', () => {
  it('what it is called, its end and its policy', async () => {
    const { id } = await open();
    const lateUsage = { policy: 'creditNote', graceHours: 24 };
    const changed = await api.ok('PATCH', `/v1/subscriptions/${id}`, {
      name: 'Main',
      externalId: 'sub-2',
      endAt: day('2027-01-01'),
      lateUsage,
      metadata: { a: 'b' },
    });
    expect(changed).toMatchObject({
      name: 'Main',
      externalId: 'sub-2',
      endAt: day('2027-01-01'),
      lateUsage,
      metadata: { a: 'b' },
      version: 2,
    });
    expect(
      await api.ok('PATCH', `/v1/subscriptions/${id}`, { endAt: null, lateUsage: null }),
    ).toMatchObject({ endAt: null, lateUsage: null, name: 'Main' });
    expect(
      (await api.call('PATCH', `/v1/subscriptions/${id}`, { name: 'x' }, { ifMatch: 1 })).status,
    ).toBe(412);
  });

  it.each(['startAt', 'planId', 'organizationId'])('but not %s', async (field) => {
    const made = await open();
    const { status, body } = await api.call('PATCH', `/v1/subscriptions/${made.id}`, {
      [field]: made[field],
    });
    expect([status, body.errors[0]]).toMatchObject([
      400,
      { pointer: `/${field}`, code: 'unknown_field' },
    ]);
  });

  it('an end before the start is refused', async () => {
    const { id } = await open();
    expect(
      problem(await api.call('PATCH', `/v1/subscriptions/${id}`, { endAt: day('2026-01-01') })),
    ).toEqual([400, 'invalid_request', '/endAt']);
  });
});

describe('listing', () => {
  it('filters by status as the rule says', async () => {
    const { id: acme } = await api.ok('POST', '/v1/organizations', { name: 'Lists' });
    const of = (changes: object) => open({ organizationId: acme, ...changes });
    const made: Json = {
      pending: await of({ startAt: day('2026-12-01') }),
      active: await of({}),
      ended: await of({ startAt: day('2026-01-01'), endAt: day('2026-02-01') }),
      paused: await of({ startAt: day('2026-01-01') }),
    };
    await verb(made.paused.id, 'pause');
    for (const [status, { id }] of Object.entries<Json>(made)) {
      const { items } = await api.ok(
        'GET',
        `/v1/subscriptions?organizationId=${acme}&status=${status}`,
      );
      expect(items.map((each: Json) => [each.id, each.status])).toEqual([[id, status]]);
    }
    const first = await api.ok(
      'GET',
      `/v1/subscriptions?organizationId=${acme}&planId=${planId}&limit=3`,
    );
    const rest = await api.ok(
      'GET',
      `/v1/subscriptions?organizationId=${acme}&planId=${planId}&limit=3&cursor=${first.nextCursor}`,
    );
    const ids = [...first.items, ...rest.items].map((each: Json): string => each.id);
    expect(ids).toHaveLength(4);
    expect(new Set(ids)).toEqual(new Set(Object.values<Json>(made).map((each) => each.id)));
    expect(ids.every((id, i) => i === 0 || id < (ids[i - 1] ?? ''))).toBe(true);
  });

  it('finds an ended one under the plan that it last was on', async () => {
    const { id } = await open({ startAt: day('2026-09-15'), timeZone: 'UTC' });
    const never = await makePlan();
    await verb(id, 'change-plan', { planId: never.id });
    await api.ok('PATCH', `/v1/subscriptions/${id}`, { endAt: day('2026-10-15') });
    api.setClock('2026-12-01T00:00:00Z');
    expect(await get(id)).toMatchObject({ planId, nextPlan: null });
    expect((await api.ok('GET', `/v1/subscriptions?planId=${never.id}`)).items).toEqual([]);
    const { items } = await api.ok(
      'GET',
      `/v1/subscriptions?planId=${planId}&status=ended&limit=200`,
    );
    expect(items.map((each: Json) => each.id)).toContain(id);
  });

  it('knows no other parameter', async () => {
    expect(problem(await api.call('GET', '/v1/subscriptions?color=red'))).toEqual([
      400,
      'invalid_request',
      '?color',
    ]);
  });
});

describe('withdrawing', () => {
  it('takes it back as if it had never been, and frees its external id', async () => {
    const made = await open({ externalId: 'sub-3' });
    const url = `/v1/subscriptions/${made.id}`;
    expect(await api.ok('DELETE', url)).toMatchObject({
      status: 'ended',
      archivedAt: api.now(),
      currentPeriod: null,
    });
    expect((await open({ externalId: 'sub-3' })).id).not.toBe(made.id);
    for (const name of ['cancel', 'pause', 'resume'])
      expect((await verb(made.id, name)).body.code).toBe('invalid_state');
    expect((await api.call('PATCH', url, { name: 'x' })).body.code).toBe('invalid_state');
    expect((await api.ok('GET', '/v1/subscriptions?archived=true')).items).toMatchObject([
      { id: made.id },
    ]);
  });

  it('is refused while a credential is bound to it', async () => {
    const { id } = await open();
    const { id: subscriberId } = await api.ok('POST', '/v1/subscribers', {
      email: 'ada@acme.example',
      organizationIds: [organizationId],
    });
    await api.ok('POST', '/v1/credentials', {
      name: 'key',
      subscriberId,
      organizationId,
      credentialId: 'ak-1',
      subscriptionId: id,
    });
    expect((await api.call('DELETE', `/v1/subscriptions/${id}`)).body.code).toBe('in_use');
  });
});
