import { testApp } from '../support/app.ts';
import { createRandom } from '../support/random.ts';
import { bill, credit, finalize, pay, voidOne } from './billing-steps.ts';
import { checksAreOk, ownersAreRight, usageIsRight } from './look.ts';
import { openBooks, prices } from './money.ts';
import {
  changeEdge,
  changeMemberships,
  changeSubscription,
  moveKey,
  newKey,
  revoke,
  rotate,
  signUp,
  subscribe,
} from './ownership-steps.ts';
import { claim, merge, reattribute, undo } from './repair-steps.ts';
import { post, type Simulation } from './simulation.ts';
import { atOnce, send } from './usage-steps.ts';
import { emptyWorld, instant, monthOf } from './world.ts';

/** Random operations through the real API, held after every step against a small oracle. */

type Deed = (simulation: Simulation) => Promise<void>;

/** How often each is done, of the sum of all. */
const deeds: [number, Deed][] = [
  [60, send],
  [6, signUp],
  [3, subscribe],
  [6, newKey],
  [14, moveKey],
  [5, rotate],
  [4, revoke],
  [7, (simulation) => changeEdge(simulation, 'parents')],
  [5, (simulation) => changeEdge(simulation, 'payers')],
  [5, changeMemberships],
  [5, changeSubscription],
  [5, atOnce],
  [6, reattribute],
  [4, merge],
  [5, undo],
  [4, claim],
  [8, finalize],
  [6, pay],
  [2, credit],
  [2, voidOne],
  [2, bill],
];

export type Report = { seed: number; steps: number; counts: Map<string, number> };

const ROWS_SHOWN = 20;

export async function simulate({ seed, steps }: { seed: number; steps: number }): Promise<Report> {
  const api = await testApp();
  const simulation: Simulation = {
    api,
    random: createRandom(seed),
    world: emptyWorld(),
    books: openBooks(),
    plans: new Map(),
    undoable: [],
    eventIds: new Map(),
    sent: 0,
    named: 0,
    log: [],
    counts: new Map(),
  };
  let step = 0;
  try {
    await found(simulation);
    for (step = 1; step <= steps; step += 1) await takeOne(simulation, step, step === steps);
  } catch (error) {
    const what = [
      `Seed ${seed}, step ${step} of ${steps}. Repeat it: SEED=${seed} npm run simulate -- --steps ${step}`,
      ...simulation.log.slice(-ROWS_SHOWN),
      error instanceof Error ? error.message : String(error),
    ];
    throw new Error(what.join('\n'), { cause: error });
  } finally {
    await api.close();
  }
  return { seed, steps, counts: simulation.counts };
}

async function found(simulation: Simulation): Promise<void> {
  const { api, world, plans } = simulation;
  api.setClock(instant(world.now));
  const { id: productId } = await api.ok('POST', '/v1/products', { name: 'API' });
  for (const [measure, { unitPrice, fee }] of Object.entries(prices)) {
    await post(simulation, 'meters', { key: measure, aggregation: 'sum', measure });
    const { id } = await api.ok('POST', '/v1/plans', {
      productId,
      name: measure,
      charges: [{ meter: measure, model: 'perUnit', unitPrice }],
      fees: [{ name: 'Platform', amount: fee, timing: 'arrears' }],
    });
    plans.set(measure, id);
  }
  for (let i = 0; i < 4; i += 1) await signUp(simulation);
}

async function takeOne(simulation: Simulation, step: number, isLast: boolean): Promise<void> {
  const { api, books, random, world } = simulation;
  if (random.chance(0.6)) world.now += random.integer(1, 2);
  api.setClock(instant(world.now));
  if (monthOf(world.now) > books.months) await bill(simulation);
  else await someDeed(simulation)(simulation);
  await ownersAreRight(simulation);
  if (step % 5 === 0 || isLast) await usageIsRight(simulation);
  if (isLast) await bill(simulation);
  if (step % 50 === 0 || isLast) await checksAreOk(simulation);
}

function someDeed({ random }: Simulation): Deed {
  let roll = random.integer(
    1,
    deeds.reduce((sum, [weight]) => sum + weight, 0),
  );
  return deeds.find(([weight]) => (roll -= weight) <= 0)?.[1] ?? send;
}
