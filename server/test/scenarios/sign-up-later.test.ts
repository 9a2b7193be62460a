import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { UNCLASSIFIED_ID } from '../../src/lib/id.ts';
import { testApp, type TestApp } from '../support/app.ts';
import { misplaced, planOf, type Usage, usageOf } from '../support/usage.ts';

/** Usage recorded before sign-up finds its owner, whatever of the chain is created later (design §4.1). */

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

const name = () => `Customer ${(made += 1)}`;
const organization = async (more: object = {}): Promise<string> =>
  (await api.ok('POST', '/v1/organizations', { name: name(), ...more })).id;
const subscriber = async (email: string, organizationId: string, more: object = {}) =>
  (await api.ok('POST', '/v1/subscribers', { email, organizationIds: [organizationId], ...more }))
    .id;
const subscription = async (organizationId: string, more: object = {}): Promise<string> => {
  const body = { organizationId, planId, startAt: '2026-09-01T00:00:00Z', ...more };
  return (await api.ok('POST', '/v1/subscriptions', body)).id;
};
const unclassified = { organizationId: UNCLASSIFIED_ID, rule: 'unclassified' };
/** Sends it, sees that nobody owns it yet, and answers how to ask for its owner. */
async function waiting(fields: object) {
  const id = await usage.send(fields);
  expect(await usage.owner(id)).toMatchObject(unclassified);
  return () => usage.owner(id);
}

describe('usage recorded before sign-up finds its owner when is created', () => {
  it('the organization, by name', async () => {
    const owner = await waiting({ organization: 'Hooli' });
    const id = await organization({ name: 'Hooli' });
    expect(await owner()).toMatchObject({ organizationId: id, rule: 'organization_name' });
  });

  it('the organization, by external id, be it given later', async () => {
    const owner = await waiting({ organization: 'crm-1' });
    const second = await waiting({ organization: 'crm-2' });
    const id = await organization({ externalId: 'crm-1' });
    expect(await owner()).toMatchObject({ organizationId: id, rule: 'organization_external_id' });
    await api.ok('PATCH', `/v1/organizations/${id}`, { externalId: 'crm-2' });
    expect(await second()).toMatchObject({ organizationId: id });
    expect(await owner()).toMatchObject({ organizationId: id });
  });

  it('the association of its mail domain, though the parent changes in the same request', async () => {
    const owner = await waiting({ subscriber: 'joe@piper.example' });
    const [id, parentId] = [await organization(), await organization()];
    await api.ok('PATCH', `/v1/organizations/${id}`, {
      associatedDomains: ['piper.example'],
      parentId,
    });
    expect(await owner()).toMatchObject({ organizationId: id, rule: 'subscriber_domain' });
  });

  it('the subscriber, by e-mail in any case and by its own id', async () => {
    const byEmail = await waiting({ subscriber: 'Jane@Later.example' });
    const byOwnId = await waiting({ subscriber: 'employee-17' });
    const organizationId = await organization();
    const id = await subscriber('JANE@later.example', organizationId, {
      subscriberId: 'employee-17',
    });
    const expected = { organizationId, subscriberId: id, rule: 'subscriber_primary' };
    expect(await byEmail()).toMatchObject(expected);
    expect(await byOwnId()).toMatchObject(expected);
  });

  it('the credential', async () => {
    const owner = await waiting({ credential: 'sk-early-bird-0000001' });
    const organizationId = await organization();
    const subscriberId = await subscriber('early@bird.example', organizationId);
    const credential = await api.ok('POST', '/v1/credentials', {
      name: 'k',
      credentialId: 'sk-early-bird-0000001',
      organizationId,
      subscriberId,
    });
    expect(await owner()).toMatchObject({
      credentialId: credential.id,
      organizationId,
      subscriberId,
      unbilledReason: 'no_subscription',
    });
  });

  it('the subscription: what was not billed is', async () => {
    const organizationId = await organization({ name: 'Unsold' });
    const child = await organization({ name: 'Unsold child', parentId: organizationId });
    const own = await usage.send({ organization: 'Unsold' });
    const below = await usage.send({ organization: 'Unsold child' });
    const early = await usage.send({ organization: 'Unsold', time: '2026-08-31T23:59:59.999999Z' });
    expect(await usage.owner(own)).toMatchObject({ unbilledReason: 'no_subscription' });
    const subscriptionId = await subscription(organizationId);
    expect(await usage.owner(own)).toMatchObject({ organizationId, subscriptionId });
    expect(await usage.owner(below)).toMatchObject({ organizationId: child, subscriptionId });
    expect(await usage.owner(early)).toMatchObject({ unbilledReason: 'no_subscription' });
  });

  it('the subscription that it names, with a credential made for it', async () => {
    const named = await waiting({ subscription: 'contract-1' });
    const keyed = await waiting({ subscription: 'contract-1', credential: 'sk-of-contract-1' });
    const alone = await waiting({ credential: 'sk-of-contract-1' });
    const organizationId = await organization();
    const subscriptionId = await subscription(organizationId, { externalId: 'contract-1' });
    expect(await named()).toMatchObject({ organizationId, subscriptionId, rule: 'subscription' });
    expect(await keyed()).toMatchObject({ subscriptionId, rule: 'credential_auto_created' });
    expect(await alone()).toMatchObject({ subscriptionId, rule: 'credential_auto_created' });
  });

  it('each link of the chain in turn', async () => {
    const credential = 'sk-all-at-the-end-01';
    const owner = await waiting({ credential, subscriber: 'last@slow.example' });
    const organizationId = await organization();
    const subscriberId = await subscriber('last@slow.example', organizationId);
    expect(await owner()).toMatchObject({ subscriberId, rule: 'subscriber_primary' });
    const subscriptionId = await subscription(organizationId);
    expect(await owner()).toMatchObject({ subscriptionId, reasons: ['unknown_credential'] });
    const body = { name: 'k', credentialId: credential, organizationId, subscriberId };
    const { id } = await api.ok('POST', '/v1/credentials', body);
    expect(await owner()).toMatchObject({ credentialId: id, subscriptionId, organizationId });
  });
});

describe('what usage itself makes reaches the usage recorded before', () => {
  it('a credential, made when its subscription is named for the first time', async () => {
    const owner = await waiting({ credential: 'sk-unnamed-at-first-1' });
    const organizationId = await organization();
    const subscriptionId = await subscription(organizationId, { externalId: 'contract-2' });
    await usage.send({ credential: 'sk-unnamed-at-first-1', subscription: 'contract-2' });
    expect(await owner()).toMatchObject({ subscriptionId, rule: 'credential_auto_created' });
  });

  it('a subscriber, made with a credential', async () => {
    const owner = await waiting({ subscriber: 'holder@made.example' });
    const organizationId = await organization();
    await subscription(organizationId, { externalId: 'contract-3' });
    const claim = { credential: 'sk-made-3', subscription: 'contract-3' };
    const id = await usage.send({ ...claim, subscriber: 'holder@made.example' });
    const { subscriberId } = await usage.owner(id);
    expect(await owner()).toMatchObject({ organizationId, subscriberId });
  });

  it('of two events that name a credential first, the first decides, in one batch too', async () => {
    const [a, b] = [await organization(), await organization()];
    await subscription(a, { externalId: 'contract-a' });
    await subscription(b, { externalId: 'contract-b' });
    // The second organization has its service subscriber already: less to make must not mean first.
    await usage.send({ credential: 'sk-b-alone', subscription: 'contract-b' });
    const event = {
      time: '2026-09-15T10:00:00Z',
      credential: 'sk-shared',
      measures: { tokens: 1 },
    };
    await api.ok('POST', '/v1/events', [
      { ...event, id: 'first', subscription: 'contract-a' },
      { ...event, id: 'second', subscription: 'contract-b' },
    ]);
    expect(await usage.owner('first')).toMatchObject({ organizationId: a, claimConflicts: [] });
    expect(await usage.owner('second')).toMatchObject({
      organizationId: a,
      claimConflicts: ['subscription'],
    });
  });

  it('an address of the service domain makes nobody, and blocks nothing', async () => {
    const organizationId = await organization();
    await subscription(organizationId, { externalId: 'contract-4' });
    const service = `service+${organizationId.slice(4).toLowerCase()}@customary.invalid`;
    const claim = { subscription: 'contract-4', subscriber: service };
    const id = await usage.send({ ...claim, credential: 'sk-contract-4-a' });
    await usage.send({ subscription: 'contract-4', credential: 'sk-contract-4-b' });
    const { subscriberId } = await usage.owner(id);
    expect(await api.ok('GET', `/v1/subscribers/${subscriberId}`)).toMatchObject({
      serviceOf: organizationId,
    });
  });
});
