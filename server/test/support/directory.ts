import type {
  Binding,
  Choices,
  Claim,
  Directory,
  SubscriptionFacts,
} from '../../src/attribution/facts.ts';
import type { Instant } from '../../src/lib/instant.ts';
import type { TimelineRow } from '../../src/lib/timeline.ts';

/** Midnight of a day of October 2026, UTC. */
export const october = (day: number): Instant =>
  `2026-10-${String(day).padStart(2, '0')}T00:00:00.000000Z` as Instant;

export type Stretch = { from?: Instant | null; to?: Instant | null };

function row<V>(value: V, { from = null, to = null }: Stretch = {}): TimelineRow<V> {
  return { from, to, value };
}

export type SubscriptionInput = {
  organization: string;
  startAt?: Instant;
  endAt?: Instant | null;
  pauses?: readonly Stretch[];
  product?: string;
  /** The measures its plan prices; null: it counts events. */
  prices?: (string | null)[];
  filter?: Record<string, string | string[]>;
};

type BindingInput = Stretch & {
  subscriber?: string;
  organization: string;
  subscription?: string | null;
};

/** What is known, written down plainly; `build` turns it into what attribution reads. */
export type World = {
  /** Credential → the keys that name it and whom it is bound to. */
  credentials?: Record<string, { keys: (Stretch & { key: number })[]; bindings: BindingInput[] }>;
  subscriptions?: Record<string, SubscriptionInput>;
  /** Claim → subscription. A subscription's id is always a claim. */
  subscriptionClaims?: Record<string, string>;
  /** Subscriber → its memberships, the first primary. */
  subscribers?: Record<string, (Stretch & { organization: string; primary?: boolean })[]>;
  subscriberClaims?: Record<string, string>;
  organizations?: Record<
    string,
    {
      parents?: (Stretch & { parent: string })[];
      mergedInto?: (Stretch & { survivor: string; choices?: Choices })[];
    }
  >;
  organizationClaims?: Record<string, { byId?: string; byExternalId?: string; byName?: string[] }>;
  products?: Record<string, string[]>;
  domains?: Record<string, string[]>;
  justCreated?: { credentialKeys?: number[]; subscribers?: string[] };
};

/** `reversed` fills every map in the opposite order: nothing may depend on it. */
export function build(world: World, { reversed = false } = {}): Directory {
  const map = <K, V>(entries: [K, V][]): Map<K, V> => {
    const inOrder = [...new Map(entries)];
    return new Map(reversed ? inOrder.toReversed() : inOrder);
  };
  const credentials = Object.entries(world.credentials ?? {});
  const subscriptions = Object.entries(world.subscriptions ?? {});
  const named = new Map<number, TimelineRow<string>[]>();
  for (const [id, { keys }] of credentials) {
    for (const { key, ...stretch } of keys)
      named.set(key, [...(named.get(key) ?? []), row(id, stretch)]);
  }
  let bindingId = 0;
  const bindingOf = (input: BindingInput): Binding => ({
    id: (bindingId += 1),
    ...row(
      {
        subscriberId: input.subscriber ?? 'holder',
        organizationId: input.organization,
        subscriptionId: input.subscription ?? null,
      },
      input,
    ),
  });
  const owners = [...new Set(subscriptions.map(([, { organization }]) => organization))];
  return {
    credentialIds: map([...named]),
    bindings: map(credentials.map(([id, { bindings }]) => [id, bindings.map(bindingOf)])),
    subscriptions: map(subscriptions.map(([id, input]) => [id, factsOf(id, input)])),
    subscriptionsByClaim: map([
      ...subscriptions.map(([id]): [string, string] => [id, id]),
      ...Object.entries(world.subscriptionClaims ?? {}),
    ]),
    subscriptionsOf: map(
      owners.map((owner) => [
        owner,
        subscriptions.filter(([, { organization }]) => organization === owner).map(([id]) => id),
      ]),
    ),
    subscribersByClaim: map([
      ...Object.keys(world.subscribers ?? {}).map((id): [string, string] => [id, id]),
      ...Object.entries(world.subscriberClaims ?? {}),
    ]),
    memberships: map(
      Object.entries(world.subscribers ?? {}).map(([id, rows]) => [
        id,
        rows.map(({ organization, primary, ...stretch }, i) =>
          row({ organizationId: organization, isPrimary: primary ?? i === 0 }, stretch),
        ),
      ]),
    ),
    organizations: map(
      Object.entries(world.organizations ?? {}).map(([id, { parents = [], mergedInto = [] }]) => [
        id,
        {
          id,
          parents: parents.map(({ parent, ...stretch }) => row(parent, stretch)),
          aliases: mergedInto.map(({ survivor, from, to }) => row(survivor, { from, to })),
          everMergedInto: mergedInto.map(({ survivor }) => survivor),
          merged: Object.entries(world.organizations ?? {}).flatMap(([organizationId, other]) =>
            (other.mergedInto ?? [])
              .filter(({ survivor }) => survivor === id)
              .map(({ choices = {}, from, to }) => row({ organizationId, choices }, { from, to })),
          ),
        },
      ]),
    ),
    organizationsByClaim: map(
      Object.entries(world.organizationClaims ?? {}).map(([claim, { byName = [], ...rest }]) => [
        claim,
        { ...rest, byName },
      ]),
    ),
    productsByClaim: map(Object.entries(world.products ?? {})),
    domainOwners: map(Object.entries(world.domains ?? {})),
    justCreated: {
      credentialKeys: new Set(world.justCreated?.credentialKeys),
      subscribers: new Set(world.justCreated?.subscribers),
    },
  };
}

function factsOf(id: string, input: SubscriptionInput): SubscriptionFacts {
  const prices = (input.prices ?? ['tokens']).map((measure) => ({
    measure,
    filter: input.filter ?? {},
  }));
  return {
    id,
    organizationId: input.organization,
    startAt: input.startAt ?? october(1),
    endAt: input.endAt ?? null,
    pauses: (input.pauses ?? []).map((stretch) => row(true, stretch)),
    plans: [row({ productId: input.product ?? 'product', prices })],
  };
}

/** An event of 10 October that claims nothing but what is given. */
export function claimOf(claim: Partial<Claim> = {}): Claim {
  return {
    occurredAt: october(10),
    credentialKey: null,
    subscription: null,
    subscriber: null,
    organization: null,
    product: null,
    measures: ['tokens'],
    attributes: {},
    recorded: null,
    ...claim,
  };
}
