import { testApp } from '../support/app.ts';
import { newsIsWhole } from '../support/news.ts';
import { createRandom } from '../support/random.ts';
import { bill, credit, finalize, pay, voidOne } from './billing-steps.ts';
import { checksAreOk, conflictsAreKept, ownersAreRight, usageIsRight } from './look.ts';
import {
  cancelPlanned,
  expire,
  moveAsPlanned,
  moveKey,
  newKey,
  restore,
  revoke,
  rotate,
} from './key-steps.ts';
import { openBooks, plans as terms } from './money.ts';
import { changeEdge, changeMemberships, signUp } from './ownership-steps.ts';
import { claim, merge, reattribute, undo, undoLast } from './repair-steps.ts';
import { post, type Simulation } from './simulation.ts';
import { split } from './split-steps.ts';
import { cancel, changePlan, pause, subscribe } from './subscription-steps.ts';
import { atOnce, send } from './usage-steps.ts';
import { emptyWorld, instant, monthOf, monthStart } from './world.ts';

/** Random operations through the real API, held after every step against a small oracle. */

type Deed = (simulation: Simulation) => Promise<void>;

/** How often each is done, of the sum of all. */
const deeds: [number, Deed][] = [
  [50, send],
  [3, signUp],
  [4, subscribe],
  [5, newKey],
  [14, moveKey],
  [5, rotate],
  [3, revoke],
  [4, expire],
  [3, restore],
  [3, cancelPlanned],
  [6, (simulation) => changeEdge(simulation, 'parents')],
  [12, (simulation) => changeEdge(simulation, 'payers')],
  [5, changeMemberships],
  [4, pause],
  [4, cancel],
  [6, changePlan],
  [5, atOnce],
  [6, reattribute],
  [5, merge],
  [6, split],
  [7, undo],
  [5, claim],
  [9, finalize],
  [6, pay],
  [6, credit],
  [4, voidOne],
  [3, bill],
];

export type Report = { seed: number; steps: number; counts: Map<string, number> };

/** What was done last, of all that was: `SIMULATION_LOG=1000` for more of it. */
const ROWS_SHOWN = Number(process.env.SIMULATION_LOG ?? 20);

export async function simulate({ seed, steps }: { seed: number; steps: number }): Promise<Report> {
  const api = await testApp();
  const simulation: Simulation = {
    api,
    random: createRandom(seed),
    world: emptyWorld(),
    books: openBooks(),
    plans: new Map(),
    items: new Map(),
    undoable: [],
    eventIds: new Map(),
    sent: 0,
    conflicts: new Set(),
    named: 0,
    log: [],
    counts: new Map(),
  };
  let step = 0;
  try {
    await found(simulation);
    for (step = 1; step <= steps; step += 1) await takeOne(simulation, step);
    await end(simulation);
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
  const { api, world, plans, items } = simulation;
  api.setClock(instant(world.now));
  const { id: productId } = await api.ok('POST', '/v1/products', { name: 'API' });
  for (const [name, { measure, fee, charges }] of Object.entries(terms)) {
    for (const { meter, aggregation } of charges)
      await post(simulation, 'meters', { key: meter, aggregation, measure });
    const plan = await api.ok('POST', '/v1/plans', {
      productId,
      name,
      charges: charges.map((charge) => ({
        meter: charge.meter,
        ...(charge.minimum !== undefined && { minimum: charge.minimum }),
        ...('tiers' in charge
          ? { model: 'graduated', tiers: charge.tiers }
          : { model: 'perUnit', unitPrice: charge.unitPrice }),
      })),
      fees: [fee],
    });
    plans.set(name, plan.id);
    for (const item of plan.fees) items.set(item.id, item.name);
    for (const item of plan.charges) items.set(item.id, item.meter);
  }
  for (let i = 0; i < 4; i += 1) await signUp(simulation);
}

async function takeOne(simulation: Simulation, step: number): Promise<void> {
  const { books, random, world } = simulation;
  if (random.chance(0.7)) world.now += random.integer(1, 3);
  simulation.api.setClock(instant(world.now));
  if (monthOf(world.now) > books.months) await bill(simulation);
  else await someDeed(simulation)(simulation);
  await ownersAreRight(simulation);
  if (step % 5 === 0) await usageIsRight(simulation);
  if (step % 10 === 0) await conflictsAreKept(simulation);
  if (step % 10 === 5) await newsIsWhole(simulation.api);
  if (step % 50 === 0) await checksAreOk(simulation);
}

/**
 * What is seldom: a planned end is taken back, and what was split. Then the month ends and is billed; its invoices are
 * issued, paid, credited, voided, and what is late is on the next.
 */
async function end(simulation: Simulation): Promise<void> {
  const { api, world } = simulation;
  for (const deed of [moveAsPlanned, expire, expire, cancelPlanned, split, undoLast]) {
    await deed(simulation);
    await ownersAreRight(simulation);
  }
  for (let i = 0; i < 2; i += 1) {
    world.now = monthStart(monthOf(world.now) + 1);
    api.setClock(instant(world.now));
    await bill(simulation);
    for (let some = 0; some < 3; some += 1) await finalize(simulation);
    for (const deed of [pay, credit, voidOne]) await deed(simulation);
    for (let some = 0; some < 3; some += 1) await send(simulation);
    await ownersAreRight(simulation);
  }
  await usageIsRight(simulation);
  await checksAreOk(simulation);
}

function someDeed({ random }: Simulation): Deed {
  let roll = random.integer(
    1,
    deeds.reduce((sum, [weight]) => sum + weight, 0),
  );
  return deeds.find(([weight]) => (roll -= weight) <= 0)?.[1] ?? send;
}
