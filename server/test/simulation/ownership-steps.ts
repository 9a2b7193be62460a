import { isAbove, keyOf, standing } from './attribution.ts';
import { post, type Simulation, take } from './simulation.ts';
import {
  at,
  type Bound,
  EVER,
  instant,
  instantOrEver,
  type Key,
  monthOf,
  monthStart,
  put,
  since,
  type World,
} from './world.ts';

/** Signups, and changes of who owns what from when. */

/** Those that answer for themselves now. */
export const standingIds = ({ world }: Simulation): string[] =>
  [...world.organizations.keys()].filter((id) => standing(world, id, world.now) === id);
/** From when something holds: mostly a while ago, at times now, ever, or to come. */
function someFrom({ random, world }: Simulation): number {
  if (random.chance(0.1)) return EVER;
  return random.chance(0.2) ? world.now + random.integer(1, 20) : world.now - random.integer(0, 40);
}
const subscriptionsOf = ({ world }: Simulation, organization: string) =>
  [...world.subscriptions.values()].filter((each) => each.organizationId === organization);

export async function signUp(simulation: Simulation): Promise<void> {
  const organization = await newOrganization(simulation);
  if (organization === null) return;
  await newSubscriber(simulation, organization);
  if (simulation.random.chance(0.8)) await subscribe(simulation, organization);
  await newKey(simulation, organization);
}

async function newOrganization(simulation: Simulation): Promise<string | null> {
  const { random, world } = simulation;
  const n = (simulation.named += 1);
  const others = standingIds(simulation);
  const twin = [...world.organizations.values()][0]?.name;
  const name = twin !== undefined && n % 9 === 0 ? twin : `Customer ${n}`;
  const externalId = random.chance(0.6) ? `ext-${n}` : null;
  const domain = random.chance(0.5) ? `customer-${n}.example` : null;
  const parentId = others.length > 0 && random.chance(0.5) ? random.pick(others) : null;
  const answer = await take(simulation, {
    label: `organization ${name}`,
    call: () =>
      post(simulation, 'organizations', {
        name,
        externalId,
        parentId,
        associatedDomains: domain === null ? [] : [domain],
      }),
    apply: ({ organizations }, { id }) => {
      const edges = { parents: since(parentId), payers: since(null), aliases: since(null) };
      organizations.set(id, { id, name, externalId, domain, ...edges });
    },
  });
  return answer?.id ?? null;
}

async function newSubscriber(simulation: Simulation, organization: string) {
  const email = `person-${(simulation.named += 1)}@mail.example`;
  const memberships = [organization];
  if (simulation.random.chance(0.3))
    memberships.push(simulation.random.pick(standingIds(simulation)));
  const organizationIds = [...new Set(memberships)];
  await take(simulation, {
    label: `subscriber ${email}`,
    call: () => post(simulation, 'subscribers', { email, organizationIds }),
    apply: ({ subscribers }, { id }) => {
      subscribers.set(id, { id, email, memberships: since(organizationIds) });
    },
  });
}

export async function subscribe(
  simulation: Simulation,
  organizationId = simulation.random.pick(standingIds(simulation)),
): Promise<void> {
  const { random, world, plans } = simulation;
  const measure = random.pick([...plans.keys()]);
  const externalId = random.chance(0.5) ? `sub-${(simulation.named += 1)}` : null;
  const start = monthStart(Math.max(0, monthOf(world.now) - random.integer(-1, 2)));
  await take(simulation, {
    label: `subscribe ${organizationId} ${measure} ${instant(start)}`,
    call: () =>
      post(simulation, 'subscriptions', {
        organizationId,
        planId: plans.get(measure),
        externalId,
        startAt: instant(start),
      }),
    apply: ({ subscriptions }, { id }) => {
      const terms = { measure, start, end: Infinity, paused: since(false) };
      subscriptions.set(id, { id, externalId, organizationId, ...terms });
    },
    // A new subscription takes no usage that another has been given.
    isClear: (before, after) =>
      before.events.every(({ id }) => {
        const { subscription = null } = before.owners.get(id) ?? {};
        return subscription === null || after.owners.get(id)?.subscription === subscription;
      }),
  });
}

export async function newKey(
  simulation: Simulation,
  organizationId = simulation.random.pick(standingIds(simulation)),
): Promise<void> {
  const { random, world } = simulation;
  const n = String((simulation.named += 1)).padStart(4, '0');
  const ended = world.keys
    .flatMap(({ names }) => names)
    .filter(({ text }) => namedUntil(world, text) <= world.now);
  const text =
    ended.length > 0 && random.chance(0.3)
      ? random.pick(ended).text
      : `k${n.slice(1)}-simulated-key-${n}`;
  const subscriptionId =
    random.chance(0.7) && subscriptionsOf(simulation, organizationId).length > 0
      ? random.pick(subscriptionsOf(simulation, organizationId)).id
      : null;
  const subscriberId = random.pick(knownSubscribers(simulation));
  const given = random.chance(0.3) ? someFrom(simulation) : EVER;
  await take(simulation, {
    label: `key ${text} ${organizationId} ${subscriptionId} ${instantOrEver(given)}`,
    call: () =>
      post(simulation, 'credentials', {
        name: text,
        credentialId: text,
        organizationId,
        subscriberId,
        ...(subscriptionId !== null && { subscriptionId }),
        ...(given !== EVER && { from: instant(given) }),
      }),
    apply: (after, { id }) => {
      const from = given === EVER ? namedUntil(after, text) : given;
      const bound = { subscriber: subscriberId, organization: organizationId };
      const to = Infinity;
      after.keys.push({
        id,
        names: [{ text, from, to }],
        bindings: [{ from, to, bound: { ...bound, subscription: subscriptionId } }],
      });
    },
  });
}

/** When the last credential that had an ID lost it. */
const namedUntil = ({ keys }: World, text: string): number =>
  Math.max(
    EVER,
    ...keys.flatMap(({ names }) => names.filter((name) => name.text === text).map(({ to }) => to)),
  );

const knownSubscribers = ({ world }: Simulation) =>
  [...world.subscribers.keys()].filter((id) => !id.startsWith('auto'));

/** A credential; of one that usage has made we do not know the id yet. */
async function someKey(simulation: Simulation): Promise<Key | null> {
  const { api, random, world } = simulation;
  if (world.keys.length === 0) return null;
  const key = random.pick(world.keys);
  if (key.id.startsWith('auto')) {
    const name = key.names[0]?.text;
    const body = { credentialId: name, at: instant(world.now) };
    const { status, body: found } = await api.call('POST', '/v1/credentials/lookup', body);
    if (status !== 200) return null;
    if (keyOf(world, name ?? '', world.now) !== key) return null;
    key.id = found.credential.id;
  }
  return key;
}
const sameKey = ({ keys }: World, id: string) => keys.find((key) => key.id === id) as Key;

export async function moveKey(simulation: Simulation): Promise<void> {
  const { random } = simulation;
  const key = await someKey(simulation);
  if (key === null) return;
  const organization = random.pick(standingIds(simulation));
  const own = subscriptionsOf(simulation, organization);
  const change: Partial<Bound> = random.chance(0.2)
    ? { subscriber: random.pick(knownSubscribers(simulation)) }
    : own.length > 0 && random.chance(0.7)
      ? { organization, subscription: random.pick(own).id }
      : { organization };
  const from = someFrom(simulation);
  await take(simulation, {
    label: `move ${key.names[0]?.text} ${JSON.stringify(change)} ${instantOrEver(from)}`,
    call: () => post(simulation, `credentials/${key.id}/move`, moveBody(change, from)),
    apply: (world) => rebind(world, sameKey(world, key.id), change, from),
  });
}

export const moveBody = (change: Partial<Bound>, from: number) => ({
  ...(change.organization && { organizationId: change.organization }),
  ...(change.subscriber && { subscriberId: change.subscriber }),
  ...(change.subscription && { subscriptionId: change.subscription }),
  from: instantOrEver(from),
});

/** Some fields from an instant on; others keep their own later changes, and gaps stay gaps. */
export function rebind(world: World, key: Key, change: Partial<Bound>, from: number): void {
  const keep = key.bindings.filter(({ to }) => to <= from);
  const rows = key.bindings.filter(({ to }) => to > from);
  const next = rows.map((row) => ({ ...row, bound: { ...row.bound, ...change } }));
  const misfits = new Set(
    next
      .filter((row) => change.organization && !fits(world, row.bound, Math.max(row.from, from)))
      .map(({ bound }) => `${bound.organization} ${bound.subscription}`),
  );
  key.bindings = [
    ...keep,
    ...next.flatMap(({ bound, ...row }, i) => {
      const isMisfit = misfits.has(`${bound.organization} ${bound.subscription}`);
      const changed = isMisfit ? { ...bound, subscription: null } : bound;
      const before = rows[i]?.bound ?? bound;
      const isSame = JSON.stringify(before) === JSON.stringify(changed);
      if (isSame || row.from >= from) return [{ ...row, bound: changed }];
      return [
        { from: row.from, to: from, bound: before },
        { from, to: row.to, bound: changed },
      ];
    }),
  ];
}

/** A subscription that is carried along stays if it is of the organization or of one above it. */
function fits(world: World, { organization, subscription }: Bound, from: number): boolean {
  const found = world.subscriptions.get(subscription ?? '');
  if (!found || found.organizationId === organization) return true;
  return isAbove(world, found, organization, from === EVER ? world.now : from);
}

const cut = <R extends { from: number; to: number }>(rows: R[], time: number): R[] =>
  rows.filter(({ from }) => from < time).map((row) => (row.to > time ? { ...row, to: time } : row));

export async function rotate(simulation: Simulation): Promise<void> {
  const { random, world } = simulation;
  const key = await someKey(simulation);
  if (key === null) return;
  const n = String((simulation.named += 1)).padStart(4, '0');
  const text = `r${n.slice(1)}-simulated-key-${n}`;
  const from = random.chance(0.5) ? EVER : world.now - random.integer(0, 10);
  const until = random.chance(0.5) ? world.now : world.now + random.integer(1, 20);
  await take(simulation, {
    label: `rotate ${key.names[0]?.text} to ${text} ${instantOrEver(from)} until ${instant(until)}`,
    call: () =>
      post(simulation, `credentials/${key.id}/rotate`, {
        credentialId: text,
        previousUntil: instant(until),
        ...(from !== EVER && { from: instant(from) }),
      }),
    apply: (after) => {
      const own = sameKey(after, key.id);
      const to = Math.max(...own.bindings.map((row) => row.to));
      own.names = [...cut(own.names, until), { text, from, to }];
    },
  });
}

export async function revoke(simulation: Simulation): Promise<void> {
  const { random, world } = simulation;
  const key = await someKey(simulation);
  if (key === null) return;
  const from = world.now - (random.chance(0.5) ? 0 : random.integer(1, 20));
  await take(simulation, {
    label: `revoke ${key.names[0]?.text} ${instant(from)}`,
    call: () => post(simulation, `credentials/${key.id}/revoke`, { from: instant(from) }),
    apply: (after) => {
      const own = sameKey(after, key.id);
      own.names = cut(own.names, from);
      own.bindings = cut(own.bindings, from);
    },
  });
}

export async function changeEdge(simulation: Simulation, edge: 'parents' | 'payers') {
  const { random } = simulation;
  const ids = standingIds(simulation);
  const id = random.pick(ids);
  const other = random.chance(0.2) ? null : random.pick(ids);
  if (other === id) return;
  const from = someFrom(simulation);
  const [verb, field] = edge === 'parents' ? ['move', 'parentId'] : ['bill-to', 'billTo'];
  await take(simulation, {
    label: `${edge} ${id} ${other} ${instantOrEver(from)}`,
    call: () =>
      post(simulation, `organizations/${id}/${verb}`, {
        [field]: other,
        from: instantOrEver(from),
      }),
    apply: ({ organizations }) => {
      const organization = organizations.get(id);
      if (organization) organization[edge] = put(organization[edge], from, other);
    },
  });
}

export async function changeMemberships(simulation: Simulation): Promise<void> {
  const { random } = simulation;
  const id = random.pick(knownSubscribers(simulation));
  const some = random.shuffle(standingIds(simulation)).slice(0, random.integer(1, 3));
  const from = someFrom(simulation);
  await take(simulation, {
    label: `memberships ${id} ${some.join()} ${instantOrEver(from)}`,
    call: () =>
      post(simulation, `subscribers/${id}/memberships`, {
        organizationIds: some,
        from: instantOrEver(from),
      }),
    apply: ({ subscribers }) => {
      const subscriber = subscribers.get(id);
      if (subscriber) subscriber.memberships = put(subscriber.memberships, from, some);
    },
  });
}

/** Paused, resumed, or ended with a month. */
export async function changeSubscription(simulation: Simulation): Promise<void> {
  const { random, world } = simulation;
  const [found] = random.shuffle([...world.subscriptions.values()]);
  if (!found) return;
  const from = world.now - random.integer(0, 12);
  const isPaused = at(found.paused, world.now);
  const verb = isPaused ? 'resume' : random.chance(0.6) ? 'pause' : 'cancel';
  const end = monthStart(monthOf(world.now) + random.integer(0, 2));
  const body = verb === 'cancel' ? { endAt: instant(end) } : { from: instant(from) };
  await take(simulation, {
    label: `${verb} ${found.id} ${JSON.stringify(body)}`,
    call: () => post(simulation, `subscriptions/${found.id}/${verb}`, body),
    apply: ({ subscriptions }) => {
      const own = subscriptions.get(found.id);
      if (!own) return;
      if (verb === 'cancel') own.end = end;
      else own.paused = put(own.paused, from, verb === 'pause');
    },
  });
}
