import {
  type Alias,
  at,
  type Binding,
  EVER,
  type Event,
  type Key,
  type Owner,
  since,
  type Subscription,
  type World,
} from './world.ts';

/** Design §4.1–4.3 and §4.9 once more, in as few words as possible, over the world of the simulation. */

export const NOBODY = 'org_00000000000000000000000000';

/** Who answers for an organization at an instant: itself, or whom it had been merged into. */
export const standing = (world: World, id: string, time: number): string =>
  aliasOf(world, id, time)?.into ?? id;
const aliasOf = ({ organizations }: World, id: string, time: number): Alias | null =>
  at(organizations.get(id)?.aliases ?? since(null), time);

/** The organization and those above it: who is named, and who answers. */
export function lineage(world: World, organization: string, time: number) {
  const levels: { named: string; id: string }[] = [];
  for (let named: string | null = organization; named !== null && levels.length < 40;) {
    const id = standing(world, named, time);
    levels.push({ named, id });
    named = at(world.organizations.get(id)?.parents ?? since(null), time);
  }
  return levels;
}

const isActive = ({ start, end, paused }: Subscription, time: number): boolean =>
  start <= time && time < end && !at(paused, time);

/** §4.3: nearest first, the single one that is active and prices the event. */
function choose(world: World, organization: string, event: Event, before: string | null) {
  const { time, measure } = event;
  for (const { named, id } of lineage(world, organization, time)) {
    const merged = [...world.organizations.values()].filter(
      (each) => at(each.aliases, time)?.into === id,
    );
    const ids = [id, ...merged.map((each) => each.id)];
    const found = [...world.subscriptions.values()].filter(
      (each) =>
        ids.includes(each.organizationId) && each.measure === measure && isActive(each, time),
    );
    if (found.length === 0) continue;
    if (found.length === 1) return found[0]?.id ?? null;
    const eachItsOwn = merged.some((each) => at(each.aliases, time)?.own.includes(measure));
    const own = found.filter((each) => each.organizationId === named);
    if (eachItsOwn && own.length === 1) return own[0]?.id ?? null;
    return found.find((each) => each.id === before)?.id ?? null;
  }
  return null;
}

const holds = ({ from, to }: { from: number; to: number }, time: number): boolean =>
  from <= time && time < to;
export const bindingAt = ({ bindings }: Key, time: number): Binding | undefined =>
  bindings.find((row) => holds(row, time));
/** Whom a credential ID names at an instant. */
export const keyOf = ({ keys }: World, text: string, time: number): Key | undefined =>
  keys.find(({ names }) => names.some((name) => name.text === text && holds(name, time)));

export const subscriptionNamed = ({ subscriptions }: World, text: string | undefined) =>
  [...subscriptions.values()].find(({ id, externalId }) => id === text || externalId === text);
export const subscriberNamed = ({ subscribers }: World, text: string | undefined) =>
  [...subscribers.values()].find(({ id, email }) => id === text || email === text?.toLowerCase());

/** All that it may mean: names need not be unique. */
function organizationsNamed({ organizations }: World, text: string | undefined): string[] {
  if (text === undefined) return [];
  const all = [...organizations.values()];
  const one = organizations.get(text) ?? all.find((each) => each.externalId === text);
  return (one ? [one] : all.filter(({ name }) => name === text)).map(({ id }) => id);
}

/** §4.2. What has to be made for the event is made: a credential, a subscriber, an association. */
export function attribute(world: World, event: Event, before: Owner | null): Owner {
  const { time, credential } = event;
  const owned = (
    organization: string,
    subscription: string | null,
    meant: string | null = null,
  ): Owner => ({
    organization: standing(world, organization, time),
    subscription,
    meant,
    byHand: null,
  });
  const ifActive = (found: Subscription) => (isActive(found, time) ? found.id : null);
  const chosenIn = (id: string, named: string | null = null) =>
    owned(id, choose(world, id, event, before?.subscription ?? null), named);
  const claimed = subscriptionNamed(world, event.subscription);
  const named = before?.meant ? [before.meant] : organizationsNamed(world, event.organization);

  if (credential !== undefined) {
    const isKnown = world.keys.some(({ names }) => names.some(({ text }) => text === credential));
    if (!isKnown && claimed) makeKey(world, event, claimed);
    const key = keyOf(world, credential, time);
    const binding = key && bindingAt(key, time);
    if (key && binding) {
      const { organization, subscription } = binding.bound;
      const bound = world.subscriptions.get(
        subscription ?? associated(world, event, binding) ?? '',
      );
      if (bound) return owned(organization, ifActive(bound));
      return claimed && isAbove(world, claimed, organization, time)
        ? owned(organization, ifActive(claimed))
        : chosenIn(organization);
    }
  }
  if (claimed) return owned(claimed.organizationId, ifActive(claimed));
  if (event.subscriber !== undefined) {
    const subscriber =
      subscriberNamed(world, event.subscriber) ?? makeSubscriber(world, event.subscriber);
    const members = subscriber ? at(subscriber.memberships, time) : [];
    const answers = (id: string) => standing(world, id, time);
    for (const member of members) {
      const meant = named.find((id) => answers(id) === answers(member));
      if (meant !== undefined) return chosenIn(member, meant);
    }
    if (members[0] !== undefined) return chosenIn(members[0]);
  }
  // Several of a name are one where one answers for all of them.
  const [one, another] = new Set(named.map((id) => standing(world, id, time)));
  if (one === undefined || another !== undefined) return owned(NOBODY, null);
  const meant = named.includes(one) ? one : (named[0] ?? one);
  return chosenIn(meant, meant);
}

export const isAbove = (world: World, { organizationId }: Subscription, id: string, time: number) =>
  lineage(world, id, time).some((level) => level.id === standing(world, organizationId, time));

/** A binding without a subscription gets one at its first event, for all of its range. */
function associated(world: World, event: Event, binding: Binding): string | null {
  const { time } = event;
  const { organization } = binding.bound;
  const claimed = subscriptionNamed(world, event.subscription);
  const isOwn = claimed !== undefined && isAbove(world, claimed, organization, time);
  if (isOwn && !isActive(claimed, time)) return null;
  const before = world.owners.get(event.id)?.subscription ?? null;
  const chosen = isOwn ? claimed.id : choose(world, organization, event, before);
  const owner = world.subscriptions.get(chosen ?? '')?.organizationId;
  if (chosen === null || binding.to !== Infinity) return null;
  const levels = lineage(world, organization, time);
  const reached = levels.slice(0, levels.findIndex(({ id }) => id === owner) + 1);
  if (reached.length === 0 || reached.some(({ named, id }) => named !== id)) return null;
  binding.bound = { ...binding.bound, subscription: chosen };
  return chosen;
}

/** An unknown credential beside a known subscription is that subscription's. */
function makeKey(world: World, event: Event, { id, organizationId }: Subscription): void {
  const { subscriber: text = '', credential = '' } = event;
  let subscriber = subscriberNamed(world, text);
  if (!subscriber && text.includes('@')) subscriber = addSubscriber(world, text, organizationId);
  world.keys.push({
    id: `auto ${credential}`,
    names: [{ text: credential, from: EVER, to: Infinity }],
    bindings: [
      {
        from: EVER,
        to: Infinity,
        bound: { subscriber: subscriber?.id ?? '', organization: organizationId, subscription: id },
      },
    ],
  });
}

function makeSubscriber(world: World, text: string) {
  const domain = text.split('@')[1]?.toLowerCase();
  const owner = [...world.organizations.values()].find((each) => each.domain === domain);
  return domain !== undefined && owner ? addSubscriber(world, text, owner.id) : undefined;
}

function addSubscriber(world: World, text: string, organizationId: string) {
  const email = text.toLowerCase();
  const subscriber = { id: `auto ${email}`, email, memberships: since([organizationId]) };
  world.subscribers.set(subscriber.id, subscriber);
  return subscriber;
}

/** Everything finds its owner as the timelines now say, but for what was given to somebody by hand. */
export function settle(world: World): void {
  let made = -1;
  const madeSoFar = () =>
    world.keys.length +
    world.subscribers.size +
    world.keys.flatMap(({ bindings }) => bindings.filter(({ bound }) => bound.subscription)).length;
  while (made !== madeSoFar()) {
    made = madeSoFar();
    for (const event of world.events) {
      const before = world.owners.get(event.id) ?? null;
      if (before?.byHand) continue;
      world.owners.set(event.id, attribute(world, event, before));
    }
  }
}

/** Whoever is invoiced for what an organization has subscribed to. */
export function payerOf(world: World, organization: string, time: number): string {
  const seen: string[] = [];
  for (let id = standing(world, organization, time); ;) {
    const payer = at(world.organizations.get(id)?.payers ?? since(null), time);
    if (payer === null || seen.includes(id)) return id;
    seen.push(id);
    id = standing(world, payer, time);
  }
}
