// Formatting of generated text, so that its diffs read like those of any other file.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OXFMT = fileURLToPath(new URL('../../node_modules/oxfmt/bin/oxfmt', import.meta.url));

/** `text` as oxfmt would leave it in the file `path` (relative to the root of the repository). */
export async function format(path, text) {
  // `*.gen.ts` is left out of `npm run format`, so it is formatted under another name.
  const name = path.replace('.gen.', '.');
  const child = spawn(process.execPath, [OXFMT, `--stdin-filepath=${name}`], { cwd: ROOT });
  const read = async (stream) => Buffer.concat(await stream.toArray()).toString('utf8');
  const exited = once(child, 'close');
  child.stdin.end(text);
  const [formatted, complaint] = await Promise.all([read(child.stdout), read(child.stderr)]);
  const [code] = await exited;
  if (code !== 0) throw new Error(`oxfmt refused the generated ${path}:\n${complaint}`);
  return formatted;
}
