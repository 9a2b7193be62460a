import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { query } from '../../../test/support/embedded.ts';
import { throwAwayDirectory } from '../../../test/support/throw-away.ts';
import { startEmbedded } from './embedded.ts';
import { canTraverse, isRoot } from './placement.ts';

const log = () => undefined;

describe('canTraverse', () => {
  let directory: { path: string; remove(): void };
  beforeEach(() => {
    directory = throwAwayDirectory();
  });
  afterEach(() => directory.remove());

  it('looks at every directory above', () => {
    const inner = join(directory.path, 'shut', 'open');
    mkdirSync(inner, { recursive: true });
    const stranger = { uid: 4_000_000, gid: 4_000_000 };
    expect(canTraverse(inner, stranger)).toBe(true);
    chmodSync(dirname(inner), 0o700);
    expect(canTraverse(inner, stranger)).toBe(false);
    chmodSync(dirname(inner), 0o701);
    expect(canTraverse(inner, stranger)).toBe(true);
  });
});

describe('below a directory that only its owner may enter', () => {
  let directory: { path: string; remove(): void };
  let dataDir: string;

  beforeEach(() => {
    directory = throwAwayDirectory();
    chmodSync(directory.path, 0o700);
    dataDir = join(directory.path, 'clone', 'data');
  });
  afterEach(() => {
    const home = relocated(dataDir);
    if (home?.startsWith('/var/lib/customary/')) rmSync(home, { recursive: true, force: true });
    directory.remove();
  });

  it('runs, and finds its files again', async () => {
    const first = await startEmbedded({ dataDir, log });
    await query(first.url, 'create table kept as select 7 as n');
    await first.stop();
    // As root they are elsewhere; an ordinary user's PostgreSQL is that user and gets through.
    expect(existsSync(join(dataDir, 'postgres'))).toBe(!isRoot());
    expect(relocated(dataDir) !== undefined).toBe(isRoot());

    const second = await startEmbedded({ dataDir, log });
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
    await second.stop();
  });

  it('starts empty where a deleted data directory was', async () => {
    const first = await startEmbedded({ dataDir, log });
    await query(first.url, 'create table kept as select 7 as n');
    await first.stop();
    const home = relocated(dataDir);
    rmSync(dataDir, { recursive: true });
    const second = await startEmbedded({ dataDir, log });
    await expect(query(second.url, 'select n from kept')).rejects.toThrow(/does not exist/);
    await second.stop();
    if (home) rmSync(home, { recursive: true });
  });

  it.runIf(isRoot())('refuses a copy that leads to the same files', async () => {
    await (await startEmbedded({ dataDir, log })).stop();
    const copy = join(directory.path, 'copy');
    cpSync(dataDir, copy, { recursive: true });
    await expect(startEmbedded({ dataDir: copy, log })).rejects.toThrow(/looks like a copy of/);
  });
});

function relocated(dataDir: string): string | undefined {
  const pointer = join(dataDir, 'postgres.location');
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').split('\n')[0] : undefined;
}
