import { describe, expect, it } from 'vitest';
import {
  build,
  claimOf,
  october,
  type SubscriptionInput,
  type World,
} from '../../test/support/directory.ts';
import type { Claim } from './facts.ts';
import type { Attribution } from './outcome.ts';
import { attribute } from './rules.ts';

/** Which subscription (design §4.3), auto-association, and what re-attribution keeps. */

/** `team` below `acme` below `group`; key 1 is bound to `team` without a subscription. */
const tree: World = {
  credentials: { key: { keys: [{ key: 1 }], bindings: [{ organization: 'team' }] } },
  organizations: {
    team: { parents: [{ parent: 'acme' }] },
    acme: { parents: [{ parent: 'group', to: october(20) }] },
    group: {},
  },
  organizationClaims: { team: { byId: 'team' } },
};
const sold = (subscriptions: World['subscriptions'] & object): World => ({
  ...tree,
  subscriptions,
});
const decide = (world: World, claim: Partial<Claim> = {}) =>
  attribute(claimOf(claim), build(world));
/** Of an event that names the team: its subscription, or why it has none. */
const chosen = (world: World, claim: Partial<Claim> = {}): string => {
  const outcome = decide(world, { organization: 'team', ...claim });
  if ('needs' in outcome) return outcome.needs.kind;
  return outcome.attribution.subscriptionId ?? outcome.attribution.unbilledReason ?? '';
};

describe('a subscription is chosen', () => {
  it('of the organization before those above it, nearest first', () => {
    const all = sold({
      near: { organization: 'team' },
      above: { organization: 'acme' },
      top: { organization: 'group' },
    });
    expect(chosen(all)).toBe('near');
    expect(chosen(sold({ above: { organization: 'acme' }, top: { organization: 'group' } }))).toBe(
      'above',
    );
    expect(chosen(sold({ top: { organization: 'group' } }))).toBe('top');
  });

  it('of the tree as it was then', () => {
    const top = sold({ top: { organization: 'group' } });
    expect(chosen(top, { occurredAt: october(19) })).toBe('top');
    expect(chosen(top, { occurredAt: october(20) })).toBe('no_subscription');
  });

  it('only if it prices a measure of the event', () => {
    expect(chosen(sold({ s: { organization: 'team', prices: ['images'] } }))).toBe(
      'no_subscription',
    );
    expect(chosen(sold({ s: { organization: 'team', prices: [null] } }))).toBe('s');
    expect(chosen(sold({ s: { organization: 'team', prices: [] } }))).toBe('no_subscription');
    const unlike = sold({
      near: { organization: 'team', prices: ['images'] },
      above: { organization: 'acme' },
    });
    expect(chosen(unlike)).toBe('above');
  });

  it('only if the filter of the meter lets the event through', () => {
    const big = sold({ s: { organization: 'team', filter: { model: ['big', 'huge'] } } });
    expect(chosen(big, { attributes: { model: 'huge' } })).toBe('s');
    expect(chosen(big, { attributes: { model: 'tiny' } })).toBe('no_subscription');
    expect(chosen(big)).toBe('no_subscription');
    const one = sold({ s: { organization: 'team', filter: { constructor: 'x' } } });
    expect(chosen(one)).toBe('no_subscription');
    expect(chosen(one, { attributes: { constructor: 'x' } })).toBe('s');
  });

  it('only of the claimed product', () => {
    const world: World = {
      ...sold({ s: { organization: 'team', product: 'chat' } }),
      products: { Chat: ['chat'], Images: ['images'] },
    };
    expect(chosen(world, { product: 'Chat' })).toBe('s');
    expect(chosen(world, { product: 'Images' })).toBe('no_subscription');
    expect(chosen(world, { product: 'unheard of' })).toBe('no_subscription');
  });

  it('only while it is active: from its start, not at its end, not in a pause', () => {
    const world = sold({
      s: {
        organization: 'team',
        startAt: october(5),
        endAt: october(15),
        pauses: [{ from: october(8), to: october(9) }],
      },
    });
    const on = (day: number) => chosen(world, { occurredAt: october(day) });
    expect([4, 5, 8, 9, 14, 15].map(on)).toEqual([
      'no_subscription',
      's',
      'no_subscription',
      's',
      's',
      'no_subscription',
    ]);
  });

  it('not where several on one level could take it', () => {
    const twins = sold({ a: { organization: 'team' }, b: { organization: 'team' } });
    expect(chosen(twins)).toBe('several_subscriptions');
    const above = sold({ a: { organization: 'acme' }, b: { organization: 'acme' } });
    expect(chosen(above)).toBe('several_subscriptions');
  });
});

describe('a subscription that is named', () => {
  const bound = (subscription: Partial<SubscriptionInput>): World => ({
    ...sold({ s: { organization: 'team', ...subscription } }),
    credentials: {
      key: { keys: [{ key: 1 }], bindings: [{ organization: 'team', subscription: 's' }] },
    },
  });

  it.each([
    ['subscription_not_started', { startAt: october(11) }],
    ['subscription_ended', { endAt: october(10) }],
    ['subscription_paused', { pauses: [{ from: october(10) }] }],
  ] as const)('by binding or claim leaves the event unbilled: %s', (unbilledReason, facts) => {
    for (const claim of [{ credentialKey: 1 }, { subscription: 's' }]) {
      expect(decide(bound(facts), claim)).toMatchObject({
        attribution: { organizationId: 'team', subscriptionId: null, unbilledReason },
      });
    }
  });

  it('takes what it does not price: it was named', () => {
    const priced = bound({ prices: ['images'] });
    expect(decide(priced, { credentialKey: 1 })).toMatchObject({
      attribution: { subscriptionId: 's' },
    });
  });

  it('but is withdrawn by now has ended', () => {
    const world = { ...bound({}), subscriptions: {} };
    expect(decide(world, { credentialKey: 1 })).toMatchObject({
      attribution: { unbilledReason: 'subscription_ended' },
    });
  });
});

describe('auto-association', () => {
  const association = (subscriptionId: string) => ({
    needs: { kind: 'association', bindingId: 1, subscriptionId },
  });
  const two = sold({
    a: { organization: 'team' },
    b: { organization: 'team' },
    above: { organization: 'acme' },
    other: { organization: 'stranger' },
  });

  it('gives an open binding the single candidate', () => {
    expect(decide(sold({ s: { organization: 'acme' } }), { credentialKey: 1 })).toEqual(
      association('s'),
    );
  });

  it.each(['b', 'above'])(
    'gives it the claimed one of its organization or above: %s',
    (claimed) => {
      expect(decide(two, { credentialKey: 1, subscription: claimed })).toEqual(
        association(claimed),
      );
    },
  );

  it('obeys no claim of another organization’s', () => {
    expect(decide(two, { credentialKey: 1, subscription: 'other' })).toMatchObject({
      attribution: { organizationId: 'team', unbilledReason: 'several_subscriptions' },
    });
  });

  it('does not bind to a claimed one that takes no usage then, nor bill another for it', () => {
    const world = sold({
      paused: { organization: 'team', pauses: [{}] },
      active: { organization: 'team' },
    });
    expect(decide(world, { credentialKey: 1, subscription: 'paused' })).toMatchObject({
      attribution: { subscriptionId: null, unbilledReason: 'subscription_paused' },
    });
  });

  it('comes to an end in a tree that goes in a circle', () => {
    const circle: World = {
      ...sold({ other: { organization: 'stranger' } }),
      organizations: {
        team: { parents: [{ parent: 'acme' }] },
        acme: { parents: [{ parent: 'team' }] },
      },
    };
    expect(decide(circle, { credentialKey: 1, subscription: 'other' })).toMatchObject({
      attribution: { unbilledReason: 'no_subscription' },
    });
  });

  it('leaves a binding that has ended as it is, but bills by the same choice', () => {
    const ended: World = {
      ...sold({ s: { organization: 'team' } }),
      credentials: {
        key: { keys: [{ key: 1 }], bindings: [{ organization: 'team', to: october(20) }] },
      },
    };
    expect(decide(ended, { credentialKey: 1 })).toMatchObject({
      attribution: { subscriptionId: 's', rule: 'credential_binding' },
    });
  });
});

describe('re-attribution keeps what an identifier meant when the event was recorded', () => {
  const was = (attribution: Partial<Attribution>): Attribution => ({
    credentialId: null,
    bindingId: null,
    subscriberId: null,
    organizationId: 'team',
    subscriptionId: null,
    rule: 'organization_name',
    reasons: [],
    unbilledReason: 'no_subscription',
    claimConflicts: [],
    sentence: '',
    ...attribution,
  });
  const again = (world: World, claim: Partial<Claim>, before: Partial<Attribution>) =>
    decide(world, { ...claim, recorded: was(before) });

  it.each(['organization_id', 'organization_external_id', 'organization_name'] as const)(
    'an organization found by %s, though its name is gone or another’s',
    (rule) => {
      expect(again(tree, { organization: 'gone' }, { rule })).toMatchObject({
        attribution: { organizationId: 'team', rule },
      });
      const taken: World = { ...tree, organizationClaims: { gone: { byName: ['acme'] } } };
      expect(again(taken, { organization: 'gone' }, { rule })).toMatchObject({
        attribution: { organizationId: 'team', claimConflicts: [] },
      });
    },
  );

  it('a subscriber whose e-mail is gone or another’s, by the memberships of then', () => {
    const world: World = {
      ...tree,
      subscribers: { ada: [{ organization: 'team' }], heir: [{ organization: 'acme' }] },
      subscriberClaims: { 'ada@team.example': 'heir' },
    };
    const before = { rule: 'subscriber_primary', subscriberId: 'ada' } as const;
    expect(again(world, { subscriber: 'ada@team.example' }, before)).toMatchObject({
      attribution: { organizationId: 'team', subscriberId: 'ada' },
    });
    const through = { ...before, credentialId: 'key', rule: 'credential_binding' } as const;
    expect(again(world, { subscriber: 'ada@team.example' }, through)).toMatchObject({
      attribution: { organizationId: 'acme', subscriberId: 'heir' },
    });
  });

  it('a subscription whose external id is another’s, unless it was withdrawn', () => {
    const world: World = {
      ...sold({ old: { organization: 'team' }, heir: { organization: 'acme' } }),
      subscriptionClaims: { ext: 'heir' },
    };
    const before = { rule: 'subscription', subscriptionId: 'old' } as const;
    expect(again(world, { subscription: 'ext' }, before)).toMatchObject({
      attribution: { subscriptionId: 'old', claimConflicts: [] },
    });
    expect(
      again(
        { ...world, subscriptions: { heir: { organization: 'acme' } } },
        { subscription: 'ext' },
        before,
      ),
    ).toMatchObject({ attribution: { subscriptionId: 'heir' } });
  });

  it('a subscription that was chosen, among others since and whatever its product is called', () => {
    const twins = sold({ a: { organization: 'team' }, b: { organization: 'team' } });
    const before = { subscriptionId: 'b', unbilledReason: null };
    expect(again(twins, { organization: 'team', product: 'Old name' }, before)).toMatchObject({
      attribution: { subscriptionId: 'b' },
    });
  });

  it('but a higher rule that resolves by now decides', () => {
    const world: World = {
      ...tree,
      credentials: {
        key: { keys: [{ key: 1 }], bindings: [{ organization: 'acme', to: october(30) }] },
      },
    };
    const before = { organizationId: 'team', rule: 'organization_name' } as const;
    expect(again(world, { credentialKey: 1, organization: 'Team' }, before)).toMatchObject({
      attribution: { organizationId: 'acme', claimConflicts: ['organization'] },
    });
  });
});
