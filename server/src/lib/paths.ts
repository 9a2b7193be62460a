import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';

/** The folder of the server's package, whether run from `src/` or from the bundle in `dist/`. */
export const packageRoot: string = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

function findPackageRoot(folder: string): string {
  if (existsSync(join(folder, 'migrations')) && existsSync(join(folder, 'package.json')))
    return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error(
      'The folder "migrations" of the server package is missing: the installation is incomplete.',
    );
  return findPackageRoot(parent);
}
