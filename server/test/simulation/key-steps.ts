import { isAbove, keyOf } from './attribution.ts';
import { knownSubscribers, someFrom, standingIds, subscriptionsOf } from './picks.ts';
import { post, type Simulation, take } from './simulation.ts';
import { type Bound, EVER, instant, instantOrEver, type Key, type World } from './world.ts';

/** Credentials: made, moved, rotated, ended, restored. */

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
    refusals: /^already_exists/,
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

/** A credential; of one that usage has made we do not know the id yet. */
async function someKey(
  simulation: Simulation,
  isWanted: (key: Key) => boolean = () => true,
): Promise<Key | null> {
  const { api, random, world } = simulation;
  const fitting = world.keys.filter(isWanted);
  if (fitting.length === 0) return null;
  const key = random.pick(fitting);
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
  await moveBy(simulation, key, change, someFrom(simulation));
}

/** Another organization from some time to come, and another subscriber ever since. */
export async function moveAsPlanned(simulation: Simulation): Promise<void> {
  const { random, world } = simulation;
  const key = await someKey(simulation, (each) => endOf(each) === Infinity);
  const bound = key?.bindings.at(-1)?.bound;
  if (key === null || bound === undefined) return;
  const others = standingIds(simulation).filter((id) => id !== bound.organization);
  const people = knownSubscribers(simulation).filter((id) => id !== bound.subscriber);
  const from = world.now + random.integer(1, 20);
  await moveBy(simulation, key, { organization: random.pick(others) }, from);
  await moveBy(simulation, key, { subscriber: random.pick(people) }, EVER);
}

async function moveBy(
  simulation: Simulation,
  key: Key,
  change: Partial<Bound>,
  from: number,
): Promise<void> {
  await take(simulation, {
    label: `move ${key.names[0]?.text} ${JSON.stringify(change)} ${instantOrEver(from)}`,
    refusals: /bound to nobody from then on/,
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
  const key = await someKey(simulation, (each) => endOf(each) > world.now);
  if (key === null) return;
  const n = String((simulation.named += 1)).padStart(4, '0');
  const text = `r${n.slice(1)}-simulated-key-${n}`;
  const from = random.chance(0.5) ? EVER : world.now - random.integer(0, 10);
  const until = random.chance(0.5) ? world.now : world.now + random.integer(1, 20);
  await take(simulation, {
    label: `rotate ${key.names[0]?.text} to ${text} ${instantOrEver(from)} until ${instant(until)}`,
    refusals: /before the new ID would name it/,
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

/** Its end is planned, in place of one that was planned before, or taken back. */
export async function expire(simulation: Simulation): Promise<void> {
  const { random, world } = simulation;
  const key = await someKey(simulation, (each) => endOf(each) > world.now);
  if (key === null) return;
  const time = random.chance(0.25) ? null : world.now + random.integer(1, 20);
  const at = time === null ? null : instant(time);
  await take(simulation, {
    label: `expire ${key.names[0]?.text} ${at}`,
    refusals: /^already_exists/,
    call: () => post(simulation, `credentials/${key.id}/expire`, { at }),
    apply: (after) => {
      const own = sameKey(after, key.id);
      const end = endOf(own);
      const goingOn = <R extends { to: number }>(rows: R[]) =>
        rows.map((row) => (row.to === end ? { ...row, to: Infinity } : row));
      own.names = cut(goingOn(own.names), time ?? Infinity);
      own.bindings = cut(goingOn(own.bindings), time ?? Infinity);
    },
  });
}
const endOf = ({ bindings }: Key): number => Math.max(EVER, ...bindings.map(({ to }) => to));

/** Bound again as it was when it ended, then or later, by the names that it had then. */
export async function restore(simulation: Simulation): Promise<void> {
  const { random, world } = simulation;
  const isEnded = (key: Key) =>
    endOf(key) <= world.now && key.names.some(({ to }) => to === endOf(key));
  const key = await someKey(simulation, isEnded);
  if (key === null) return;
  const end = endOf(key);
  const from = random.chance(0.4) ? end : random.integer(end, world.now);
  await take(simulation, {
    label: `restore ${key.names[0]?.text} ${instant(from)}`,
    refusals: /^already_exists/,
    call: () => post(simulation, `credentials/${key.id}/restore`, { from: instant(from) }),
    apply: (after) => {
      const own = sameKey(after, key.id);
      const to = Infinity;
      const texts = own.names.filter((name) => name.to === end).map(({ text }) => text);
      const last = own.bindings.find((row) => row.to === end);
      own.names.push(...texts.map((text) => ({ text, from, to })));
      if (last) own.bindings.push({ from, to, bound: { ...last.bound } });
    },
  });
}

/** All that is planned for it is taken back: what holds now goes on. */
export async function cancelPlanned(simulation: Simulation): Promise<void> {
  const { now } = simulation.world;
  const isPlanned = ({ names, bindings }: Key) =>
    bindings.some(({ from }) => from <= now) &&
    [...names, ...bindings].some(
      ({ from, to }) => from > now || (from <= now && now < to && to !== Infinity),
    );
  const key = await someKey(simulation, isPlanned);
  if (key === null) return;
  await take(simulation, {
    label: `cancelPlanned ${key.names[0]?.text}`,
    refusals: /^already_exists/,
    call: () => post(simulation, `credentials/${key.id}/cancel-planned`),
    apply: (after) => {
      const own = sameKey(after, key.id);
      const goingOn = <R extends { from: number; to: number }>(rows: R[]) =>
        rows
          .filter(({ from }) => from <= now)
          .map((row) => (now < row.to ? { ...row, to: Infinity } : row));
      own.names = goingOn(own.names);
      own.bindings = goingOn(own.bindings);
    },
  });
}
