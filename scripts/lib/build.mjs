import { join } from 'node:path';
import { buildConsole } from './build-console.mjs';
import { builtServer, root } from './paths.mjs';
import { Refusal } from './terminal.mjs';

/** Everything that is made from sources before it can run. */
export async function build() {
  await buildServer();
  await buildConsole();
}

/**
 * Bundles our own code into one file; packages stay in node_modules. It takes a fraction of a second, so it
 * is done at every start and never out of date.
 */
export async function buildServer() {
  const esbuild = await import('esbuild');
  try {
    await esbuild.build({
      entryPoints: [join(root, 'server', 'src', 'cli', 'main.ts')],
      outfile: builtServer,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      // Our own workspace is TypeScript that Node cannot load, so it goes into the bundle.
      alias: { '@customary/sdk': join(root, 'sdk', 'src', 'index.ts') },
      banner: { js: '#!/usr/bin/env node' },
      sourcemap: true,
      sourcesContent: false,
      logLevel: 'warning',
      absWorkingDir: root,
    });
  } catch {
    throw new Refusal('The server could not be built; esbuild says above where.');
  } finally {
    await esbuild.stop();
  }
}
