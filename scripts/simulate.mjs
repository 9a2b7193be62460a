import { parseArgs } from 'node:util';
import { prepare } from './lib/prepare.mjs';
import { runMain } from './lib/terminal.mjs';
import { runVitest } from './lib/vitest.mjs';

/** Random operations against an oracle: `--seeds 20 --steps 2000`; `SEED=7` repeats one; `--mutations`: notices mistakes. */
await runMain(async () => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      steps: { type: 'string' },
      mutations: { type: 'boolean', default: false },
    },
  });
  await prepare({ withBuild: false });
  const { seeds, steps, mutations } = values;
  const file = mutations ? 'mutations.test.ts' : 'simulation.test.ts';
  const { ok } = runVitest(['--project', 'simulation', '--maxConcurrency', '2', file], {
    SIMULATION_SEEDS: seeds ?? (mutations ? '3' : '5'),
    SIMULATION_STEPS: steps ?? (mutations ? '120' : '500'),
    ...(mutations && { SIMULATION_MUTATIONS: '.' }),
  });
  process.exitCode = ok ? 0 : 1;
});
