// Writes every generated file of the repository, or checks that they are up to date.
//
//   node scripts/generate.mjs [--check] [step…]
//
// A step is `{ name, produce({ read }) }`: `produce` answers a Map of path → text (paths relative to the root),
// and `read(path)` gives a file as the steps before it left it, so that steps can build on one another even
// when nothing is written.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { databaseStep, openapiStep } from './lib/server-steps.mjs';
import { sdkStep } from './lib/sdk-step.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

// In the order in which they run: what is made from another step's files comes after it.
const STEPS = [databaseStep, openapiStep, sdkStep];

/** Runs the steps named (all of them by default) over one shared view of the files. */
async function produce(names) {
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `no step named ${unknown.join(', ')}; there are: ${STEPS.map((step) => step.name).join(', ')}`,
    );
  }
  const produced = new Map();
  const read = async (path) =>
    produced.get(path)?.text ?? (await readFile(join(ROOT, path), 'utf8'));
  for (const step of STEPS) {
    if (names.length > 0 && !names.includes(step.name)) continue;
    for (const [path, text] of await step.produce({ read }))
      produced.set(path, { text, step: step.name });
  }
  return produced;
}

async function isCurrent(path, text) {
  const present = await readFile(join(ROOT, path), 'utf8').catch(() => null);
  return present === text;
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { check: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const stale = [];
  for (const [path, { text, step }] of await produce(positionals)) {
    if (!(await isCurrent(path, text))) stale.push({ path, text, step });
  }
  if (!values.check) {
    for (const { path, text } of stale) {
      await mkdir(dirname(join(ROOT, path)), { recursive: true });
      await writeFile(join(ROOT, path), text);
      console.log(`wrote ${path}`);
    }
    return;
  }
  if (stale.length === 0) return;
  for (const { path } of stale) console.error(`stale: ${path}`);
  const steps = [...new Set(stale.map(({ step }) => step))];
  console.error(`Run \`node scripts/generate.mjs ${steps.join(' ')}\` and commit the result.`);
  process.exitCode = 1;
}

await main();
