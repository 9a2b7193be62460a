import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A bar of the design: a figure, and the values that it should keep to. */
export type Bar = {
  name: string;
  /** The figure measured. */
  value: number;
  first: number;
  aim: number;
  /** Which way is good. */
  better: 'lower' | 'higher';
  unit: string;
};

/** What one bench found: its bars, and the figures that they come from. */
export type Result = { bench: string; bars: Bar[]; figures: Record<string, unknown> };

const GIB = 1024 ** 3;
const root = fileURLToPath(new URL('../../', import.meta.url));

export function verdictOf({ value, first, aim, better }: Bar): 'aim' | 'first' | 'missed' {
  const keeps = (limit: number) => (better === 'lower' ? value <= limit : value >= limit);
  if (keeps(aim)) return 'aim';
  return keeps(first) ? 'first' : 'missed';
}

export function tableOf(results: readonly Result[]): string {
  const rows = results.flatMap((result) =>
    result.bars.map((bar) => [
      bar.name,
      `${round(bar.value)}${bar.unit}`,
      `${bar.better === 'lower' ? '≤' : '≥'} ${bar.first}`,
      `${bar.better === 'lower' ? '≤' : '≥'} ${bar.aim}`,
      verdictOf(bar),
    ]),
  );
  const all = [['bar', 'measured', 'first', 'aim', 'reached'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const [head, ...body] = all.map((row) => line(row));
  return [head, '-'.repeat(widths.reduce((a, b) => a + b + 2, -2)), ...body].join('\n');
}

export function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** Writes what one bench found with the machine and the commit, in place of what it found before; answers where. */
export function save(
  result: Result,
  { folder, size, at }: { folder: string; size: string; at: string },
): string {
  const path = join(root, 'bench', 'results', folder, size);
  mkdirSync(path, { recursive: true });
  const file = join(path, `${result.bench}.json`);
  const report = { at, size, commit, machine: machine(), ...result };
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  return file.slice(root.length);
}

/** Of what is measured: as it is when the benches begin. */
const commit = commitNow();

function commitNow(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  return (
    git('rev-parse', '--short', 'HEAD') +
    (git('status', '--porcelain') === '' ? '' : ' and changes')
  );
}

function machine() {
  return {
    cores: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    memoryGib: Math.round(totalmem() / GIB),
    node: process.version,
    system: process.platform,
  };
}
