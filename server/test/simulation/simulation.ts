import type { Random } from '../support/random.ts';
import type { Called, Json, TestApp } from '../support/app.ts';
import { settle } from './attribution.ts';
import type { Books } from './money.ts';
import { copyOf, instant, type World } from './world.ts';

/** A deployment, what the oracle believes of it, and what has been done. */
export type Simulation = {
  api: TestApp;
  random: Random;
  world: World;
  books: Books;
  /** Their ids, by name. */
  plans: Map<string, string>;
  /** What the ids of fees and charges are called. */
  items: Map<string, string>;
  /** What was applied and may be undone. */
  undoable: Undoable[];
  /** `evt_…` of the ids that were sent. */
  eventIds: Map<string, string>;
  sent: number;
  /** What was kept beside the events that stand. */
  conflicts: Set<string>;
  named: number;
  log: string[];
  counts: Map<string, number>;
};

export type Undoable = {
  path: string;
  undo: (world: World) => void;
  isClear?: Step['isClear'];
};

/** Something to do through the API, and what it makes of the world if it is accepted. */
export type Step = {
  label: string;
  call: () => Promise<Called>;
  apply: (world: World, answer: Json) => void;
  /** Whether the step may be taken: some things the design leaves open. */
  isClear?: (before: World, after: World) => boolean;
  /** Why it may be refused, where the oracle does not say so beforehand: `code: detail`. */
  refusals?: RegExp;
};

/** @throws where anything is said to be wrong. */
export function agree(what: string, wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Error([`${what}:`, ...wrong.slice(0, 20)].join('\n'));
}
export const differ = (is: readonly string[], shouldBe: readonly string[]): string[] => [
  ...is.filter((each) => !shouldBe.includes(each)).map((each) => `is: ${each}`),
  ...shouldBe.filter((each) => !is.includes(each)).map((each) => `should be: ${each}`),
];

export const post = (simulation: Simulation, path: string, body?: object): Promise<Called> =>
  simulation.api.call('POST', `/v1/${path}`, body);

export function count({ counts }: Simulation, what: string, times = 1): void {
  counts.set(what, (counts.get(what) ?? 0) + times);
}

/** Takes the step, unless it leads where the design does not say what to do. Null: it was refused, or not taken. */
export async function take(simulation: Simulation, step: Step): Promise<Json> {
  const { world } = simulation;
  const name = step.label.split(' ')[0] ?? '';
  const after = copyOf(world);
  step.apply(after, { id: 'new' });
  settle(after);
  if (after.isAwkward || step.isClear?.(world, after) === false) {
    count(simulation, `${name} left out`);
    return null;
  }
  const { status, text, body } = await step.call();
  simulation.log.push(`${instant(world.now)} ${step.label} → ${status}`);
  if (status >= 300) {
    const why = `${body.code}: ${body.detail}`;
    simulation.log.push(`  ${why}`);
    if (step.refusals?.test(why) !== true) throw new Error(`${step.label}: ${status} ${text}`);
    count(simulation, `${name} refused`);
    return null;
  }
  count(simulation, name);
  step.apply(world, body);
  settle(world);
  return body;
}
