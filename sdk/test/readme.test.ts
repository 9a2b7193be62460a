import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

it('the examples of the README compile as they are printed', async () => {
  const readme = await readFile(join(root, 'sdk/README.md'), 'utf8');
  const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
  expect(examples.length).toBeGreaterThan(3);

  const folder = await mkdtemp(join(tmpdir(), 'customary-readme-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      typeRoots: [join(root, 'node_modules/@types')],
      paths: { '@customary/sdk': [join(root, 'sdk/src/index.ts')] },
    },
    include: ['*.mts'],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  await Promise.all(examples.map((code, index) => writeFile(join(folder, `${index}.mts`), code)));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const checked = promisify(execFile)(process.execPath, [tsc, '-p', folder]);
  await expect(checked.catch((error: { stdout: string }) => error)).resolves.toMatchObject({
    stdout: '',
  });
});
