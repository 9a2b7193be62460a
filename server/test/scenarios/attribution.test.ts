import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNCLASSIFIED_ID } from '../../src/lib/id.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { planOf, type Usage, usageOf } from '../support/usage.ts';

/** An event for each rule and each reason of design §4.2 and §4.3, and the trace that explains it. */

let api: TestApp;
let usage: Usage;
/** What the names of the tables below stand for. */
const ids: Record<string, string> = {};
const at = (day: string) => `2026-09-${day}T00:00:00Z`;

beforeAll(async () => {
  api = await testApp();
  usage = usageOf(api);
  const create = async (name: string, path: string, body: object): Promise<Json> => {
    const made = await api.ok('POST', `/v1/${path}`, body);
    ids[name] = made.id;
    return made;
  };
  const { planId, productId } = await planOf(api);
  ids['product'] = productId;
  await create('acme', 'organizations', {
    name: 'Acme',
    externalId: 'ext-acme',
    associatedDomains: ['acme.example'],
  });
  await create('team', 'organizations', { name: 'Team', parentId: ids['acme'] });
  await create('globex', 'organizations', { name: 'Globex' });
  await create('initech', 'organizations', { name: 'Initech' });
  for (const twin of ['twin', 'twin2']) await create(twin, 'organizations', { name: 'Twin' });
  const subscribe = (name: string, organization: string, more: object = {}) =>
    create(name, 'subscriptions', {
      organizationId: ids[organization],
      planId,
      startAt: at('01'),
      externalId: `ext-${name}`,
      ...more,
    });
  await subscribe('sub', 'acme');
  await subscribe('one', 'twin');
  await subscribe('other', 'twin');
  await subscribe('ended', 'globex', { endAt: at('10') });
  await subscribe('paused', 'globex', { startAt: at('11') });
  await api.ok('POST', `/v1/subscriptions/${ids['paused']}/pause`, { from: at('12') });
  const person = (name: string, organizationIds: string[]) =>
    create(name, 'subscribers', { email: `${name}@mail.example`, organizationIds });
  await person('ada', [ids['acme'] ?? '', ids['initech'] ?? '']);
  await person('lost', [UNCLASSIFIED_ID]);
  const key = (name: string, organization: string, more: object = {}) =>
    create(name, 'credentials', {
      name,
      subscriberId: ids['ada'],
      organizationId: ids[organization],
      credentialId: `sk-${name}-00000000000000000000`,
      ...more,
    });
  await key('bound', 'acme', { subscriptionId: ids['sub'] });
  await key('loose', 'twin');
  await key('below', 'team');
  await key('late', 'acme', { from: at('20') });
  ids['nowhere'] = UNCLASSIFIED_ID;
  await key('unplaced', 'nowhere');
  await key('former', 'acme', { from: at('01') });
  await api.ok('POST', `/v1/credentials/${ids['former']}/rotate`, {
    credentialId: 'sk-successor-000000000000',
    previousUntil: at('10'),
    from: at('10'),
  });
  await key('idle', 'globex', { subscriptionId: ids['paused'] });
});
afterAll(() => api.close());

const sk = (name: string) => `sk-${name}-00000000000000000000`;
const kindsOf = (trace: Json) => trace.hops.map((hop: Json) => hop.kind);

describe('the rule that decides is named with its sentence, and every hop', () => {
  it.each([
    ['credential_binding', { credential: sk('bound') }, 'acme', 'sub', 'ada'],
    ['credential_binding', { credential: sk('below') }, 'team', 'sub', 'ada'],
    ['subscription', { subscription: 'ext-sub' }, 'acme', 'sub', null],
    [
      'subscription',
      { subscription: 'ext-sub', subscriber: 'ADA@mail.example' },
      'acme',
      'sub',
      'ada',
    ],
    [
      'subscriber_organization',
      { subscriber: 'ada@mail.example', organization: 'Initech' },
      'initech',
      null,
      'ada',
    ],
    ['subscriber_primary', { subscriber: 'Ada@Mail.Example' }, 'acme', 'sub', 'ada'],
    ['organization_external_id', { organization: 'ext-acme' }, 'acme', 'sub', null],
    ['organization_name', { organization: 'Acme' }, 'acme', 'sub', null],
  ] as const)('%s: %j', async (rule, claim, organization, subscription, subscriber) => {
    const id = await usage.send(claim);
    const trace = await usage.trace(id);
    expect(trace).toMatchObject({ rule, event: { attribution: { rule, reasons: [] } } });
    expect(trace.sentence).toBe(trace.event.attribution.sentence);
    expect(kindsOf(trace)).toEqual([
      'event',
      'credential',
      'subscriber',
      'organization',
      'subscription',
    ]);
    const hop = (kind: string) => trace.hops.find((each: Json) => each.kind === kind);
    expect(hop('event')).toMatchObject({ id: trace.event.id, name: id });
    expect(hop('organization')).toMatchObject({ id: ids[organization], detail: trace.sentence });
    expect(hop('subscription').id).toBe(subscription && ids[subscription]);
    expect(hop('subscriber').id).toBe(subscriber && ids[subscriber]);
    if ('credential' in claim) expect(hop('credential').detail).toMatch(/^Sent as sk-.*…/);
    else
      expect(hop('credential')).toMatchObject({
        id: null,
        detail: 'The event names no credential.',
      });
    expect(trace.history).toMatchObject([{ sign: 1, rule }]);
  });

  it('organization_id, and the id of a subscription and of a subscriber', async () => {
    expect(await usage.owner(await usage.send({ organization: ids['acme'] }))).toMatchObject({
      rule: 'organization_id',
      organizationId: ids['acme'],
    });
    const claim = { subscription: ids['sub'], subscriber: ids['ada'] };
    expect(await usage.owner(await usage.send(claim))).toMatchObject({
      subscriptionId: ids['sub'],
      subscriberId: ids['ada'],
    });
  });

  it('credential_auto_created: for the claimed e-mail, or the service subscriber', async () => {
    const claim = { credential: 'sk-unheard-of-1', subscription: 'ext-sub' };
    const first = await usage.owner(
      await usage.send({ ...claim, subscriber: 'New@Person.example' }),
    );
    expect(first).toMatchObject({ rule: 'credential_auto_created', subscriptionId: ids['sub'] });
    const { email, autoCreated } = await api.ok('GET', `/v1/subscribers/${first.subscriberId}`);
    expect({ email, autoCreated }).toEqual({ email: 'new@person.example', autoCreated: true });
    const again = await usage.owner(await usage.send({ credential: 'sk-unheard-of-1' }));
    expect(again).toMatchObject({ rule: 'credential_binding', credentialId: first.credentialId });
    const second = await usage.owner(await usage.send({ ...claim, credential: 'sk-unheard-of-2' }));
    const service = await api.ok('GET', `/v1/subscribers/${second.subscriberId}`);
    expect(service).toMatchObject({ serviceOf: ids['acme'], organizationIds: [ids['acme']] });
    expect(await api.ok('GET', `/v1/credentials/${second.credentialId}`)).toMatchObject({
      autoCreated: true,
      subscriptionId: ids['sub'],
      organizationId: ids['acme'],
    });
  });

  it('subscriber_domain: made where its e-mail’s domain is associated, found there after', async () => {
    const made = await usage.owner(await usage.send({ subscriber: 'Joe@ACME.example' }));
    expect(made).toMatchObject({ rule: 'subscriber_domain', organizationId: ids['acme'] });
    const again = await usage.owner(await usage.send({ subscriber: 'joe@acme.example' }));
    expect(again).toMatchObject({ rule: 'subscriber_primary', subscriberId: made.subscriberId });
  });

  it('claims that contradict the binding are recorded and not obeyed', async () => {
    const claim = {
      subscription: 'ext-one',
      subscriber: 'lost@mail.example',
      organization: 'Globex',
    };
    const attribution = await usage.owner(await usage.send({ credential: sk('bound'), ...claim }));
    expect(attribution).toMatchObject({
      organizationId: ids['acme'],
      claimConflicts: ['subscription', 'subscriber', 'organization'],
    });
    expect(attribution.sentence).toContain('that was not obeyed');
  });
});

describe('what leads nowhere is kept under UNCLASSIFIED with its reason', () => {
  it.each([
    ['no_identifier', {}],
    ['unknown_credential', { credential: 'sk-never-seen' }],
    ['credential_ended', { credential: sk('former') }],
    ['credential_not_started', { credential: sk('late') }],
    ['credential_unclassified', { credential: sk('unplaced') }],
    ['unknown_subscription', { subscription: 'nothing' }],
    ['unknown_subscriber', { subscriber: 'nobody@nowhere.example' }],
    ['subscriber_unclassified', { subscriber: 'lost@mail.example' }],
    ['unknown_organization', { organization: 'Nowhere' }],
    ['unknown_organization', { organization: UNCLASSIFIED_ID }],
    ['ambiguous_name', { organization: 'Twin' }],
  ] as const)('%s: %j', async (reason, claim) => {
    const id = await usage.send(claim);
    const trace = await usage.trace(id);
    expect(trace.event.attribution).toMatchObject({
      organizationId: UNCLASSIFIED_ID,
      rule: 'unclassified',
      reasons: [reason],
      unbilledReason: 'unclassified',
      subscriptionId: null,
    });
    expect(trace.sentence).toMatch(/^Nothing in the event leads to a customer\. \S/);
    expect(kindsOf(trace)).toHaveLength(5);
    const queue = await api.ok('GET', `/v1/events?reason=${reason}&limit=200`);
    expect(queue.items.map((item: Json) => item.clientId)).toContain(id);
  });

  it('subscriber_not_member is a reason beside the rule that decides', async () => {
    const claim = { subscription: 'ext-sub', subscriber: 'lost@mail.example' };
    expect(await usage.owner(await usage.send(claim))).toMatchObject({
      organizationId: ids['acme'],
      subscriberId: null,
      reasons: ['subscriber_not_member'],
    });
  });

  it('ambiguous_domain cannot come about: a domain belongs to one live organization', async () => {
    const second = await api.call('PATCH', `/v1/organizations/${ids['globex']}`, {
      associatedDomains: ['acme.example'],
    });
    expect(second).toMatchObject({ status: 409, body: { existingId: ids['acme'] } });
  });
});

describe('usage of a customer that is not billed says why', () => {
  it.each([
    ['no_subscription', { organization: 'Initech' }],
    ['no_subscription', { organization: 'Acme', measures: { images: 1 } }],
    ['several_subscriptions', { credential: sk('loose') }],
    ['subscription_not_started', { subscription: 'ext-paused', time: at('10') }],
    ['subscription_paused', { subscription: 'ext-paused' }],
    ['subscription_paused', { credential: sk('idle') }],
    ['subscription_ended', { subscription: 'ext-ended' }],
  ] as const)('%s: %j', async (unbilledReason, claim) => {
    const trace = await usage.trace(await usage.send(claim));
    expect(trace.event.attribution).toMatchObject({ subscriptionId: null, unbilledReason });
    expect(trace.event.attribution.organizationId).not.toBe(UNCLASSIFIED_ID);
    expect(trace.hops.at(-1)).toMatchObject({
      kind: 'subscription',
      id: null,
      detail: `Not billed: ${unbilledReason.replaceAll('_', ' ')}.`,
    });
    const queue = await api.ok('GET', `/v1/events?reason=${unbilledReason}&limit=200`);
    expect(queue.items.map((item: Json) => item.id)).toContain(trace.event.id);
  });

  it('a claimed subscription resolves what several leave open, for the binding and what it had', async () => {
    const before = await usage.send({ credential: sk('loose') });
    expect(await usage.owner(before)).toMatchObject({ unbilledReason: 'several_subscriptions' });
    const naming = await usage.send({ credential: sk('loose'), subscription: 'ext-other' });
    expect(await usage.owner(naming)).toMatchObject({ subscriptionId: ids['other'] });
    expect(await usage.owner(before)).toMatchObject({ subscriptionId: ids['other'] });
    const after = await usage.send({ credential: sk('loose') });
    expect(await usage.owner(after)).toMatchObject({ subscriptionId: ids['other'] });
    const { items } = await api.ok('GET', `/v1/credentials/${ids['loose']}/bindings`);
    expect(items).toMatchObject([{ from: null, to: null, subscriptionId: ids['other'] }]);
  });
});
