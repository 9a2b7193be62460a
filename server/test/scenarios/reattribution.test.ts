import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { UNCLASSIFIED_ID } from '../../src/lib/id.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { misplaced, planOf, type Usage, usageOf } from '../support/usage.ts';

/** Recorded usage moved by hand: preview, apply, undo (design §4.1, §4.7). */

let api: TestApp;
let usage: Usage;
let planId: string;
let made = 0;

beforeAll(async () => {
  api = await testApp();
  usage = usageOf(api);
  ({ planId } = await planOf(api));
});
afterEach(async () => {
  if ((await misplaced(api)).length > 0) throw new Error('There are events in no place or in two');
});
afterAll(async () => {
  const { checks } = await api.ok('GET', '/v1/checks');
  await api.close();
  const problems = checks.flatMap((check: Json) => check.problems);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
});

const on = (day: number) => `2026-09-${String(day).padStart(2, '0')}T00:00:00Z`;
const post = (path: string, body?: object) => api.ok('POST', `/v1/${path}`, body);
const organization = async (more: object = {}): Promise<string> =>
  (await post('organizations', { name: `Owner ${(made += 1)}`, ...more })).id;
const subscription = async (organizationId: string, more: object = {}): Promise<string> =>
  (await post('subscriptions', { organizationId, planId, startAt: on(1), ...more })).id;
const customer = async () => {
  const organizationId = await organization();
  return { organizationId, subscriptionId: await subscription(organizationId) };
};
const key = async (organizationId: string): Promise<Json> => {
  const body = { email: `s${(made += 1)}@mail.example`, organizationIds: [organizationId] };
  const { id: subscriberId } = await post('subscribers', body);
  const credentialId = `sk-move-${(made += 1)}-000000`;
  const credential = await post('credentials', {
    name: 'k',
    credentialId,
    subscriberId,
    organizationId,
  });
  return { ...credential, secret: credentialId, subscriberId };
};
const preview = (body: object) => post('reattributions', body);
const usd = (amount: string) => ({ amount, currency: 'USD' });

describe('a preview', () => {
  it('shows what moves and what it does to whom, and changes nothing', async () => {
    const [a, b] = [await customer(), await customer()];
    const { secret } = await key(a.organizationId);
    const one = await usage.send({ credential: secret, measures: { tokens: 300, calls: 1 } });
    await usage.send({
      credential: secret,
      measures: { tokens: 200 },
      cost: { amount: '0.0123', currency: 'EUR' },
    });
    const entries = async () => (await usage.trace(one)).history.length;
    const shown = await preview({
      selection: { organizationId: a.organizationId },
      owner: { organizationId: b.organizationId },
    });
    expect(shown).toMatchObject({
      status: 'previewed',
      kind: 'assign',
      events: 2,
      moved: 2,
      appliedAt: null,
    });
    expect(shown.preview).toMatchObject({
      measures: [
        { measure: 'calls', quantity: '1' },
        { measure: 'tokens', quantity: '500' },
      ],
      costs: [{ amount: '0.0123', currency: 'EUR' }],
      flows: [
        {
          from: { organizationId: a.organizationId, subscriptionId: a.subscriptionId },
          to: { organizationId: b.organizationId, subscriptionId: b.subscriptionId },
          events: 2,
        },
      ],
      flowsLeftOut: 0,
      adjustments: [],
      drafts: [],
    });
    expect(shown.preview.money).toHaveLength(2);
    expect(shown.preview.money).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          organizationId: a.organizationId,
          before: usd('5.00'),
          after: usd('0.00'),
          difference: usd('-5.00'),
        }),
        expect.objectContaining({
          organizationId: b.organizationId,
          before: usd('0.00'),
          after: usd('5.00'),
          difference: usd('5.00'),
        }),
      ]),
    );
    expect(await entries()).toBe(1);
    expect(await usage.owner(one)).toMatchObject({ organizationId: a.organizationId });
    expect(await api.ok('GET', `/v1/reattributions/${shown.id}`)).toEqual(shown);
    expect((await api.ok('GET', '/v1/reattributions?status=previewed')).items[0]).toEqual(shown);
  });
});

describe('applied', () => {
  it('moves what was previewed, reverses what stood, and says who did', async () => {
    const [a, b] = [await customer(), await customer()];
    const { secret, id: credentialId, subscriberId } = await key(a.organizationId);
    const event = await usage.send({ credential: secret });
    const { id } = await preview({
      selection: { credentialId },
      owner: { organizationId: b.organizationId },
      reason: 'Sold to B',
    });
    expect(await post(`reattributions/${id}/apply`)).toMatchObject({
      status: 'applied',
      reason: 'Sold to B',
    });
    expect(await usage.owner(event)).toMatchObject({
      ...b,
      credentialId,
      subscriberId,
      rule: 'reattributed',
    });
    const { history } = await usage.trace(event);
    expect(history.map((entry: Json) => [entry.sign, entry.organizationId])).toEqual([
      [1, a.organizationId],
      [-1, a.organizationId],
      [1, b.organizationId],
    ]);
    expect(history[2].sentence).toContain(id);
  });

  it('twice, it answers the same', async () => {
    const [a, b] = [await customer(), await customer()];
    const event = await usage.send({ organization: a.organizationId });
    const { id } = await preview({
      selection: { organizationId: a.organizationId },
      owner: { organizationId: b.organizationId },
    });
    const first = await post(`reattributions/${id}/apply`);
    expect(await post(`reattributions/${id}/apply`)).toEqual(first);
    expect((await usage.trace(event)).history).toHaveLength(3);
  });

  it('leaves what was recorded after the preview', async () => {
    const [a, b] = [await customer(), await customer()];
    const before = await usage.send({ organization: a.organizationId });
    const { id } = await preview({
      selection: { organizationId: a.organizationId },
      owner: { organizationId: b.organizationId },
    });
    const after = await usage.send({ organization: a.organizationId });
    expect(await post(`reattributions/${id}/apply`)).toMatchObject({ moved: 1 });
    expect(await usage.owner(before)).toMatchObject({ organizationId: b.organizationId });
    expect(await usage.owner(after)).toMatchObject({ organizationId: a.organizationId });
  });

  it('is refused where the set is no longer what was previewed, and nothing changes', async () => {
    const [a, b, c] = [await customer(), await customer(), await customer()];
    const { secret, id: credentialId } = await key(a.organizationId);
    const event = await usage.send({ credential: secret });
    const { id } = await preview({
      selection: { organizationId: a.organizationId },
      owner: { organizationId: b.organizationId },
    });
    await post(`credentials/${credentialId}/move`, {
      organizationId: c.organizationId,
      from: on(1),
    });
    const answer = await api.call('POST', `/v1/reattributions/${id}/apply`);
    expect(answer).toMatchObject({ status: 409, body: { code: 'preview_stale' } });
    expect(await usage.owner(event)).toMatchObject({ organizationId: c.organizationId });
    expect(await api.ok('GET', `/v1/reattributions/${id}`)).toMatchObject({ status: 'previewed' });
  });

  it('is refused where the usage would fall to another subscription than was shown', async () => {
    const [a, b] = [await customer(), await customer()];
    await usage.send({ organization: a.organizationId });
    const { id } = await preview({
      selection: { organizationId: a.organizationId },
      owner: { organizationId: b.organizationId },
    });
    await subscription(b.organizationId);
    const answer = await api.call('POST', `/v1/reattributions/${id}/apply`);
    expect(answer).toMatchObject({ status: 409, body: { code: 'preview_stale' } });
  });

  it('stays: what ownership says later does not move it back', async () => {
    const [a, b, c] = [await customer(), await customer(), await customer()];
    const { secret, id: credentialId } = await key(a.organizationId);
    const [early, late] = [
      await usage.send({ credential: secret, time: on(5) }),
      await usage.send({ credential: secret, time: on(20) }),
    ];
    const owner = { organizationId: b.organizationId };
    const { id } = await preview({ selection: { credentialId, to: on(10) }, owner });
    await post(`reattributions/${id}/apply`);
    await post(`credentials/${credentialId}/move`, {
      organizationId: c.organizationId,
      from: on(1),
    });
    expect(await usage.owner(early)).toMatchObject({ organizationId: b.organizationId });
    expect(await usage.owner(late)).toMatchObject({ organizationId: c.organizationId });
  });
});

describe('the subscription', () => {
  it('that is named takes the usage while it is active, and leaves it unbilled else', async () => {
    const a = await customer();
    const b = await organization();
    const second = await subscription(b, { startAt: on(10) });
    await subscription(b);
    const [before, after] = [
      await usage.send({ organization: a.organizationId, time: on(9) }),
      await usage.send({ organization: a.organizationId, time: on(11) }),
    ];
    const owner = { organizationId: b, subscriptionId: second };
    const { id } = await preview({ selection: { organizationId: a.organizationId }, owner });
    await post(`reattributions/${id}/apply`);
    expect(await usage.owner(before)).toMatchObject({
      subscriptionId: null,
      unbilledReason: 'subscription_not_started',
    });
    expect(await usage.owner(after)).toMatchObject({ subscriptionId: second });
  });

  it('that is not named is chosen for each event: what prices it, of the nearest, then', async () => {
    const a = await customer();
    const parent = await customer();
    const child = await organization({ parentId: parent.organizationId });
    const own = await subscription(child, { startAt: on(10), endAt: on(20) });
    const send = (day: number, measures: object) =>
      usage.send({ organization: a.organizationId, time: on(day), measures });
    const events = {
      before: await send(9, { tokens: 1 }),
      during: await send(10, { tokens: 1 }),
      after: await send(20, { tokens: 1 }),
      unpriced: await send(15, { seconds: 1 }),
    };
    const { id } = await preview({
      selection: { organizationId: a.organizationId },
      owner: { organizationId: child },
    });
    await post(`reattributions/${id}/apply`);
    expect(await usage.owner(events.before)).toMatchObject({
      organizationId: child,
      subscriptionId: parent.subscriptionId,
    });
    expect(await usage.owner(events.during)).toMatchObject({ subscriptionId: own });
    expect(await usage.owner(events.after)).toMatchObject({
      subscriptionId: parent.subscriptionId,
    });
    expect(await usage.owner(events.unpriced)).toMatchObject({ unbilledReason: 'no_subscription' });
  });
});

describe('usage is selected', () => {
  it('by every condition, all at once', async () => {
    const [a, b] = [await customer(), await customer()];
    const { secret, id: credentialId, subscriberId } = await key(a.organizationId);
    const sent = { credential: secret, time: on(12), source: `s${made}` };
    const hit = await usage.send(sent);
    const misses = [
      await usage.send({ ...sent, source: 'other' }),
      await usage.send({ ...sent, time: on(13) }),
      await usage.send({ ...sent, time: on(11) }),
      await usage.send({ organization: a.organizationId, time: on(12), source: sent.source }),
    ];
    const { items } = await api.ok('GET', `/v1/events?organizationId=${a.organizationId}`);
    const all = items.map((event: Json) => event.id);
    expect(all).toHaveLength(1 + misses.length);
    const selection = {
      credentialId,
      subscriberId,
      ...a,
      rule: 'credential_binding',
      from: on(12),
      to: '2026-09-12T00:00:00.000001Z',
      source: sent.source,
      eventIds: all,
    };
    const { id, moved } = await preview({ selection, owner: { organizationId: b.organizationId } });
    expect(moved).toBe(1);
    await post(`reattributions/${id}/apply`);
    const found = await api.ok('GET', `/v1/events?organizationId=${b.organizationId}`);
    expect(found.items.map((event: Json) => event.clientId)).toEqual([hit]);
    // Given to B with its credential, it is found by both.
    const again = await preview({
      selection: { credentialId, organizationId: b.organizationId },
      owner: { organizationId: a.organizationId },
    });
    expect(again).toMatchObject({ events: 1, moved: 1 });
  });

  it('by the reason why it reached nobody', async () => {
    const b = await customer();
    const lost = await usage.send({ organization: 'Nobody Ltd' });
    const selection = { organizationId: UNCLASSIFIED_ID, reason: 'unknown_organization' };
    const { id } = await preview({ selection, owner: b });
    await post(`reattributions/${id}/apply`);
    expect(await usage.owner(lost)).toMatchObject({ ...b, reasons: [], unbilledReason: null });
  });

  it.each([
    ['nothing named', {}, 400, ''],
    ['an end before the beginning', { from: on(2), to: on(1) }, 400, ''],
    ['what is no id', { organizationId: 'acme' }, 400, '/organizationId'],
    ['an unknown field', { customer: 'acme' }, 400, '/customer'],
  ])('refused: %s', async (_what, selection, status, pointer) => {
    const { organizationId } = await customer();
    const answer = await api.call('POST', '/v1/reattributions', {
      selection,
      owner: { organizationId },
    });
    expect(answer).toMatchObject({
      status,
      body: {
        errors: expect.arrayContaining([
          expect.objectContaining({ pointer: `/selection${pointer}` }),
        ]),
      },
    });
  });

  it.each([
    ['no owner', undefined, 400, '/owner'],
    [
      'an owner that does not exist',
      { organizationId: 'org_01KAPZ5N3V8Q4M7W2T6R9Y0BXC' },
      422,
      '/owner/organizationId',
    ],
    ['UNCLASSIFIED', { organizationId: UNCLASSIFIED_ID }, 422, '/owner/organizationId'],
  ])('refused: %s', async (_what, owner, status, pointer) => {
    const answer = await api.call('POST', '/v1/reattributions', {
      selection: { rule: 'unclassified' },
      owner,
    });
    expect(answer).toMatchObject({ status, body: { errors: [{ pointer }] } });
  });

  it('refused: a subscription of somebody else', async () => {
    const [a, b] = [await customer(), await customer()];
    const owner = { organizationId: a.organizationId, subscriptionId: b.subscriptionId };
    const answer = await api.call('POST', '/v1/reattributions', {
      selection: { rule: 'unclassified' },
      owner,
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/owner/subscriptionId', code: 'organization_mismatch' }] },
    });
  });
});

describe('undone', () => {
  it('every figure is what it was, and it answers the same again', async () => {
    const [a, b] = [await customer(), await customer()];
    const { secret, id: credentialId } = await key(a.organizationId);
    const event = await usage.send({ credential: secret });
    const before = await usage.owner(event);
    const { id } = await preview({
      selection: { credentialId },
      owner: { organizationId: b.organizationId },
    });
    await post(`reattributions/${id}/apply`);
    const undone = await post(`reattributions/${id}/undo`);
    expect(undone).toMatchObject({
      status: 'undone',
      undo: { events: 1, left: 0, leftEventIds: [] },
    });
    expect(await usage.owner(event)).toEqual({ ...before, position: null });
    expect(await post(`reattributions/${id}/undo`)).toEqual(undone);
    const again = await api.call('POST', `/v1/reattributions/${id}/apply`);
    expect(again).toMatchObject({ status: 409, body: { code: 'invalid_state' } });
  });

  it('what was moved again since is left, and named; what that is undone to can be undone', async () => {
    const [a, b, c] = [await customer(), await customer(), await customer()];
    const one = await usage.send({ organization: a.organizationId });
    const other = await usage.send({ organization: a.organizationId });
    const first = await preview({
      selection: { organizationId: a.organizationId },
      owner: { organizationId: b.organizationId },
    });
    await post(`reattributions/${first.id}/apply`);
    const selection = { eventIds: [(await usage.find(other)).id] };
    const second = await preview({ selection, owner: { organizationId: c.organizationId } });
    await post(`reattributions/${second.id}/apply`);
    await post(`reattributions/${second.id}/undo`);
    const third = await preview({ selection, owner: { organizationId: c.organizationId } });
    await post(`reattributions/${third.id}/apply`);
    const undone = await post(`reattributions/${first.id}/undo`);
    expect(undone.undo).toEqual({ events: 1, left: 1, leftEventIds: selection.eventIds });
    expect(await usage.owner(one)).toMatchObject({
      organizationId: a.organizationId,
      rule: 'organization_id',
    });
    expect(await usage.owner(other)).toMatchObject({ organizationId: c.organizationId });
  });

  it('goes where it would be now, had it not moved: ownership that changed since counts', async () => {
    const [above, other] = [await customer(), await customer()];
    const organizationId = await organization();
    const event = await usage.send({ organization: organizationId });
    expect(await usage.owner(event)).toMatchObject({ unbilledReason: 'no_subscription' });
    const selection = { eventIds: [(await usage.find(event)).id] };
    const { id } = await preview({ selection, owner: { organizationId: other.organizationId } });
    await post(`reattributions/${id}/apply`);
    const under = { parentId: above.organizationId, from: on(1) };
    await post(`organizations/${organizationId}/move`, under);
    await post(`reattributions/${id}/undo`);
    expect(await usage.owner(event)).toMatchObject({
      organizationId,
      subscriptionId: above.subscriptionId,
    });
  });

  it('in the order back, each step is what it was', async () => {
    const [a, b, c] = [await customer(), await customer(), await customer()];
    const event = await usage.send({ organization: a.organizationId });
    const steps = [await usage.owner(event)];
    const ids: string[] = [];
    for (const { organizationId } of [b, c]) {
      const selection = { eventIds: [(await usage.find(event)).id] };
      const { id } = await preview({ selection, owner: { organizationId } });
      await post(`reattributions/${id}/apply`);
      ids.push(id);
      steps.push(await usage.owner(event));
    }
    for (const id of ids.toReversed()) {
      steps.pop();
      await post(`reattributions/${id}/undo`);
      expect(await usage.owner(event)).toEqual({ ...steps.at(-1), position: null });
    }
  });
});
