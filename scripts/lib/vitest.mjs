import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './paths.mjs';

/** Runs vitest in this terminal; answers its counts, and whether all is well. */
export function runVitest(args, env = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'customary-vitest-'));
  const output = join(directory, 'results.json');
  const program = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`];
  const { status } = spawnSync(process.execPath, [program, 'run', ...reporters, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  const counts = existsSync(output)
    ? count(readFileSync(output, 'utf8'))
    : { passed: 0, failed: 1 };
  rmSync(directory, { recursive: true, force: true });
  return { ...counts, ok: status === 0 };
}

function count(json) {
  const report = JSON.parse(json);
  // A file that cannot even be loaded has no tests to fail.
  const broken = report.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken };
}
