import { buildConsole } from '../../../scripts/lib/build-console.mjs';

/** The tests look at the console as it is built, not as it once was. */
export async function setup(): Promise<void> {
  await buildConsole();
}
