import type { Checks, Customary } from '@customary/sdk';
import type { Command } from 'commander';
import { apiHelp, type ApiOptions, connectApi } from './api.ts';
import { count, groupDigits, type Out, pad, type Paint, paintFor } from './output.ts';
import type { Settings } from './settings.ts';

const help = `
Asks the running system to prove that its books are right: every event counted once, every amount explained by its
events, nothing issued that has changed. Each check tells what must hold and what it counted; one that fails names
the rows.
${apiHelp}
What the server proved before, once a minute, is taken as it was; --complete looks at everything again.
Ends with 1 if a check fails.

Example:
  customary check
`;

const CHECKS_TIMEOUT_MS = 60 * 60 * 1000;
const NAME_CHARS = 12;
const LINE_CHARS = 90;

export function addCheckCommand(customary: Command, settings: () => Settings): void {
  customary
    .command('check')
    .description('prove that every event and every amount is accounted for')
    .option('--url <url>', 'the server')
    .option('--key <key>', 'the API key')
    .option('--complete', 'look at everything again, not only at what is new')
    .addHelpText('after', help)
    .action(async (given: ApiOptions & { complete?: true }) => {
      const api = await connectApi(settings(), given, process.env);
      process.exitCode = await runCheck(api, process.stdout, process.env, given.complete === true);
    });
}

export async function runCheck(
  api: Customary,
  out: Out,
  env: NodeJS.ProcessEnv,
  complete = false,
): Promise<0 | 1> {
  const result = await api.checks.run({ complete }, { timeoutMs: CHECKS_TIMEOUT_MS });
  out.write(`${checksText(result, paintFor(out, env))}\n`);
  return result.checks.every(({ ok }) => ok) ? 0 : 1;
}

/** Each check with what it counted and what breaks it, and, unless it is to be brief, what must hold. */
export function checksText({ position, checks }: Checks, paint: Paint, brief = false): string {
  const failed = checks.filter(({ ok }) => !ok).length;
  const blocks = checks.map(({ name, ok, claim, figures, problems }) => {
    const mark = ok ? paint.green('✓') : paint.red('✗');
    const counted = Object.entries(figures).map(
      ([label, value]) => `${wordsOf(label)} ${figureText(value)}`,
    );
    const lines = [
      ...(brief ? [] : [claim]),
      ...wrap(counted, LINE_CHARS).map(paint.dim),
      ...problems.map(({ row, detail }) => `${paint.red(row)}: ${detail}`),
    ];
    const [first = '', ...rest] = lines;
    const title = `  ${mark} ${paint.bold(pad(wordsOf(name), NAME_CHARS))}  ${first}`;
    return [title, ...rest.map((line) => `${' '.repeat(NAME_CHARS + 6)}${line}`)].join('\n');
  });
  const verdict =
    failed === 0
      ? `All ${checks.length} checks hold`
      : `${failed} of ${checks.length} checks ${failed === 1 ? 'fails' : 'fail'}`;
  return `${blocks.join('\n')}\n\n  ${failed === 0 ? verdict : paint.red(verdict)} at position ${count(position)}.`;
}

/** `exactlyOnce` → `exactly once`. */
export function wordsOf(name: string): string {
  return name
    .replaceAll(
      /([a-z])([A-Z])/g,
      (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
    )
    .replaceAll('_', ' ');
}

/** Groups the digits of a number; leaves everything else as it is. */
export function figureText(value: string): string {
  return /^-?\d+(\.\d+)?$/.test(value) ? groupDigits(value) : value;
}

/** Joins parts with ` · ` into lines no longer than they may be. */
function wrap(parts: readonly string[], charsMax: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length + 3 <= charsMax)
      lines[lines.length - 1] = `${last} · ${part}`;
    else lines.push(part);
  }
  return lines;
}
