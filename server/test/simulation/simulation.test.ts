import { expect, it } from 'vitest';
import { simulate } from './simulate.ts';

/** `SEED` repeats one, or some (`3,1`); `npm run simulate` asks for more seeds, and longer lives. */
const { SEED, SIMULATION_SEEDS = '1', SIMULATION_STEPS = '90' } = process.env;
const seeds =
  SEED === undefined
    ? Array.from({ length: Number(SIMULATION_SEEDS) }, (_, i) => i + 1)
    : SEED.split(',').map(Number);
const steps = Number(SIMULATION_STEPS);

it.each(seeds)(
  'a deployment is what a small oracle says, whatever is done to it (seed %i)',
  async (seed) => {
    const { counts } = await simulate({ seed, steps });
    console.log(`Seed ${seed}, ${steps} steps:`, Object.fromEntries(counts));
    expect(counts.get('events')).toBeGreaterThan(0);
  },
  60_000 + steps * 2_000,
);
