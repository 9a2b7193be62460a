/** Headings and plain words for a terminal or a log. */

const colour = process.stdout.isTTY && !process.env.NO_COLOR;

export function heading(text) {
  console.log(colour ? `\n\u001b[1m== ${text} ==\u001b[0m` : `\n== ${text} ==`);
}

export function duration(ms) {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Something the person at the keyboard can put right: shown without a stack. */
export class Refusal extends Error {}

/** Runs a script's `main` and ends the process with 1 and a clear line when it refuses. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Refusal ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
