import { parseArgs } from 'node:util';
import { prepare } from './lib/prepare.mjs';
import { runMain } from './lib/terminal.mjs';
import { runVitest } from './lib/vitest.mjs';

/** Random operations against an oracle: `--seeds 20 --steps 2000`; `SEED=7` repeats one. */
await runMain(async () => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '5' },
      steps: { type: 'string', default: '500' },
    },
  });
  await prepare({ withBuild: false });
  const { ok } = runVitest(['--project', 'simulation', 'simulation.test.ts'], {
    SIMULATION_SEEDS: values.seeds,
    SIMULATION_STEPS: values.steps,
  });
  process.exitCode = ok ? 0 : 1;
});
