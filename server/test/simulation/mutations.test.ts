import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Mutation, mutations } from './mutations.ts';

const root = join(import.meta.dirname, '../../..');
const { SIMULATION_MUTATIONS, SIMULATION_SEEDS = '3', SIMULATION_STEPS = '120' } = process.env;
/** Where a mistake was noticed last is looked at first. */
const seedsFor = ({ seed }: Mutation) => [
  ...new Set([seed, ...Array.from({ length: Number(SIMULATION_SEEDS) }, (_, i) => i + 1)]),
];

it.each(mutations)('can still be made: $why', ({ file, from, to }) => {
  const parts = readFileSync(join(root, 'server/src', file), 'utf8').split(from);
  expect(parts.length - 1, `${file}: ${from}`).toBe(1);
  expect(to).not.toBe(from);
});

/** A copy of the product with one mistake. */
function mutated({ file, from, to }: Mutation): string {
  const copy = mkdtempSync(join(tmpdir(), 'customary-mutation-'));
  for (const path of [
    'server/src',
    'server/migrations',
    'server/test/simulation',
    'server/test/support',
  ])
    cpSync(join(root, path), join(copy, path), { recursive: true });
  for (const path of [
    'package.json',
    'tsconfig.base.json',
    'vitest.config.ts',
    'server/package.json',
    'server/tsconfig.json',
  ])
    cpSync(join(root, path), join(copy, path));
  for (const path of ['node_modules', 'server/node_modules'])
    if (existsSync(join(root, path))) symlinkSync(join(root, path), join(copy, path));
  const path = join(copy, 'server/src', file);
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(from, () => to),
  );
  return copy;
}

/** What the simulation says of it: the line that tells what is wrong; null where it notices nothing. */
async function whatIsNoticed(mutation: Mutation): Promise<string | null> {
  const copy = mutated(mutation);
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const asked = ['run', '--bail=1', '--maxWorkers=1', '--project', 'simulation'];
  const child = spawn(process.execPath, [program, ...asked, 'simulation.test.ts'], {
    cwd: copy,
    env: { ...process.env, SEED: seedsFor(mutation).join(), SIMULATION_STEPS, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [status] = await once(child, 'exit');
  rmSync(copy, { recursive: true, force: true });
  if (status === 0) return null;
  return /Seed \d+, step \d+/.exec(said)?.[0] ?? `it does not even run: ${said.slice(-2000)}`;
}

// Each takes a minute: `npm run simulate -- --mutations`.
const wanted = mutations.filter(
  ({ why }) => SIMULATION_MUTATIONS !== undefined && new RegExp(SIMULATION_MUTATIONS).test(why),
);
it.concurrent.each(wanted)(
  'is caught: $why',
  async (mutation) => {
    const noticed = await whatIsNoticed(mutation);
    console.log(`${noticed === null ? 'NOT CAUGHT' : `caught (${noticed})`}: ${mutation.why}`);
    expect(noticed).toMatch(/^Seed/);
  },
  900_000,
);
