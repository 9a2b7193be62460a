import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/lib/limits.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { misplaced, planOf, type Usage, usageOf } from '../support/usage.ts';

/** One call gives unclassified usage its owner: made or picked, bound from when it was first seen, re-attributed. */

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
afterAll(() => api.close());

const post = (path: string, body: object = {}) => api.ok('POST', `/v1/${path}`, body);
const organization = async (more: object = {}): Promise<string> =>
  (await post('organizations', { name: `Owner ${(made += 1)}`, ...more })).id;
const subscribe = async (organizationId: string, more: object = {}): Promise<string> =>
  (
    await post('subscriptions', {
      organizationId,
      planId,
      startAt: '2026-01-01T00:00:00Z',
      ...more,
    })
  ).id;
/** The group that usage is in now. */
const groupOf = async (reason: string): Promise<Json> => {
  const { items } = await api.ok('GET', `/v1/unclassified?reason=${reason}`);
  expect(items).toHaveLength(1);
  return items[0];
};
const claim = (id: string, body: object) => post('unclassified/claim', { id, ...body });
const refused = async (id: string, body: object) =>
  (await api.call('POST', '/v1/unclassified/claim', { id, ...body })).body;

describe('a key that nobody knew', () => {
  it('goes to an organization that is made with it, from when it was first seen, once', async () => {
    const secret = `sk-claimed-${(made += 1)}-abcdef`;
    const [first, last] = [
      await usage.send({ credential: secret, time: '2026-09-05T00:00:00Z' }),
      await usage.send({ credential: secret, time: '2026-09-07T00:00:00Z' }),
    ];
    const group = await groupOf('unknown_credential');
    const body = {
      id: group.id,
      organization: { name: 'Newcomer', externalId: 'new-1' },
      subscriberEmail: 'dev@newcomer.example',
      planId,
      name: 'Production',
      reason: 'signed up',
    };
    const options = { idempotencyKey: 'claim-1' };
    const claimed = await api.ok('POST', '/v1/unclassified/claim', body, options);
    expect(claimed).toMatchObject({
      created: ['organization', 'subscription', 'subscriber', 'credential'],
      from: '2026-09-05T00:00:00.000000Z',
      reattributedEvents: 2,
    });
    expect(await api.ok('POST', '/v1/unclassified/claim', body, options)).toEqual(claimed);
    for (const id of [first, last]) {
      expect(await usage.owner(id)).toMatchObject({
        credentialId: claimed.credentialId,
        subscriberId: claimed.subscriberId,
        organizationId: claimed.organizationId,
        subscriptionId: claimed.subscriptionId,
      });
    }
    const { timeline, items } = await api.ok(
      'GET',
      `/v1/credentials/${claimed.credentialId}/history`,
    );
    expect(timeline[0]).toMatchObject({ from: '2026-09-05T00:00:00.000000Z', to: null });
    expect(items[0]).toMatchObject({ action: 'credentials.create', reason: 'signed up' });
    expect((await api.ok('GET', '/v1/unclassified')).items).toEqual([]);
    expect(await refused(group.id, { organizationId: claimed.organizationId })).toMatchObject({
      code: 'not_found',
    });
  });

  it('goes to a customer that is picked, whose service subscriber holds it if nobody is named', async () => {
    const id = await organization();
    const subscriptionId = await subscribe(id);
    const event = await usage.send({ credential: `sk-claimed-${(made += 1)}-abcdef` });
    const group = await groupOf('unknown_credential');
    expect(await refused(group.id, {})).toMatchObject({ errors: [{ pointer: '/organizationId' }] });
    const claimed = await claim(group.id, { organizationId: id });
    expect(claimed).toMatchObject({ created: ['credential'], organizationId: id });
    expect(await usage.owner(event)).toMatchObject({ organizationId: id, subscriptionId });
    expect((await api.ok('GET', `/v1/subscribers/${claimed.subscriberId}`)).serviceOf).toBe(id);
  });

  it(`with more than ${limits.reattributedEventsMax} events asks for a preview, and nothing is changed`, async () => {
    const id = await organization();
    await subscribe(id);
    const credential = `sk-claimed-${(made += 1)}-abcdef`;
    const half = limits.reattributedEventsMax / 2;
    for (const start of [0, half, 2 * half]) {
      const events = Array.from({ length: start === 2 * half ? 1 : half }, (_, i) => ({
        id: `many ${start + i}`,
        time: '2026-09-05T00:00:00Z',
        credential,
        measures: { tokens: 1 },
      }));
      await post('events', events);
    }
    const group = await groupOf('unknown_credential');
    expect(group.events).toBe(limits.reattributedEventsMax + 1);
    expect(await refused(group.id, { organizationId: id })).toMatchObject({
      code: 'preview_required',
    });
    expect(await groupOf('unknown_credential')).toEqual(group);
    const later = { organizationId: id, reattribute: 'later' };
    const { reattributionId, ...claimed } = await claim(group.id, later);
    expect(claimed).toMatchObject({ reattributedEvents: 0 });
    expect(await usage.owner('many 0')).toMatchObject({ reasons: ['unknown_credential'] });
    expect(await usage.owner(await usage.send({ credential }))).toMatchObject({
      organizationId: id,
    });
    expect(await api.ok('GET', `/v1/reattributions/${reattributionId}`)).toMatchObject({
      status: 'pending',
    });
  });
});

describe('a key that was known', () => {
  const key = async (organizationId: string, more: object = {}) => {
    const email = `k${(made += 1)}@mail.example`;
    const { id: subscriberId } = await post('subscribers', {
      email,
      organizationIds: [organizationId],
    });
    const credentialId = `sk-known-${(made += 1)}-abcdef`;
    const body = { name: 'k', credentialId, subscriberId, organizationId, ...more };
    return { secret: credentialId, ...(await post('credentials', body)) };
  };

  it('and had ended is bound again from when it was used, to whom it was bound', async () => {
    const id = await organization();
    const subscriptionId = await subscribe(id);
    const { secret, id: credentialId } = await key(id);
    await post(`credentials/${credentialId}/revoke`, { from: '2026-09-05T00:00:00Z' });
    const event = await usage.send({ credential: secret, time: '2026-09-08T00:00:00Z' });
    const group = await groupOf('credential_ended');
    expect(group.suggestions[0]).toMatchObject({
      organizationId: id,
      evidence: [{ kind: 'ended_credential' }],
    });
    expect(await claim(group.id, {})).toMatchObject({
      credentialId,
      organizationId: id,
      created: [],
    });
    expect(await usage.owner(event)).toMatchObject({
      organizationId: id,
      credentialId,
      subscriptionId,
    });
    const { items } = await api.ok('GET', `/v1/credentials/${credentialId}/bindings`);
    expect(
      items.map((row: Json) => [row.from?.slice(0, 10) ?? null, row.to?.slice(0, 10) ?? null]),
    ).toEqual([
      [null, '2026-09-05'],
      ['2026-09-08', null],
    ]);
  });

  it('and not bound yet is bound for that time to whoever is named', async () => {
    const [a, b] = [await organization(), await organization()];
    await subscribe(a);
    const { secret, id: credentialId } = await key(b, { from: '2026-09-20T00:00:00Z' });
    await subscribe(b);
    const event = await usage.send({ credential: secret, time: '2026-09-08T00:00:00Z' });
    await claim((await groupOf('credential_not_started')).id, { organizationId: a, from: null });
    expect(await usage.owner(event)).toMatchObject({ organizationId: a, credentialId });
    const later = await usage.send({ credential: secret, time: '2026-09-21T00:00:00Z' });
    expect(await usage.owner(later)).toMatchObject({ organizationId: b, credentialId });
  });

  it('and has no subscription gets one', async () => {
    const id = await organization();
    const { secret } = await key(id);
    const event = await usage.send({ credential: secret, time: '2026-09-08T00:00:00Z' });
    const group = await groupOf('no_subscription');
    expect(await refused(group.id, {})).toMatchObject({ errors: [{ pointer: '/subscriptionId' }] });
    const { subscriptionId } = await claim(group.id, { planId });
    expect(await usage.owner(event)).toMatchObject({ organizationId: id, subscriptionId });
  });

  it('and could fall under several is bound to the one that is named', async () => {
    const id = await organization();
    const [, second] = [await subscribe(id), await subscribe(id)];
    const { secret } = await key(id);
    const event = await usage.send({ credential: secret });
    const group = await groupOf('several_subscriptions');
    expect(group.suggestions).toHaveLength(2);
    await claim(group.id, { subscriptionId: second });
    expect(await usage.owner(event)).toMatchObject({ subscriptionId: second });
  });
});

describe('a name that nobody knew', () => {
  it('of a subscriber makes the subscriber', async () => {
    const id = await organization();
    await subscribe(id);
    const event = await usage.send({ subscriber: 'Ada@Elsewhere.example' });
    const claimed = await claim((await groupOf('unknown_subscriber')).id, { organizationId: id });
    expect(claimed).toMatchObject({ created: ['subscriber'], organizationId: id });
    expect(await usage.owner(event)).toMatchObject({ subscriberId: claimed.subscriberId });
  });

  it('of a subscriber that is no address becomes the own id of the one that is picked', async () => {
    const id = await organization();
    await subscribe(id);
    const event = await usage.send({ subscriber: 'user-4711' });
    const { id: group } = await groupOf('unknown_subscriber');
    expect(await refused(group, { organizationId: id })).toMatchObject({
      errors: [{ pointer: '/subscriberEmail', code: 'required' }],
    });
    const person = await post('subscribers', { email: 'u@mail.example', organizationIds: [id] });
    await claim(group, { organizationId: id, subscriberId: person.id });
    expect(await usage.owner(event)).toMatchObject({ subscriberId: person.id, organizationId: id });
  });

  it('of a subscriber in no organization takes the subscriber into one', async () => {
    const id = await organization();
    await subscribe(id);
    await post('subscribers', { email: 'lost@mail.example' });
    const event = await usage.send({ subscriber: 'lost@mail.example' });
    await claim((await groupOf('subscriber_unclassified')).id, { organizationId: id });
    expect(await usage.owner(event)).toMatchObject({ organizationId: id });
  });

  it('of an organization makes it, or becomes the external id of the one that is picked', async () => {
    const event = await usage.send({ organization: 'Umbrella' });
    const first = await claim((await groupOf('unknown_organization')).id, { planId: undefined });
    expect(first.created).toEqual(['organization']);
    expect(await usage.owner(event)).toMatchObject({ organizationId: first.organizationId });
    await subscribe(first.organizationId);

    const other = await usage.send({ organization: 'umbrella-eu' });
    const { id: group } = await groupOf('unknown_organization');
    const taken = await organization({ externalId: 'has-one' });
    expect(await refused(group, { organizationId: taken })).toMatchObject({
      errors: [{ code: 'not_claimable' }],
    });
    await claim(group, { organizationId: first.organizationId });
    expect(await usage.owner(other)).toMatchObject({ organizationId: first.organizationId });
    expect((await api.ok('GET', `/v1/organizations/${first.organizationId}`)).externalId).toBe(
      'umbrella-eu',
    );
  });

  it('of a subscription becomes its external id', async () => {
    const id = await organization();
    const event = await usage.send({ subscription: 'contract-7' });
    const { id: group } = await groupOf('unknown_subscription');
    const { subscriptionId, created } = await claim(group, { organizationId: id, planId });
    expect(created).toEqual(['subscription']);
    expect(await usage.owner(event)).toMatchObject({ subscriptionId, organizationId: id });

    const other = await usage.send({ subscription: 'contract-8' });
    const existing = await subscribe(id);
    await claim((await groupOf('unknown_subscription')).id, { subscriptionId: existing });
    expect(await usage.owner(other)).toMatchObject({ subscriptionId: existing });
  });
});

it('usage that names nothing cannot be bound, and says what to do', async () => {
  await usage.send({ source: 'gateway' });
  const { id: group } = await groupOf('no_identifier');
  expect(await refused(group, { organizationId: await organization() })).toMatchObject({
    code: 'unprocessable',
    errors: [{ pointer: '/id', code: 'not_claimable' }],
  });
});
