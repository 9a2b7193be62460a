import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { duration, heading, runMain } from './lib/terminal.mjs';
import { runVitest } from './lib/vitest.mjs';

/** What the tests of `server` need of a PostgreSQL of the machine's own. */
const SECOND_POSTGRES_MIN = 15;
const machinePostgres = '/usr/lib/postgresql';
/** Whose SQL is more than reading and writing a row. */
const secondFolders = [
  'server/test/database',
  'server/test/properties',
  ...['attribution', 'db', 'metering', 'rating', 'statements', 'unclassified', 'usage'].map(
    inSource,
  ),
  'server/src/invoicing/billing.test.ts',
];

function inSource(domain) {
  return `server/src/${domain}/`;
}

const total = { passed: 0, failed: 0 };
const failedSteps = [];

await runMain(async () => {
  await prepare({ withBuild: false });
  const vitestArgs = process.argv.slice(2);
  if (vitestArgs.length > 0) await onlyVitest(vitestArgs);
  else await everything();
  if (failedSteps.length > 0) {
    process.exitCode = 1;
    console.log(`\nFailed: ${failedSteps.join(', ')}`);
  }
  // CI reads this line.
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
});

async function onlyVitest(args) {
  await step('build', buildServer);
  await step('tests', () => tests(args));
}

async function everything() {
  await step('browser', ensureChromium);
  await step('build', buildServer);
  await step('types', () => npmRun('types'));
  await step('lint', () => npmRun('lint'));
  await step('format', () => npmRun('format:check'));
  await step('generated files', checkGenerated);
  await step('tests', () => tests([]));
  await step('tests on a second PostgreSQL', secondPostgres);
}

/** A failing step does not keep the later ones from showing what they find. */
async function step(name, action) {
  heading(name);
  const startedMs = performance.now();
  const ok = await action();
  console.log(`${name}: ${ok ? 'ok' : 'FAILED'} (${duration(performance.now() - startedMs)})`);
  if (!ok) failedSteps.push(name);
}

async function buildServer() {
  try {
    await build();
    return true;
  } catch (error) {
    console.error(error.message);
    return false;
  }
}

function npmRun(script) {
  return run('npm', ['run', '--silent', script], { shell: process.platform === 'win32' });
}

function checkGenerated() {
  if (existsSync(join(root, 'scripts', 'generate.mjs'))) {
    return run(process.execPath, [join(root, 'scripts', 'generate.mjs'), '--check']);
  }
  console.log('nothing is generated yet (scripts/generate.mjs)');
  return true;
}

function tests(args, env) {
  const { passed, failed, ok } = runVitest(args, env);
  total.passed += passed;
  total.failed += failed;
  return ok;
}

/** The same SQL must hold on the oldest PostgreSQL that we support; the machine's own often is older. */
function secondPostgres() {
  const version = secondVersion();
  if (version === undefined) {
    console.log(`no PostgreSQL ${SECOND_POSTGRES_MIN} or newer in ${machinePostgres}: left out`);
    return true;
  }
  const bin = join(machinePostgres, String(version), 'bin');
  console.log(`PostgreSQL ${version} in ${bin}`);
  return tests(['--project', 'server', ...secondFolders], { CUSTOMARY_TEST_POSTGRES_BIN: bin });
}

function secondVersion() {
  if (!existsSync(machinePostgres)) return undefined;
  const versions = readdirSync(machinePostgres)
    .map(Number)
    .filter((version) => version >= SECOND_POSTGRES_MIN)
    .filter((version) => existsSync(join(machinePostgres, String(version), 'bin', 'postgres')));
  return versions.length > 0 ? Math.min(...versions) : undefined;
}

function run(command, args, options = {}) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    ...options,
  });
  return status === 0;
}
