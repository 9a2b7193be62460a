// The steps of `npm run generate` that ask the server: its tables, its API, its errors.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildServer } from './build.mjs';
import { format } from './format.mjs';
import { builtServer, root } from './paths.mjs';

const run = promisify(execFile);
const BYTES_MAX = 64 * 1024 * 1024;

async function ask(args) {
  const { stdout } = await run(process.execPath, args, { cwd: root, maxBuffer: BYTES_MAX });
  return stdout;
}

/** The migrated database → its schema as SQL, and the types of its rows. */
export const databaseStep = {
  name: 'database',
  async produce() {
    const script = join(root, 'scripts', 'describe-database.ts');
    const { schema, types } = JSON.parse(await ask(['--import', 'tsx', script]));
    const path = 'server/src/db/types.gen.ts';
    return new Map([
      ['server/schema.sql', schema],
      [path, await format(path, types)],
    ]);
  },
};

/** The operations' own shapes → the OpenAPI document, and the tables of errors and of roles. */
export const openapiStep = {
  name: 'openapi',
  async produce() {
    await buildServer();
    return new Map([
      ['openapi.json', await ask([builtServer, 'openapi'])],
      ['docs/reference/roles.gen.md', await ask([builtServer, 'roles'])],
      ['docs/reference/errors.md', await ask([builtServer, 'errors'])],
    ]);
  },
};
