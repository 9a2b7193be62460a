import { standing } from './attribution.ts';
import type { Simulation } from './simulation.ts';
import { EVER, type Subscription } from './world.ts';

/** What a step is about, and from when. */

/** Those that answer for themselves now. */
export const standingIds = ({ world }: Simulation): string[] =>
  [...world.organizations.keys()].filter((id) => standing(world, id, world.now) === id);

export const subscriptionsOf = ({ world }: Simulation, organization: string): Subscription[] =>
  [...world.subscriptions.values()].filter((each) => each.organizationId === organization);

/** Of those that usage made we do not know the ids. */
export const knownSubscribers = ({ world }: Simulation): string[] =>
  [...world.subscribers.keys()].filter((id) => !id.startsWith('auto'));

/** From when something holds: mostly a while ago, at times now, ever, or to come. */
export function someFrom({ random, world }: Simulation): number {
  if (random.chance(0.1)) return EVER;
  return random.chance(0.2) ? world.now + random.integer(1, 20) : world.now - random.integer(0, 40);
}
