import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ownAlone } from '../../src/db/act.ts';
import { applyReattribution } from '../../src/repair/reattribution-actions.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { misplaced, planOf, type Usage, usageOf } from '../support/usage.ts';

/** Recorded usage that finds its owner anew, with a preview: left for later by a verb, or asked for (design §4.1). */

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
  const { checks } = await api.ok('GET', '/v1/checks');
  const problems = [...(await misplaced(api)), ...checks.flatMap((check: Json) => check.problems)];
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
});
afterAll(() => api.close());

const on = (day: number) => `2026-09-${String(day).padStart(2, '0')}T00:00:00Z`;
const post = (path: string, body?: object) => api.ok('POST', `/v1/${path}`, body);
const customer = async (more: object = {}) => {
  const { id: organizationId } = await post('organizations', {
    name: `Owner ${(made += 1)}`,
    ...more,
  });
  const { id: subscriptionId } = await post('subscriptions', {
    organizationId,
    planId,
    startAt: on(1),
  });
  return { organizationId, subscriptionId };
};
const key = async (organizationId: string): Promise<Json> => {
  const body = { email: `s${(made += 1)}@mail.example`, organizationIds: [organizationId] };
  const { id: subscriberId } = await post('subscribers', body);
  const credentialId = `sk-resolve-${(made += 1)}-000000`;
  const credential = await post('credentials', {
    name: 'k',
    credentialId,
    subscriberId,
    organizationId,
  });
  return { ...credential, secret: credentialId };
};
const pendingOf = async (resourceId: string): Promise<Json> => {
  const { items } = await api.ok('GET', '/v1/reattributions?status=pending');
  return items.find((each: Json) => each.cause.resourceId === resourceId);
};
/** A key of A with usage on the 5th and the 20th, moved to B from the 10th, its usage left for later. */
const movedLater = async () => {
  const [a, b] = [await customer(), await customer()];
  const { secret, id } = await key(a.organizationId);
  const [early, late] = [
    await usage.send({ credential: secret, time: on(5) }),
    await usage.send({ credential: secret, time: on(20) }),
  ];
  const move = { organizationId: b.organizationId, from: on(10), reattribute: 'later' };
  await post(`credentials/${id}/move`, move);
  return { a, b, secret, id, early, late };
};

describe('a verb that leaves recorded usage for later', () => {
  it('changes ownership at once, and recorded usage when its preview is applied', async () => {
    const { a, b, secret, id, early, late } = await movedLater();
    expect(await usage.owner(late)).toMatchObject(a);
    const since = await usage.send({ credential: secret, time: on(21) });
    expect(await usage.owner(since)).toMatchObject(b);

    const pending = await pendingOf(id);
    expect(pending).toMatchObject({
      kind: 'resolve',
      status: 'pending',
      cause: { action: 'credentials.move' },
      preview: null,
    });
    const refused = await api.call('POST', `/v1/reattributions/${pending.id}/apply`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'invalid_state' } });

    const shown = await post(`reattributions/${pending.id}/preview`);
    expect(shown).toMatchObject({ status: 'previewed', moved: 1 });
    expect(shown.preview.flows).toMatchObject([{ from: a, to: b, events: 1 }]);
    expect(await usage.owner(late)).toMatchObject(a);

    await post(`reattributions/${pending.id}/apply`);
    expect(await usage.owner(early)).toMatchObject(a);
    expect(await usage.owner(late)).toMatchObject({ ...b, rule: 'credential_binding' });
  });

  it('can have that undone: usage is back where it was left', async () => {
    const { a, id, late } = await movedLater();
    const pending = await pendingOf(id);
    await post(`reattributions/${pending.id}/preview`);
    const before = await usage.owner(late);
    await post(`reattributions/${pending.id}/apply`);
    expect(await post(`reattributions/${pending.id}/undo`)).toMatchObject({
      undo: { events: 1, left: 0 },
    });
    expect(await usage.owner(late)).toEqual({ ...before, position: null });
    const again = await post('reattributions', {
      kind: 'resolve',
      selection: { credentialId: id },
    });
    expect(again).toMatchObject({ events: 2, moved: 1, preview: { flows: [{ from: a }] } });
  });

  it('leaves nothing to be done where nothing was recorded', async () => {
    const [a, b] = [await customer(), await customer()];
    const { id } = await key(a.organizationId);
    const move = { organizationId: b.organizationId, from: on(10), reattribute: 'later' };
    await post(`credentials/${id}/move`, move);
    expect(await pendingOf(id)).toBeUndefined();
  });

  it('what else has changed since makes the preview stale; another preview shows it', async () => {
    const { a, id, secret, late } = await movedLater();
    const c = await customer();
    const pending = await pendingOf(id);
    await post(`reattributions/${pending.id}/preview`);
    await post(`credentials/${id}/move`, {
      organizationId: c.organizationId,
      from: on(15),
      reattribute: 'later',
    });
    const stale = await api.call('POST', `/v1/reattributions/${pending.id}/apply`);
    expect(stale).toMatchObject({ status: 409, body: { code: 'preview_stale' } });
    expect(await usage.owner(late)).toMatchObject(a);
    const shown = await post(`reattributions/${pending.id}/preview`);
    expect(shown.preview.flows).toMatchObject([{ from: a, to: c }]);
    await post(`reattributions/${pending.id}/apply`);
    expect(await usage.owner(late)).toMatchObject(c);
    expect(
      await usage.owner(await usage.send({ credential: secret, time: on(11) })),
    ).not.toMatchObject(c);
  });

  it('also for organizations that move in the tree, and for members', async () => {
    const [a, b] = [await customer(), await customer()];
    const { id: team } = await post('organizations', {
      name: `Team ${(made += 1)}`,
      parentId: a.organizationId,
    });
    const email = `m${(made += 1)}@mail.example`;
    const { id: member } = await post('subscribers', { email, organizationIds: [team] });
    const event = await usage.send({ subscriber: email, time: on(20) });
    await post(`organizations/${team}/move`, {
      parentId: b.organizationId,
      from: on(10),
      reattribute: 'later',
    });
    const moved = await pendingOf(team);
    await post(`reattributions/${moved.id}/preview`);
    await post(`reattributions/${moved.id}/apply`);
    expect(await usage.owner(event)).toMatchObject({
      organizationId: team,
      subscriptionId: b.subscriptionId,
    });
    const body = { organizationIds: [a.organizationId], from: on(10), reattribute: 'later' };
    await post(`subscribers/${member}/memberships`, body);
    const left = await pendingOf(member);
    await post(`reattributions/${left.id}/preview`);
    await post(`reattributions/${left.id}/apply`);
    expect(await usage.owner(event)).toMatchObject(a);
  });
});

describe('what was given away by hand', () => {
  const givenAway = async () => {
    const [a, b, c] = [await customer(), await customer(), await customer()];
    const credential = await key(a.organizationId);
    const event = await usage.send({ credential: credential.secret, time: on(20) });
    const owner = { organizationId: b.organizationId };
    const { id } = await post('reattributions', {
      selection: { credentialId: credential.id },
      owner,
    });
    await post(`reattributions/${id}/apply`);
    return { a, b, c, credential, event, id };
  };

  it('is passed over, unless it is asked for', async () => {
    const { a, b, credential, event } = await givenAway();
    const selection = { credentialId: credential.id };
    expect(await post('reattributions', { kind: 'resolve', selection })).toMatchObject({
      events: 0,
    });
    const body = { kind: 'resolve', selection: { ...selection, rule: 'reattributed' } };
    const asked = await post('reattributions', body);
    expect(asked).toMatchObject({ events: 1, moved: 1, preview: { flows: [{ from: b, to: a }] } });
    await post(`reattributions/${asked.id}/apply`);
    expect(await usage.owner(event)).toMatchObject({ ...a, rule: 'credential_binding' });
  });

  it('and is undone after ownership has changed, gets the owner that it would have had all along', async () => {
    const { b, c, credential, event, id } = await givenAway();
    const move = { organizationId: c.organizationId, from: on(1) };
    await post(`credentials/${credential.id}/move`, move);
    expect(await usage.owner(event)).toMatchObject(b);
    await post(`reattributions/${id}/undo`);
    expect(await usage.owner(event)).toMatchObject({ ...c, rule: 'credential_binding' });
  });

  it('the same where the change leaves recorded usage for later', async () => {
    const { a, c, credential, event, id } = await givenAway();
    const other = await usage.send({ credential: credential.secret, time: on(21) });
    const move = { organizationId: c.organizationId, from: on(1), reattribute: 'later' };
    await post(`credentials/${credential.id}/move`, move);
    const pending = await pendingOf(credential.id);
    const shown = await post(`reattributions/${pending.id}/preview`);
    expect(shown).toMatchObject({ events: 1, preview: { flows: [{ from: a, to: c }] } });
    await post(`reattributions/${pending.id}/apply`);
    await post(`reattributions/${id}/undo`);
    for (const each of [event, other]) expect(await usage.owner(each)).toMatchObject(c);
  });
});

describe('what an action gives away in passing', () => {
  it('has no preview and is undone like any other', async () => {
    const [a, b] = [await customer(), await customer()];
    const event = await usage.send({ organization: a.organizationId });
    const before = await usage.owner(event);
    const { id } = await api.act(async (action) => {
      await ownAlone(action);
      const selection = { organizationClaims: [a.organizationId] };
      return applyReattribution(action, selection, { organizationId: b.organizationId }, 'Claimed');
    });
    expect(await usage.owner(event)).toMatchObject({ ...b, rule: 'reattributed' });
    const applied = await api.ok('GET', `/v1/reattributions/${id}`);
    expect(applied).toMatchObject({
      status: 'applied',
      moved: 1,
      preview: null,
      reason: 'Claimed',
    });
    await post(`reattributions/${id}/undo`);
    expect(await usage.owner(event)).toEqual({ ...before, position: null });
  });
});

describe('asked for', () => {
  it('moves nothing that is where ownership says', async () => {
    const a = await customer();
    const { secret } = await key(a.organizationId);
    await usage.send({ credential: secret });
    const body = { kind: 'resolve', selection: { organizationId: a.organizationId } };
    expect(await post('reattributions', body)).toMatchObject({ events: 1, moved: 0 });
  });

  it('refused: with an owner', async () => {
    const { organizationId } = await customer();
    const body = { kind: 'resolve', selection: { organizationId }, owner: { organizationId } };
    const answer = await api.call('POST', '/v1/reattributions', body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/owner' }] } });
  });
});
