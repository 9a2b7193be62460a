import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { builtConsole, root } from './paths.mjs';
import { duration, Refusal } from './terminal.mjs';

const hashFile = join(builtConsole, '.source-hash');
/** Everything that the build reads. */
const sources = [
  'console/src',
  'console/public',
  'console/index.html',
  'console/vite.config.ts',
  'console/package.json',
  'sdk/src',
  'package-lock.json',
  'scripts/lib/build-console.mjs',
];
const compressible = /\.(?:js|css|html|svg|json)$/;
const compressedBytesMin = 1024;

/** Builds the console, unless what is there was built from the very same sources: a repeated start takes no time. */
export async function buildConsole() {
  const hash = hashOf(sources);
  if (existsSync(hashFile) && readFileSync(hashFile, 'utf8') === hash) return;
  const startedMs = performance.now();
  const vite = await import('vite');
  const environment = process.env.NODE_ENV;
  // Whoever builds, a test included: what is served is React as it is meant to be used.
  process.env.NODE_ENV = 'production';
  try {
    await vite.build({
      configFile: join(root, 'console', 'vite.config.ts'),
      logLevel: 'warn',
    });
  } catch (error) {
    throw new Refusal(`The console could not be built: ${error.message}`);
  } finally {
    if (environment === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = environment;
  }
  for (const file of filesUnder(builtConsole)) compress(file);
  writeFileSync(hashFile, hash);
  console.log(`The console was built in ${duration(performance.now() - startedMs)}.`);
}

/** Compressed once, here, rather than at every request. */
function compress(file) {
  if (!compressible.test(file)) return;
  const bytes = readFileSync(file);
  if (bytes.length < compressedBytesMin) return;
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesUnder(join(root, path))) {
      hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}
