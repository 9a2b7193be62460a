import { describe, expect, it } from 'vitest';
import { build, claimOf, october, type World } from '../../test/support/directory.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import type { Claim } from './facts.ts';
import type { Attribution, Provision } from './outcome.ts';
import { attribute } from './rules.ts';

/** Design §4.2 and §4.3, rule by rule. */

const decide = (world: World, claim: Partial<Claim>) => attribute(claimOf(claim), build(world));
function attributed(world: World, claim: Partial<Claim>): Attribution {
  const outcome = decide(world, claim);
  if ('needs' in outcome) throw new Error(`It needs ${JSON.stringify(outcome.needs)}`);
  return outcome.attribution;
}
function needed(world: World, claim: Partial<Claim>): Provision | null {
  const outcome = decide(world, claim);
  return 'needs' in outcome ? outcome.needs : null;
}

/** Key 1 names `key`, bound to `acme` and its `sub`; `ada` and `eve` are known. */
const acme: World = {
  credentials: {
    key: { keys: [{ key: 1 }], bindings: [{ organization: 'acme', subscription: 'sub' }] },
  },
  subscriptions: { sub: { organization: 'acme' } },
  subscribers: { holder: [{ organization: 'acme' }], ada: [{ organization: 'acme' }], eve: [] },
  organizations: { acme: {}, globex: {} },
  organizationClaims: {
    acme: { byId: 'acme' },
    'ext-acme': { byExternalId: 'acme' },
    Acme: { byName: ['acme'] },
    Twin: { byName: ['acme', 'globex'] },
    globex: { byId: 'globex' },
  },
};

describe('rule 1: a credential that is known and bound then', () => {
  it('decides by its binding', () => {
    expect(attributed(acme, { credentialKey: 1 })).toMatchObject({
      credentialId: 'key',
      bindingId: 1,
      subscriberId: 'holder',
      organizationId: 'acme',
      subscriptionId: 'sub',
      rule: 'credential_binding',
      reasons: [],
      unbilledReason: null,
      claimConflicts: [],
    });
  });

  it('wins over every claim, and records those that contradict it', () => {
    const world: World = {
      ...acme,
      subscriptions: { ...acme.subscriptions, other: { organization: 'globex' } },
      products: { Sold: ['product'], Else: ['else'] },
    };
    const claims = { subscription: 'other', subscriber: 'eve', organization: 'globex' };
    expect(attributed(world, { credentialKey: 1, ...claims, product: 'Else' })).toMatchObject({
      organizationId: 'acme',
      subscriberId: 'holder',
      subscriptionId: 'sub',
      claimConflicts: ['subscription', 'subscriber', 'organization', 'product'],
    });
    const agreeing = { subscription: 'sub', subscriber: 'holder', organization: 'Acme' };
    expect(attributed(world, { credentialKey: 1, ...agreeing, product: 'Sold' })).toMatchObject({
      claimConflicts: [],
    });
  });

  it('decides by the binding in force then: from its start, not at its end', () => {
    const bindings = [
      { organization: 'acme', to: october(10) },
      { organization: 'globex', from: october(10), to: october(20) },
    ];
    const world: World = { ...acme, credentials: { key: { keys: [{ key: 1 }], bindings } } };
    const at = (day: number) => attributed(world, { credentialKey: 1, occurredAt: october(day) });
    expect(at(9).organizationId).toBe('acme');
    expect(at(10).organizationId).toBe('globex');
    expect(at(20)).toMatchObject({ rule: 'unclassified', reasons: ['credential_ended'] });
  });

  it('that had ended leaves a reason and falls through', () => {
    const ended: World = {
      ...acme,
      credentials: {
        key: { keys: [{ key: 1, to: october(5) }], bindings: [{ organization: 'acme' }] },
      },
    };
    expect(attributed(ended, { credentialKey: 1, organization: 'globex' })).toMatchObject({
      credentialId: null,
      organizationId: 'globex',
      rule: 'organization_id',
      reasons: ['credential_ended'],
    });
  });

  it('that had not begun leaves a reason and falls through', () => {
    const later: World = {
      ...acme,
      credentials: {
        key: { keys: [{ key: 1 }], bindings: [{ organization: 'acme', from: october(11) }] },
      },
    };
    expect(attributed(later, { credentialKey: 1 })).toMatchObject({
      organizationId: UNCLASSIFIED_ID,
      reasons: ['credential_not_started'],
    });
  });

  it('that is bound to UNCLASSIFIED falls through, and keeps its credential and holder', () => {
    const world: World = {
      ...acme,
      credentials: { key: { keys: [{ key: 1 }], bindings: [{ organization: UNCLASSIFIED_ID }] } },
    };
    expect(attributed(world, { credentialKey: 1, organization: 'acme' })).toMatchObject({
      credentialId: 'key',
      subscriberId: 'holder',
      organizationId: 'acme',
      rule: 'organization_id',
      reasons: ['credential_unclassified'],
    });
  });

  it('with an ID that named another credential before is the one of that time', () => {
    const world: World = {
      ...acme,
      credentials: {
        old: { keys: [{ key: 1, to: october(10) }], bindings: [{ organization: 'acme' }] },
        new: { keys: [{ key: 1, from: october(10) }], bindings: [{ organization: 'globex' }] },
      },
    };
    const at = (day: number) => decide(world, { credentialKey: 1, occurredAt: october(day) });
    expect(at(9)).toEqual({ needs: { kind: 'association', bindingId: 1, subscriptionId: 'sub' } });
    expect(at(10)).toMatchObject({ attribution: { credentialId: 'new', bindingId: 2 } });
  });
});

describe('rule 2: an unknown credential beside a known subscription', () => {
  const claim = { credentialKey: 7, subscription: 'sub' };
  const made = { kind: 'credential', valueKey: 7, organizationId: 'acme', subscriptionId: 'sub' };

  it('is made for the claimed subscriber, member or not', () => {
    expect(needed(acme, { ...claim, subscriber: 'eve' })).toEqual({
      ...made,
      subscriberId: 'eve',
      email: null,
    });
  });

  it('is made for an e-mail that nobody has yet', () => {
    const needs = needed(acme, { ...claim, subscriber: 'new@acme.example' });
    expect(needs).toEqual({ ...made, subscriberId: null, email: 'new@acme.example' });
  });

  it.each([
    ['nobody is claimed', null],
    ['what is claimed is no e-mail', 'somebody'],
    ['what is claimed is an address of service subscribers', 'service+x@customary.invalid'],
    ['what is claimed holds what cannot be seen', 'a\u200b@acme.example'],
  ])('is made for the service subscriber where %s', (_, subscriber) => {
    expect(needed(acme, { ...claim, subscriber })).toEqual({
      ...made,
      subscriberId: null,
      email: null,
    });
  });

  it('once it is made, the event that made it says so', () => {
    const world: World = { ...acme, justCreated: { credentialKeys: [1] } };
    expect(attributed(world, { credentialKey: 1 }).rule).toBe('credential_auto_created');
  });

  it('with no known subscription leaves its reason and falls through', () => {
    const unknown = { credentialKey: 7, subscription: 'nothing', organization: 'acme' };
    expect(attributed(acme, unknown)).toMatchObject({
      rule: 'organization_id',
      reasons: ['unknown_credential', 'unknown_subscription'],
    });
  });
});

describe('rule 3: a known subscription', () => {
  it('decides the organization, and the subscriber if a member then', () => {
    expect(attributed(acme, { subscription: 'sub', subscriber: 'ada' })).toMatchObject({
      organizationId: 'acme',
      subscriptionId: 'sub',
      subscriberId: 'ada',
      rule: 'subscription',
      reasons: [],
    });
  });

  it('takes no subscriber who was not a member then', () => {
    const world: World = {
      ...acme,
      subscribers: { late: [{ organization: 'acme', from: october(11) }] },
    };
    expect(attributed(world, { subscription: 'sub', subscriber: 'late' })).toMatchObject({
      subscriberId: null,
      reasons: ['subscriber_not_member'],
    });
    expect(attributed(world, { subscription: 'sub', subscriber: 'who' })).toMatchObject({
      organizationId: 'acme',
      subscriberId: null,
      reasons: ['unknown_subscriber'],
    });
  });
});

describe('rule 4: a known subscriber', () => {
  const world: World = {
    ...acme,
    subscribers: {
      ada: [{ organization: 'acme', to: october(20) }, { organization: 'globex' }],
      lost: [{ organization: UNCLASSIFIED_ID }],
      former: [{ organization: 'acme', to: october(5) }],
    },
    domains: { 'acme.example': ['acme'], 'shared.example': ['acme', 'globex'] },
  };

  it('goes to the claimed organization if it was a member of it', () => {
    expect(attributed(world, { subscriber: 'ada', organization: 'globex' })).toMatchObject({
      organizationId: 'globex',
      subscriberId: 'ada',
      rule: 'subscriber_organization',
    });
  });

  it('else to the primary one, and records the claim as a conflict', () => {
    const claim = { subscriber: 'ada', organization: 'nowhere' };
    expect(attributed(world, claim)).toMatchObject({
      organizationId: 'acme',
      rule: 'subscriber_primary',
      claimConflicts: ['organization'],
    });
    expect(attributed(world, { subscriber: 'ada' })).toMatchObject({
      organizationId: 'acme',
      claimConflicts: [],
    });
    expect(attributed(world, { subscriber: 'ada', occurredAt: october(21) })).toMatchObject({
      organizationId: 'globex',
    });
  });

  it.each(['lost', 'former'])('in no organization then (%s) falls through', (subscriber) => {
    expect(attributed(world, { subscriber, organization: 'globex' })).toMatchObject({
      organizationId: 'globex',
      subscriberId: subscriber,
      rule: 'organization_id',
      reasons: ['subscriber_unclassified'],
    });
  });

  it('an unknown e-mail of an associated domain is made a member there', () => {
    expect(needed(world, { subscriber: 'new@acme.example' })).toEqual({
      kind: 'subscriber',
      email: 'new@acme.example',
      organizationId: 'acme',
    });
    const justCreated = { subscribers: ['ada'] };
    expect(attributed({ ...world, justCreated }, { subscriber: 'ada' }).rule).toBe(
      'subscriber_domain',
    );
  });

  it.each([
    ['new@shared.example', 'ambiguous_domain'],
    ['new@elsewhere.example', 'unknown_subscriber'],
    ['acme.example', 'unknown_subscriber'],
    ['@acme.example', 'unknown_subscriber'],
  ] as const)('%s leads nowhere: %s', (subscriber, reason) => {
    const attribution = attributed(world, { subscriber });
    expect(attribution).toMatchObject({ rule: 'unclassified', reasons: [reason] });
  });
});

describe('rules 5 and 6: the organization, or none', () => {
  it.each([
    ['acme', 'organization_id'],
    ['ext-acme', 'organization_external_id'],
    ['Acme', 'organization_name'],
  ] as const)('%s is found by %s', (organization, rule) => {
    expect(attributed(acme, { organization })).toMatchObject({ organizationId: 'acme', rule });
  });

  it('an id wins over an external id, and that over a name', () => {
    const clash = { byId: 'acme', byExternalId: 'globex', byName: ['third'] };
    const world = { ...acme, organizationClaims: { x: clash, y: { ...clash, byId: undefined } } };
    expect(attributed(world as World, { organization: 'x' }).organizationId).toBe('acme');
    expect(attributed(world as World, { organization: 'y' }).organizationId).toBe('globex');
  });

  it.each([
    [{}, 'no_identifier'],
    [{ product: 'product' }, 'no_identifier'],
    [{ credentialKey: 7 }, 'unknown_credential'],
    [{ subscription: 'nothing' }, 'unknown_subscription'],
    [{ subscriber: 'who' }, 'unknown_subscriber'],
    [{ organization: 'nowhere' }, 'unknown_organization'],
    [{ organization: 'Twin' }, 'ambiguous_name'],
  ] as const)('%j stays unclassified: %s', (claim, reason) => {
    expect(attributed(acme, claim)).toMatchObject({
      organizationId: UNCLASSIFIED_ID,
      subscriptionId: null,
      rule: 'unclassified',
      reasons: [reason],
      unbilledReason: 'unclassified',
    });
  });

  it('keeps a reason for each claim that did not resolve, in the order of the rules', () => {
    const claim = { credentialKey: 7, subscription: 'a', subscriber: 'b', organization: 'c' };
    expect(attributed(acme, claim).reasons).toEqual([
      'unknown_credential',
      'unknown_subscription',
      'unknown_subscriber',
      'unknown_organization',
    ]);
  });
});
