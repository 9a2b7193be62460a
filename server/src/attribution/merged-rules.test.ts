import { describe, expect, it } from 'vitest';
import { build, claimOf, october, type World } from '../../test/support/directory.ts';
import { ambiguitiesBetween } from './ambiguity-rules.ts';
import type { Attribution } from './outcome.ts';
import { attribute } from './rules.ts';

/** Attribution through merges (design §4.9): `labs` was merged into `acme` on 10 October. */

const merged = { survivor: 'acme', from: october(10) };
const world = (more: Partial<World> = {}): World => ({
  organizations: {
    group: {},
    acme: { parents: [{ parent: 'group' }] },
    holding: {},
    labs: { parents: [{ parent: 'holding' }], mergedInto: [merged] },
    team: { parents: [{ parent: 'labs' }] },
  },
  organizationClaims: { labs: { byId: 'labs' }, acme: { byId: 'acme' }, team: { byId: 'team' } },
  subscriptions: { ofAcme: { organization: 'acme' } },
  ...more,
});

function answer(given: World, claim: Parameters<typeof claimOf>[0]): Attribution {
  const outcome = attribute(claimOf(claim), build(given));
  if (!('attribution' in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.attribution;
}
const on = (day: number, claim: object, given = world()) =>
  answer(given, { occurredAt: october(day), ...claim });

describe('usage of what was merged', () => {
  it('is its own before, and the survivor’s from that instant on', () => {
    expect(on(9, { organization: 'labs' })).toMatchObject({
      organizationId: 'labs',
      unbilledReason: 'no_subscription',
    });
    expect(on(10, { organization: 'labs' })).toMatchObject({
      organizationId: 'acme',
      subscriptionId: 'ofAcme',
      claimConflicts: [],
    });
    expect(on(10, { organization: 'labs' }).sentence).toContain('merged');
  });

  it('falls to the survivor’s ancestors, no more to its own', () => {
    const subscriptions = { ofGroup: { organization: 'group' }, old: { organization: 'holding' } };
    const given = world({ subscriptions });
    expect(on(9, { organization: 'team' }, given).subscriptionId).toBe('old');
    expect(on(10, { organization: 'team' }, given).subscriptionId).toBe('ofGroup');
    expect(on(10, { organization: 'team' }, given).organizationId).toBe('team');
  });

  it('may be paid by a subscription of either', () => {
    const given = world({ subscriptions: { ofLabs: { organization: 'labs' } } });
    expect(on(10, { organization: 'acme' }, given).subscriptionId).toBe('ofLabs');
    expect(on(9, { organization: 'acme' }, given).subscriptionId).toBeNull();
  });

  it('is found by members of either, and names its subscription without conflict', () => {
    const given = world({
      subscribers: { ada: [{ organization: 'labs' }] },
      subscriptions: { ofAcme: { organization: 'acme' }, ofLabs: { organization: 'labs' } },
    });
    const claim = { subscriber: 'ada', organization: 'acme', subscription: 'ofLabs' };
    expect(on(10, claim, given)).toMatchObject({
      rule: 'subscription',
      organizationId: 'acme',
      subscriberId: 'ada',
      claimConflicts: [],
    });
    expect(on(9, claim, given).claimConflicts).toEqual(['organization']);
  });

  it('names that had been ambiguous lead to one', () => {
    const given = world({ organizationClaims: { Acme: { byName: ['acme', 'labs'] } } });
    expect(on(9, { organization: 'Acme' }, given).reasons).toEqual(['ambiguous_name']);
    expect(on(10, { organization: 'Acme' }, given).organizationId).toBe('acme');
  });
});

describe('what both price', () => {
  const both = (choices?: Record<string, string | null>) =>
    world({
      organizations: {
        acme: {},
        labs: { mergedInto: [{ ...merged, ...(choices && { choices }) }] },
        team: { parents: [{ parent: 'labs' }] },
      },
      subscriptions: { ofAcme: { organization: 'acme' }, ofLabs: { organization: 'labs' } },
    });
  const chosen = (organization: string, given: World, more: object = {}) =>
    on(12, { organization, ...more }, given).subscriptionId;

  it('is a question without a choice', () => {
    expect(on(12, { organization: 'labs' }, both()).unbilledReason).toBe('several_subscriptions');
  });

  it('goes to the one that was chosen, whatever was chosen when it was recorded', () => {
    const given = both({ tokens: 'ofAcme' });
    expect(['labs', 'acme', 'team'].map((id) => chosen(id, given))).toEqual([
      'ofAcme',
      'ofAcme',
      'ofAcme',
    ]);
    const recorded = { ...on(9, { organization: 'labs' }, given), subscriptionId: 'ofLabs' };
    expect(chosen('labs', given, { recorded })).toBe('ofAcme');
  });

  it('stays with each one’s own, and with its teams’', () => {
    const given = both({ '*': null });
    expect(['labs', 'acme', 'team'].map((id) => chosen(id, given))).toEqual([
      'ofLabs',
      'ofAcme',
      'ofLabs',
    ]);
  });

  it('is named beforehand: by measure, where they overlap in time and no filter keeps them apart', () => {
    const found = (subscriptions: World['subscriptions'], from = october(10)) =>
      ambiguitiesBetween(
        build(world({ subscriptions: subscriptions ?? {} })),
        ['labs'],
        ['acme'],
        from,
      );
    const a = { organization: 'acme' };
    const b = { organization: 'labs' };
    expect(found({ a, b })).toEqual([{ measure: 'tokens', subscriptionIds: ['a', 'b'] }]);
    expect(found({ a, b: { ...b, prices: [null] } })[0]?.measure).toBe('tokens');
    expect(found({ a: { ...a, prices: [null] }, b: { ...b, prices: [null] } })[0]?.measure).toBe(
      '*',
    );
    expect(found({ a, b: { ...b, prices: ['images'] } })).toEqual([]);
    expect(found({ a, b: { ...b, endAt: october(10) } })).toEqual([]);
    expect(found({ a, b: { ...b, endAt: october(11) } })).toHaveLength(1);
    const filtered = (model: string) => ({ filter: { model } });
    expect(found({ a: { ...a, ...filtered('x') }, b: { ...b, ...filtered('y') } })).toEqual([]);
  });
});

it('a binding is not associated through a merge, for that would outlast it', () => {
  const credentials = { key: { keys: [{ key: 1 }], bindings: [{ organization: 'labs' }] } };
  expect(on(12, { credentialKey: 1 }, world({ credentials }))).toMatchObject({
    organizationId: 'acme',
    subscriptionId: 'ofAcme',
    rule: 'credential_binding',
  });
  const own = { ...world({ credentials }), subscriptions: { mine: { organization: 'labs' } } };
  const before = attribute(claimOf({ occurredAt: october(9), credentialKey: 1 }), build(own));
  expect(before).toMatchObject({ needs: { kind: 'association', subscriptionId: 'mine' } });
});
