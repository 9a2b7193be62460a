import { bindingAt, standing } from './attribution.ts';
import { newOrganizationBody } from './ownership-steps.ts';
import { rebind } from './key-steps.ts';
import { knownSubscribers, someFrom, standingIds } from './picks.ts';
import { count, post, type Simulation, take } from './simulation.ts';
import {
  at,
  copyOf,
  instantOrEver,
  type Key,
  type Organization,
  put,
  type Subscriber,
  type World,
} from './world.ts';

/** Some keys and people go to another organization, that there is or that is made for them: previewed, applied, undone. */

type Split = { source: string; into: string; keys: string[]; subscribers: string[]; from: number };

export async function split(simulation: Simulation): Promise<void> {
  const { random, world } = simulation;
  const { now } = world;
  const source = random.pick(standingIds(simulation));
  const keys = world.keys
    .filter((key) => bindingAt(key, now)?.bound.organization === source)
    .map(({ id }) => id)
    .filter((id) => id.startsWith('crd'));
  const members = knownSubscribers(simulation).filter((id) =>
    at(world.subscribers.get(id)?.memberships ?? [], now).includes(source),
  );
  const credentialIds = random.shuffle(keys).slice(0, random.integer(0, 2));
  const subscriberIds = random.shuffle(members).slice(0, random.integer(0, 1));
  if (credentialIds.length + subscriberIds.length === 0) return;
  const others = standingIds(simulation).filter((id) => id !== source);
  const made = random.chance(0.4) ? newOrganizationBody(simulation) : null;
  if (made === null && others.length === 0) return;
  const from = someFrom(simulation);
  const preview = await post(simulation, 'splits', {
    organizationId: source,
    ...(made === null ? { intoId: random.pick(others) } : { organization: made.body }),
    credentialIds,
    subscriberIds,
    from: instantOrEver(from),
  });
  if (preview.status >= 300) return count(simulation, `split refused ${preview.body.code}`);
  const { id, intoId: into } = preview.body;
  const isHeld = ({ bindings }: Key) =>
    bindings.some(
      ({ bound, to }) =>
        to > from && bound.organization === source && subscriberIds.includes(bound.subscriber),
    );
  const held = world.keys.filter(isHeld).map((key) => key.id);
  const moved: Split = {
    source,
    into,
    keys: [...new Set([...credentialIds, ...held])],
    subscribers: subscriberIds,
    from,
  };
  const before = copyOf(world);
  const done = await take(simulation, {
    label: `split ${JSON.stringify(moved)}`,
    call: () => post(simulation, `splits/${id}/apply`),
    apply: (after) => {
      if (made !== null) after.organizations.set(into, made.organization(into));
      carry(after, moved);
    },
  });
  if (done === null) return;
  const after = copyOf(world);
  simulation.undoable.push({
    path: `splits/${id}`,
    undo: (then) => takeBack(then, before, moved, made !== null),
    // What was moved on since stays there, and so does an organization that has become more: not simulated.
    isClear: (then) =>
      shapeOf(then, moved) === shapeOf(after, moved) && (made === null || isUnused(then, moved)),
  });
}

function carry(world: World, { source, into, keys, subscribers, from }: Split): void {
  for (const key of world.keys.filter(({ id }) => keys.includes(id)))
    rebind(world, key, { organization: into }, from);
  for (const id of subscribers) {
    const { memberships } = world.subscribers.get(id) as Subscriber;
    const mapped = at(memberships, world.now).map((each) =>
      standing(world, each, world.now) === source ? into : each,
    );
    (world.subscribers.get(id) as Subscriber).memberships = put(memberships, from, [
      ...new Set(mapped),
    ]);
  }
}

function takeBack(
  then: World,
  before: World,
  { into, keys, subscribers, from }: Split,
  isMade: boolean,
) {
  for (const key of then.keys.filter(({ id }) => keys.includes(id))) {
    const were = before.keys.find(({ id }) => id === key.id)?.bindings ?? [];
    // What was cut at `from` stays two bindings, each of which is associated by itself.
    key.bindings = structuredClone(were).flatMap((row) =>
      row.from < from && from < row.to && row.bound.organization !== into
        ? [
            { ...row, to: from },
            { ...row, from, bound: { ...row.bound } },
          ]
        : [row],
    );
  }
  for (const id of subscribers)
    (then.subscribers.get(id) as Subscriber).memberships =
      before.subscribers.get(id)?.memberships ?? [];
  if (isMade) then.organizations.delete(into);
}

/** The timelines that a split changed; not what usage has associated since. */
const shapeOf = (world: World, { keys, subscribers }: Split): string =>
  JSON.stringify([
    world.keys
      .filter(({ id }) => keys.includes(id))
      .map(({ bindings }) =>
        bindings.map(({ from, to, bound }) => [from, to, bound.organization, bound.subscriber]),
      ),
    subscribers.map((id) => world.subscribers.get(id)?.memberships),
  ]);

/** Nothing has come to an organization that a split made but what the split gave it. */
function isUnused(world: World, { into, keys, subscribers }: Split): boolean {
  const { name, externalId } = world.organizations.get(into) as Organization;
  const refers = [
    ...world.keys.filter(({ id }) => !keys.includes(id)).flatMap(({ bindings }) => bindings),
    ...[...world.subscribers.values()].filter(({ id }) => !subscribers.includes(id)),
    ...world.subscriptions.values(),
    ...[...world.organizations.values()].filter(({ id }) => id !== into),
  ];
  return (
    !JSON.stringify(refers).includes(into) &&
    world.events.every(({ organization = '' }) => ![into, name, externalId].includes(organization))
  );
}
