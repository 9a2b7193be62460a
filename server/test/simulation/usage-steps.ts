import { expect } from 'vitest';
import { settle, standing } from './attribution.ts';
import { newEvent } from './claims.ts';
import { moveBody, rebind } from './key-steps.ts';
import { standingIds } from './picks.ts';
import { count, post, type Simulation } from './simulation.ts';
import { copyOf, type Event, instant, type World } from './world.ts';

/** Events: on time, late, twice, with another body, by every kind of identifier; alone and at once with other things. */

const toApi = ({ time, measure, quantity, ...rest }: Event) => ({
  ...rest,
  time: instant(time),
  measures: { [measure]: quantity },
});

function record(world: World, events: readonly Event[]): void {
  world.events.push(...events);
  settle(world);
}

/** What becomes of each event of a batch: the first of an id stands, another body is a conflict. */
function fatesOf(recorded: readonly Event[], batch: readonly Event[]) {
  const known = new Map(recorded.map((event) => [event.id, JSON.stringify(event)]));
  const fresh: Event[] = [];
  const conflicts: number[] = [];
  for (const [index, event] of batch.entries()) {
    const text = JSON.stringify(event);
    const first = known.get(event.id);
    if (first === undefined) {
      known.set(event.id, text);
      fresh.push(event);
    } else if (first !== text) conflicts.push(index);
  }
  return { fresh, conflicts, duplicates: batch.length - fresh.length - conflicts.length };
}

/** A batch, in any order, with new events, some that were sent before or twice, and some that are not what was sent. */
export async function send(simulation: Simulation): Promise<void> {
  const { random, world } = simulation;
  const fresh = Array.from({ length: random.integer(1, 8) }, () => newEvent(simulation));
  const some = () => random.pick(random.chance(0.5) ? fresh : [...world.events, ...fresh]);
  const again = random.chance(0.4) ? [some(), some()] : [];
  const other = random.chance(0.35) ? [{ ...some(), quantity: random.integer(41, 80) }] : [];
  const mixed = random.shuffle([...fresh, ...again, ...other]);
  const batch = mixed.filter((_, i) => {
    const after = copyOf(world);
    record(after, fatesOf(world.events, mixed.slice(0, i + 1)).fresh);
    return !after.isAwkward;
  });
  const after = copyOf(world);
  const { fresh: isNew, duplicates, conflicts } = fatesOf(world.events, batch);
  record(after, isNew);
  // Left out events may have made it awkward for those after them: then none is sent.
  if (after.isAwkward || batch.length === 0) return count(simulation, 'send left out');
  const { status, body, text } = await post(simulation, 'events', batch.map(toApi));
  const sent = batch.map((event) => JSON.stringify({ ...event, time: instant(event.time) }));
  simulation.log.push(`${instant(world.now)} send ${sent.join(' ')} → ${status}`);
  expect(status, text).toBe(200);
  const indices = body.conflicts.map(({ index }: { index: number }) => index);
  expect({ ...body, conflicts: indices }, text).toMatchObject({
    accepted: isNew.length,
    duplicates,
    conflicts,
    rejected: [],
  });
  record(world, isNew);
  count(simulation, 'send');
  count(simulation, 'events', isNew.length);
  count(simulation, 'duplicates', duplicates);
  count(simulation, 'conflicts', conflicts.length);
  for (const i of conflicts) simulation.conflicts.add(JSON.stringify(batch[i]));
}

/**
 * The same key moved, used, and its usage sent twice, all at once: whatever the order, it comes to the same. Each
 * credential is bound to a subscription, so that nothing depends on which event is first.
 */
export async function atOnce(simulation: Simulation): Promise<void> {
  const { random, world } = simulation;
  const { now } = world;
  const keys = world.keys.filter(
    ({ id, names, bindings }) =>
      id.startsWith('crd') &&
      names.some(({ to }) => to === Infinity) &&
      bindings.every(({ to, bound }) => to === Infinity && bound.subscription),
  );
  const homes = [...world.subscriptions.values()].filter(
    ({ organizationId }) =>
      standing(world, organizationId, now) === organizationId &&
      standingIds(simulation).includes(organizationId),
  );
  if (keys.length === 0 || homes.length === 0) return;
  const key = random.pick(keys);
  const text = key.names.find(({ to }) => to === Infinity)?.text ?? '';
  const home = random.pick(homes);
  const change = { organization: home.organizationId, subscription: home.id };
  const from = now - random.integer(5, 30);
  const batches = [0, 1, 2, 3].map(() =>
    Array.from({ length: 5 }, () => ({
      ...newEvent(simulation, { credential: text }),
      time: now - random.integer(0, 12),
    })),
  );
  const after = copyOf(world);
  const own = after.keys.find(({ id }) => id === key.id);
  if (own) rebind(after, own, change, from);
  record(after, batches.flat());
  if (after.isAwkward) return count(simulation, 'atOnce left out');
  const sent = (events: Event[] = []) => post(simulation, 'events', events.map(toApi));
  const [moved, ...answers] = await Promise.all([
    post(simulation, `credentials/${key.id}/move`, moveBody(change, from)),
    sent(batches[0]),
    sent(batches[1]),
    sent(batches[0]),
    sent(batches[2]),
    sent(batches[3]),
    sent(batches[1]),
  ]);
  simulation.log.push(
    `${instant(now)} atOnce ${text} to ${JSON.stringify(change)} ${instant(from)} → ${moved.status}`,
  );
  for (const { status, text: why } of answers) expect(status, why).toBe(200);
  const total = (field: string) => answers.reduce((sum, { body }) => sum + body[field], 0);
  expect([total('accepted'), total('duplicates')]).toEqual([20, 10]);
  if (moved.status >= 300) throw new Error(`atOnce: ${moved.text}`);
  const real = world.keys.find(({ id }) => id === key.id);
  if (real) rebind(world, real, change, from);
  record(world, batches.flat());
  count(simulation, 'atOnce');
}
