import { expect, it } from 'vitest';
import { simulate } from './simulate.ts';

/** `SEED` repeats one, or some (`3,1`); `npm run simulate` asks for more seeds, and longer lives. */
const { SEED, SIMULATION_SEEDS = '3', SIMULATION_STEPS = '120' } = process.env;
const seeds =
  SEED === undefined
    ? Array.from({ length: Number(SIMULATION_SEEDS) }, (_, i) => i + 1)
    : SEED.split(',').map(Number);
const steps = Number(SIMULATION_STEPS);

/** What has to have been done, and accepted, in all of it together: a step that never succeeds shows nothing. */
const kinds =
  'organization subscriber subscribe key move rotate revoke expire restore cancelPlanned parents payers memberships ' +
  'pause resume cancel changePlan send duplicates conflicts atOnce reattribute merge split claim undo-reattributions ' +
  'undo-merges undo-splits bill finalize pay credit void creditNotesOfRuns';
const done = new Map<string, number>();

it.each(seeds)(
  'a deployment is what a small oracle says, whatever is done to it (seed %i)',
  async (seed) => {
    const { counts } = await simulate({ seed, steps });
    console.log(`Seed ${seed}, ${steps} steps:`, Object.fromEntries(counts));
    for (const [what, times] of counts) done.set(what, (done.get(what) ?? 0) + times);
  },
  60_000 + steps * 2_000,
);

it.runIf(SEED === undefined)('and everything has been done to it', () => {
  expect(kinds.split(' ').filter((kind) => (done.get(kind) ?? 0) < 1)).toEqual([]);
});
