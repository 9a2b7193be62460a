import { existsSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { throwAwayDirectory } from '../../../test/support/throw-away.ts';
import { cleanEnvironment, repairLinks } from './binaries.ts';
import { configText } from './config.ts';

const GB = 1024 ** 3;

function configFor(changes: Partial<Parameters<typeof configText>[0]>): string {
  const listen = { socketDir: '/tmp/s' };
  return configText({ memoryBytes: 8 * GB, clusterName: 'c', listen, durable: true, ...changes })
    .text;
}

describe('configText', () => {
  it('fits the memory of the machine, within reason', () => {
    expect(configFor({ memoryBytes: 8 * GB })).toContain(`shared_buffers = '2048MB'`);
    expect(configFor({ memoryBytes: 512 * GB })).toContain(`shared_buffers = '4096MB'`);
    expect(configFor({ memoryBytes: GB / 4 })).toContain(`shared_buffers = '128MB'`);
  });

  it('listens on the network only where there are no Unix sockets, and there only for this machine', () => {
    expect(configFor({})).toContain(`listen_addresses = ''`);
    expect(configFor({ listen: { port: 6000 } })).toContain(`listen_addresses = '127.0.0.1'`);
  });

  it('quotes what it writes', () => {
    expect(configFor({ listen: { socketDir: `/tmp/o'clock` } })).toContain(`'/tmp/o''clock'`);
  });

  it('carries a hash that changes with any setting', () => {
    const choices = { memoryBytes: GB, clusterName: 'c', listen: { port: 1 }, durable: true };
    expect(configText(choices).hash).toBe(configText({ ...choices }).hash);
    expect(configText(choices).hash).not.toBe(configText({ ...choices, durable: false }).hash);
  });
});

describe('cleanEnvironment', () => {
  it('passes on nothing of ours', () => {
    expect(Object.keys(cleanEnvironment()).toSorted()).toEqual(['LC_ALL', 'PATH', 'TZ']);
  });
});

describe('repairLinks', () => {
  let directory: { path: string; remove(): void };
  beforeEach(() => {
    directory = throwAwayDirectory();
  });
  afterEach(() => directory.remove());

  it('makes missing and dangling links, relative, and leaves the others', () => {
    const lib = join(directory.path, 'native', 'lib');
    mkdirSync(lib, { recursive: true });
    writeFileSync(join(lib, 'libpq.so.5.18'), '');
    symlinkSync('nowhere', join(lib, 'libpq.so.5'));
    const source = 'native/lib/libpq.so.5.18';
    const links = ['native/lib/libpq.so', 'native/lib/libpq.so.5'].map((target) => ({
      source,
      target,
    }));
    writeFileSync(join(directory.path, 'native', 'pg-symlinks.json'), JSON.stringify(links));
    expect(repairLinks(directory.path)).toBe(true);
    expect(repairLinks(directory.path)).toBe(true);
    for (const name of ['libpq.so', 'libpq.so.5']) {
      expect(existsSync(join(lib, name))).toBe(true);
      expect(readlinkSync(join(lib, name))).toBe('libpq.so.5.18');
    }
  });
});
