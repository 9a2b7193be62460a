import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const builtServer = join(root, 'server', 'dist', 'main.js');
export const builtConsole = join(root, 'console', 'dist');
