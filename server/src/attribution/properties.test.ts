import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build, claimOf, october, type World } from '../../test/support/directory.ts';
import { UNCLASSIFIED_ID } from '../lib/id.ts';
import { rowAt } from '../lib/timeline.ts';
import type { Claim, Directory } from './facts.ts';
import type { Attribution, Rule } from './outcome.ts';
import { attribute } from './rules.ts';

/** What holds for any claim and any directory, sensible or not. */

const pick = <T>(...values: T[]) => fc.constantFrom(...values);
const stretch = fc.record({
  from: pick(null, october(3), october(10)),
  to: pick(null, october(10), october(20)),
});
const organization = pick('o1', 'o2', 'o3', UNCLASSIFIED_ID);
const subscription = pick('s1', 's2', 's3');
const subscriber = pick('u1', 'u2', 'new@d1', 'new@d1.example', 'u1@d2.example');
const product = pick('p1', 'p2');
const measure = pick('tokens', 'images');
const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 3 });
const table = <T>(key: fc.Arbitrary<string>, value: fc.Arbitrary<T>) =>
  fc.dictionary(key, value, { maxKeys: 3 });
const within = <A extends object>(value: fc.Arbitrary<A>) =>
  fc.tuple(value, stretch).map(([a, b]) => ({ ...a, ...b }));

const world: fc.Arbitrary<World> = fc.record({
  credentials: table(
    pick('c1', 'c2'),
    fc.record({
      keys: list(within(fc.record({ key: fc.integer({ min: 1, max: 3 }) }))),
      bindings: list(
        within(
          fc.record({
            organization,
            subscription: fc.option(subscription),
            subscriber: pick('u1'),
          }),
        ),
      ),
    }),
  ),
  subscriptions: table(
    subscription,
    fc.record({
      organization,
      startAt: pick(october(1), october(11)),
      endAt: pick(null, october(9)),
      pauses: list(stretch),
      product,
      prices: list(fc.option(measure)),
      filter: fc.dictionary(pick('model', '__proto__'), pick('big', 'small'), { maxKeys: 1 }),
    }),
  ),
  subscriptionClaims: table(pick('x1', 's1'), subscription),
  subscribers: table(
    pick('u1', 'u2'),
    list(within(fc.record({ organization, primary: fc.boolean() }))),
  ),
  subscriberClaims: table(pick('u1@d2.example'), pick('u1', 'u2', 'u3')),
  // Circles too: the database refuses them, but the rules must not hang on them.
  organizations: table(
    organization,
    fc.record({ parents: list(within(fc.record({ parent: organization }))) }),
  ),
  organizationClaims: table(
    pick('o1', 'Name', 'ext'),
    fc.record(
      { byId: organization, byExternalId: organization, byName: list(organization) },
      { requiredKeys: [] },
    ),
  ),
  products: table(pick('p1', 'Product'), list(product)),
  domains: table(pick('d1.example', 'd2.example'), list(organization)),
  justCreated: fc.record({
    credentialKeys: list(fc.integer({ max: 3 })),
    subscribers: list(subscriber),
  }),
});

const rules: Rule[] = [
  'credential_binding',
  'subscription',
  'subscriber_organization',
  'subscriber_primary',
  'organization_id',
  'organization_name',
  'unclassified',
];
const recorded: fc.Arbitrary<Attribution> = fc
  .record({
    rule: pick(...rules),
    organizationId: organization,
    subscriberId: pick(null, 'u1', 'u2'),
    subscriptionId: pick(null, 's1', 's2'),
    credentialId: pick(null, 'c1'),
  })
  .map((known) => ({
    ...known,
    bindingId: null,
    reasons: [],
    unbilledReason: known.subscriptionId === null ? 'no_subscription' : null,
    claimConflicts: [],
    sentence: '',
  }));
const claim: fc.Arbitrary<Claim> = fc
  .record({
    credentialKey: pick(null, 1, 2, 3, 4),
    subscription: pick(null, 's1', 's2', 'x1', 'nothing'),
    subscriber: fc.option(subscriber),
    organization: pick(null, 'o1', 'Name', 'ext', 'nowhere'),
    product: pick(null, 'p1', 'Product', 'none'),
    measures: list(measure),
    attributes: fc.dictionary(pick('model', 'constructor'), pick('big', 'small')),
    recorded: fc.option(recorded, { freq: 3 }),
  })
  .map(claimOf);
const runs = { numRuns: 1000, seed: 20260915 };

describe('for any claim and any directory, attribution', () => {
  it('is total: an answer in keeping with itself, or something to be made', () => {
    fc.assert(
      fc.property(world, claim, (w, c) => {
        const outcome = attribute(c, build(w));
        if ('needs' in outcome) return;
        const { attribution } = outcome;
        expect(attribution.subscriptionId === null).toBe(attribution.unbilledReason !== null);
        expect(attribution.sentence).toMatch(/\.$/);
        expect(attribution.bindingId === null).toBe(attribution.credentialId === null);
        expect(new Set(attribution.reasons).size).toBe(attribution.reasons.length);
        if (attribution.rule === 'unclassified') {
          expect(attribution).toMatchObject({
            organizationId: UNCLASSIFIED_ID,
            unbilledReason: 'unclassified',
          });
          expect(attribution.reasons.length).toBeGreaterThan(0);
        }
      }),
      runs,
    );
  });

  it('is deterministic and leaves what it reads as it was', () => {
    fc.assert(
      fc.property(world, claim, (w, c) => {
        const directory = build(w);
        const before = structuredClone({ c, directory });
        expect(attribute(c, directory)).toEqual(attribute(c, directory));
        expect({ c, directory }).toEqual(before);
      }),
      runs,
    );
  });

  it('does not depend on the order of what is looked up', () => {
    fc.assert(
      fc.property(world, claim, (w, c) => {
        expect(attribute(c, build(w, { reversed: true }))).toEqual(attribute(c, build(w)));
      }),
      runs,
    );
  });

  it('is UNCLASSIFIED only where no rule resolves', () => {
    fc.assert(
      fc.property(world, claim, (w, c) => {
        const directory = build(w);
        const outcome = attribute({ ...c, recorded: null }, directory);
        const isUnclassified =
          'attribution' in outcome && outcome.attribution.rule === 'unclassified';
        expect(isUnclassified).toBe(!resolves(c, directory));
      }),
      runs,
    );
  });

  it('asks only for what is missing, and is content once it is there', () => {
    fc.assert(
      fc.property(world, claim, (w, c) => {
        const directory = build(w);
        const outcome = attribute(c, directory);
        if (!('needs' in outcome)) return;
        const { needs } = outcome;
        if (needs.kind === 'subscriber') {
          expect(directory.subscribersByClaim.has(needs.email)).toBe(false);
        } else if (needs.kind === 'credential') {
          expect(directory.credentialIds.has(needs.valueKey)).toBe(false);
          expect(directory.subscriptions.has(needs.subscriptionId)).toBe(true);
        } else {
          const binding = [...directory.bindings.values()]
            .flat()
            .find(({ id }) => id === needs.bindingId);
          expect(binding).toMatchObject({ to: null, value: { subscriptionId: null } });
        }
      }),
      runs,
    );
  });
});

/** The rules again, as plainly as can be: does any of them find a customer? */
function resolves(c: Claim, directory: Directory): boolean {
  const isCustomer = (id: string) => id !== UNCLASSIFIED_ID;
  const then = c.occurredAt;
  const named =
    c.credentialKey === null ? [] : (directory.credentialIds.get(c.credentialKey) ?? []);
  const credential = rowAt(named, then)?.value;
  const binding = credential && rowAt(directory.bindings.get(credential) ?? [], then);
  if (binding && isCustomer(binding.value.organizationId)) return true;
  const subscriptionId = directory.subscriptionsByClaim.get(c.subscription ?? '');
  if (subscriptionId !== undefined && directory.subscriptions.has(subscriptionId)) return true;
  const subscriberId = directory.subscribersByClaim.get(c.subscriber ?? '');
  if (subscriberId !== undefined) {
    const memberships = directory.memberships.get(subscriberId) ?? [];
    if (memberships.some((row) => isCustomer(row.value.organizationId) && rowAt([row], then)))
      return true;
  } else if (c.subscriber?.includes('@') === true) {
    if (directory.domainOwners.get(c.subscriber.split('@')[1] ?? '')?.length === 1) return true;
  }
  const organizations = directory.organizationsByClaim.get(c.organization ?? '');
  return Boolean(
    organizations?.byId ?? organizations?.byExternalId ?? organizations?.byName.length === 1,
  );
}
