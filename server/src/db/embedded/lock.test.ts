import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { throwAwayDirectory } from '../../../test/support/throw-away.ts';
import { lockDataDirectory } from './lock.ts';
import { identify } from './processes.ts';

let directory: { path: string; remove(): void };
beforeEach(() => {
  directory = throwAwayDirectory();
});
afterEach(() => directory.remove());

function leaveHolder(number: number, holder: unknown): void {
  mkdirSync(join(directory.path, 'server.lock'), { recursive: true });
  writeFileSync(join(directory.path, 'server.lock', String(number)), JSON.stringify(holder));
}

describe('lockDataDirectory', () => {
  it('holds one at a time, until it is released', () => {
    const first = lockDataDirectory(directory.path);
    expect(() => lockDataDirectory(directory.path)).toThrow(`process ${process.pid}.`);
    first.release();
    const second = lockDataDirectory(directory.path);
    first.release(); // a second time: must not release the successor's
    expect(() => lockDataDirectory(directory.path)).toThrow(/in use/);
    second.release();
    expect(readdirSync(join(directory.path, 'server.lock'))).toHaveLength(1);
  });

  it('supersedes a holder that has died, or whose number another process has now', () => {
    leaveHolder(3, { pid: 2 ** 30, startedAt: 'long ago' });
    lockDataDirectory(directory.path).release();
    leaveHolder(9, { pid: process.pid, startedAt: 'long ago' });
    lockDataDirectory(directory.path).release();
    leaveHolder(12, identify(process.pid));
    expect(() => lockDataDirectory(directory.path)).toThrow(/in use/);
  });

  it('lets exactly one of many contenders have it after a crash', async () => {
    leaveHolder(1, { pid: 2 ** 30, startedAt: 'long ago' });
    const contenders = await Promise.all(
      Array.from({ length: 6 }, () => contender(directory.path)),
    );
    const answers = await Promise.all(contenders.map(({ go }) => go()));
    contenders.forEach(({ end }) => end());
    expect(answers.filter((answer) => answer === 'mine')).toHaveLength(1);
    expect(answers.filter((answer) => answer.includes('in use'))).toHaveLength(5);
  });
});

/** A process that is ready to take the lock at a word, and keeps what it gets until its input ends. */
async function contender(path: string) {
  const module = new URL('./lock.ts', import.meta.url).href;
  const program = `
    import { createInterface } from 'node:readline';
    import { lockDataDirectory } from ${JSON.stringify(module)};
    createInterface(process.stdin).on('line', () => {
      try { lockDataDirectory(${JSON.stringify(path)}); console.log('mine'); }
      catch (error) { console.log(error.message); }
    });
    console.log('ready');`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  await next();
  return {
    go: () => {
      child.stdin.write('go\n');
      return next();
    },
    end: () => child.stdin.end(),
  };
}
