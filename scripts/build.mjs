import { prepare } from './lib/prepare.mjs';
import { runMain } from './lib/terminal.mjs';

await runMain(() => prepare());
