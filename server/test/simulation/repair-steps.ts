import type { Json } from '../support/app.ts';
import { NOBODY, standing } from './attribution.ts';
import { standingIds } from './picks.ts';
import { count, post, type Simulation, take, type Undoable } from './simulation.ts';
import {
  type Alias,
  at,
  EVER,
  instant,
  instantOrEver,
  type Organization,
  overlay,
  type Owner,
  put,
  since,
  type Steps,
  type World,
} from './world.ts';

/** Re-attributions, merges, claims: previewed, applied, undone. */

/** Usage of an organization and a stretch of time, or some events, given to another by hand. */
export async function reattribute(simulation: Simulation): Promise<void> {
  const { random, world, eventIds } = simulation;
  const homes = [...world.subscriptions.values()].filter(
    ({ organizationId }) => standing(world, organizationId, world.now) === organizationId,
  );
  if (homes.length === 0 || world.events.length === 0) return;
  const { id: subscription, organizationId: organization } = random.pick(homes);
  const moving = random
    .shuffle(world.events)
    .filter(({ id }) => world.owners.get(id)?.organization !== organization)
    .slice(0, random.integer(1, 12))
    .map(({ id }) => id);
  if (moving.length === 0) return;
  const owner = { organizationId: organization, subscriptionId: subscription };
  const selection = { eventIds: moving.map((id) => eventIds.get(id)) };
  const preview = await post(simulation, 'reattributions', { selection, owner, reason: 'Agreed' });
  if (preview.status >= 300) throw new Error(`reattribute: ${preview.text}`);
  const { id } = preview.body;
  const before = new Map<string, Owner>();
  const done = await take(simulation, {
    label: `reattribute ${moving.join()} to ${subscription}`,
    call: () => post(simulation, `reattributions/${id}/apply`),
    apply: (after) => {
      const found = after.subscriptions.get(subscription);
      for (const event of after.events.filter((each) => moving.includes(each.id))) {
        const takes =
          found &&
          found.start <= event.time &&
          event.time < found.end &&
          !at(found.paused, event.time);
        const was = after.owners.get(event.id);
        if (was) before.set(event.id, was);
        after.owners.set(event.id, {
          organization,
          subscription: takes ? subscription : null,
          meant: null,
          byHand: id,
        });
      }
    },
  });
  if (done === null) return;
  simulation.undoable.push({
    path: `reattributions/${id}`,
    // Where ownership has changed meanwhile, usage gets the owner that it would have had.
    undo: ({ owners }) => {
      for (const [event, was] of before)
        if (owners.get(event)?.byHand === id) owners.set(event, was);
    },
  });
}

/** Into one that has nothing merged: what is merged twice has tests of its own. */
export async function merge(simulation: Simulation): Promise<void> {
  const { random, world } = simulation;
  const plain = standingIds(simulation).filter((id) =>
    [...world.organizations.values()].every(
      ({ id: own, aliases }) =>
        (own !== id || aliases.every(({ value }) => value === null)) &&
        aliases.every(({ value }) => value?.into !== id),
    ),
  );
  const [organizationId, intoId] = random.shuffle(plain);
  if (organizationId === undefined || intoId === undefined) return;
  const from = random.chance(0.15) ? EVER : world.now - random.integer(0, 30);
  const body = { organizationId, intoId, from: instantOrEver(from) };
  let preview = await post(simulation, 'merges', body);
  const ambiguous: string[] = (preview.body.preview?.ambiguous ?? []).map(
    ({ measure }: Json) => measure,
  );
  if (preview.status < 300 && ambiguous.length > 0) {
    const choices = ambiguous.map((measure) => ({ measure, subscriptionId: 'own' }));
    preview = await post(simulation, 'merges', { ...body, choices });
  }
  if (preview.status >= 300) return count(simulation, 'merge refused');
  const { id } = preview.body;
  const [appliedAt, alias] = [world.now, { into: intoId, own: ambiguous }];
  const moved = new Map<string, [Owner, Owner]>();
  const done = await take(simulation, {
    label: `merge ${organizationId} into ${intoId} ${instantOrEver(from)}`,
    call: () => post(simulation, `merges/${id}/apply`),
    apply: (after) => setAlias(after, organizationId, (aliases) => put(aliases, from, alias)),
    isClear: (before, after) => {
      for (const [event, owner] of before.owners) {
        const next = after.owners.get(event);
        if (next && !isSame(owner, next)) moved.set(event, [owner, next]);
      }
      // A survivor's usage that was billed stays where it is; had it been recorded now, it might not.
      return [...moved.values()].every(
        ([owner, next]) => owner.subscription === null || owner.organization !== next.organization,
      );
    },
  });
  if (done === null) return;
  simulation.undoable.push({
    path: `merges/${id}`,
    undo: (after) => {
      setAlias(after, organizationId, () =>
        overlay<Alias | null>(since(null), Math.max(from, appliedAt), after.now, alias),
      );
      for (const [event, [was, became]] of moved) {
        const { time = 0 } = after.events.find((each) => each.id === event) ?? {};
        const stays = Math.max(from, appliedAt) <= time && time < after.now;
        const owner = after.owners.get(event);
        if (owner && !stays && isSame(owner, became)) after.owners.set(event, was);
      }
    },
    // Usage goes back where it was, even where the rules would have it elsewhere by now.
    isClear: (before, after) =>
      [...moved].every(([event, [was]]) => {
        const [then, now] = [before.owners.get(event), after.owners.get(event)];
        return then && now && (isSame(then, now) || isSame(now, was));
      }),
  });
}

const isSame = (a: Owner, b: Owner) =>
  a.organization === b.organization && a.subscription === b.subscription && a.byHand === b.byHand;

function setAlias(
  { organizations }: World,
  id: string,
  change: (aliases: Steps<Alias | null>) => Steps<Alias | null>,
): void {
  const organization = organizations.get(id) as Organization;
  organization.aliases = change(organization.aliases);
}

export async function undo(simulation: Simulation): Promise<void> {
  const { random, undoable } = simulation;
  if (undoable.length > 0) await takeBack(simulation, random.pick(undoable));
}

export async function undoLast(simulation: Simulation): Promise<void> {
  const last = simulation.undoable.at(-1);
  if (last !== undefined) await takeBack(simulation, last);
}

async function takeBack(simulation: Simulation, chosen: Undoable): Promise<void> {
  const { undoable } = simulation;
  const kind = chosen.path.split('/')[0];
  const done = await take(simulation, {
    label: `undo-${kind} ${chosen.path}`,
    call: () => post(simulation, `${chosen.path}/undo`),
    apply: chosen.undo,
    isClear: chosen.isClear,
  });
  if (done !== null) undoable.splice(undoable.indexOf(chosen), 1);
}

/** Usage that has reached nobody gets its owner: from when it was first seen. */
export async function claim(simulation: Simulation): Promise<void> {
  const { api, random, world } = simulation;
  const { items } = await api.ok('GET', '/v1/unclassified?limit=200&reached=nothing');
  const groups = items.filter(({ kind, reason }: Json) => reason === `unknown_${kind}`);
  const organization = random.pick(
    standingIds(simulation).map((id) => world.organizations.get(id) as Organization),
  );
  if (groups.length === 0) return;
  const group = random.pick<Json>(groups);
  const text = (event: Json) => event[group.kind] as string | undefined;
  const lost = world.events.filter(
    (event) => world.owners.get(event.id)?.organization === NOBODY && isOf(group, text(event)),
  );
  const [first] = lost;
  if (first === undefined) throw new Error(`claim: nothing is lost of ${JSON.stringify(group)}`);
  const name = text(first) ?? '';
  const from = Math.min(...lost.map(({ time }) => time));
  if (group.kind === 'subscription') return;
  if (group.kind === 'organization' && organization.externalId !== null) return;
  await take(simulation, {
    label: `claim ${group.kind} ${name} for ${organization.id} from ${instant(from)}`,
    call: () =>
      post(simulation, 'unclassified/claim', { id: group.id, organizationId: organization.id }),
    apply: (after, { credentialId, subscriberId }) => {
      const own = after.organizations.get(organization.id);
      if (group.kind === 'credential') {
        const bound = { subscriber: '', organization: organization.id, subscription: null };
        const range = { from, to: Infinity };
        after.keys.push({
          id: credentialId ?? 'new',
          names: [{ text: name, ...range }],
          bindings: [{ ...range, bound }],
        });
      } else if (group.kind === 'subscriber') {
        const id = subscriberId ?? 'new';
        const memberships = put(since<string[]>([]), from, [organization.id]);
        after.subscribers.set(id, { id, email: name.toLowerCase(), memberships });
      } else if (own) own.externalId = name;
    },
  });
}

/** Credential IDs are shown masked. */
function isOf({ kind, identifier }: Json, text: string | undefined): boolean {
  if (text === undefined) return false;
  if (kind !== 'credential') return text.toLowerCase() === identifier.toLowerCase();
  const [head = '', tail = ''] = identifier.split('…');
  return text.startsWith(head) && text.endsWith(tail);
}
