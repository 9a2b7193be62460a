import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { root } from './paths.mjs';
import { duration, Refusal } from './terminal.mjs';

const NODE_MIN = [20, 19];
const lockFile = join(root, 'package-lock.json');
const installedMark = join(root, 'node_modules', '.customary-installed');
const npmMark = join(root, 'node_modules', '.package-lock.json');

/** Makes a fresh clone ready to run: the right Node, the packages, the built server. */
export async function prepare({ withBuild = true } = {}) {
  checkNode();
  if (!isInstalled()) install();
  if (withBuild) await build();
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  throw new Refusal(
    `Customary needs Node.js ${NODE_MIN.join('.')} or newer; this is ${process.versions.node} (${process.execPath}).\n` +
      `Install a current one, for example from https://nodejs.org, and run the command again.`,
  );
}

/** Times tell nothing certain in a tree that git writes, so after an install the lock file's hash is kept. */
function isInstalled() {
  if (!existsSync(npmMark)) return false;
  if (existsSync(installedMark) && readFileSync(installedMark, 'utf8') === lockHash()) return true;
  // Somebody ran npm themselves.
  return statSync(npmMark).mtimeMs >= statSync(lockFile).mtimeMs;
}

function install() {
  console.log(
    'Installing the packages of package-lock.json (npm ci); this takes a minute the first time …',
  );
  const startedMs = performance.now();
  // The npm that runs us, else the one on the path. Its input is closed: it must not stop to ask.
  const own = process.env.npm_execpath?.endsWith('.js') ? process.env.npm_execpath : undefined;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] };
  const result = own
    ? spawnSync(process.execPath, [own, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (result.status !== 0) {
    throw new Refusal(
      `npm ci failed${result.error ? `: ${result.error.message}` : ''}. What it says above is the reason; ` +
        `often the registry cannot be reached, or node_modules belongs to another user.`,
    );
  }
  writeFileSync(installedMark, lockHash());
  console.log(`Packages installed in ${duration(performance.now() - startedMs)}.`);
}

function lockHash() {
  return createHash('sha256').update(readFileSync(lockFile)).digest('hex');
}
