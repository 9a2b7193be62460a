import { pathToFileURL } from 'node:url';
import { builtServer } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { runMain } from './lib/terminal.mjs';

await runMain(async () => {
  await prepare();
  // In this very process: signals, the exit code and the terminal need no passing on.
  process.argv = [process.execPath, builtServer, ...process.argv.slice(2)];
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(builtServer).href);
});
