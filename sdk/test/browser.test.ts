import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const sdk = fileURLToPath(new URL('../', import.meta.url));
const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
const bundleBytesMax = 64 * 1024;

it('uses nothing that a browser has not: it compiles without the types of Node', async () => {
  const checked = promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.browser.json'], {
    cwd: sdk,
  });
  await expect(checked).resolves.toMatchObject({ stdout: '' });
});

it('bundles for a browser from its own files alone, and stays small', async () => {
  const { metafile, outputFiles } = await build({
    entryPoints: [`${sdk}src/index.ts`],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    metafile: true,
    write: false,
    absWorkingDir: sdk,
  });
  expect(Object.keys(metafile.inputs).filter((path) => !path.startsWith('src/'))).toEqual([]);
  expect(outputFiles[0]?.contents.length).toBeLessThan(bundleBytesMax);
});
