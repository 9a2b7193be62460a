import { parseArgs } from 'node:util';
import { billing } from './billing.ts';
import { ingest } from './ingest.ts';
import { memory } from './memory.ts';
import { reattribution } from './reattribution.ts';
import { resolution } from './resolution.ts';
import { rollUp } from './roll-up.ts';
import { soak } from './soak.ts';
import { statements } from './statements.ts';
import { tables } from './tables.ts';
import { trace } from './trace.ts';
import { timed } from './lib/measure.ts';
import { type Result, save, tableOf } from './lib/report.ts';
import type { Size } from './lib/size.ts';

const { values, positionals } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    events: { type: 'string' },
  },
  allowPositionals: true,
});
const benches = {
  ingest,
  trace,
  resolution,
  statements,
  billing,
  'roll-up': rollUp,
  tables,
  memory,
  reattribution,
  soak: (size) => soak(size, values.events === undefined ? undefined : Number(values.events)),
} as const satisfies Record<string, (size: Size) => Promise<Result>>;
/** It takes hours: only when it is named. */
const LONG = 'soak';
type Name = keyof typeof benches;

const size: Size = positionals.includes('quick') ? 'quick' : 'full';
const asked = positionals.filter((word) => word !== 'quick' && word !== 'full');
const unknown = asked.filter((word) => !(word in benches));
if (unknown.length > 0) {
  console.error(
    `There is no bench ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}; and "quick".`,
  );
  process.exit(2);
}

const results: Result[] = [];
const files: string[] = [];
const all = Object.keys(benches).filter((name) => name !== LONG);
for (const name of (asked.length > 0 ? asked : all) as Name[]) {
  process.stderr.write(`${name} (${size}) …\n`);
  const { ms, result } = await timed(() => benches[name](size));
  process.stderr.write(`  took ${Math.round(ms / 1000)} s\n`);
  results.push(result);
  const at = new Date().toISOString();
  files.push(save(result, { folder: values.keep ? '' : 'local', size, at }));
}
console.log(
  values.json ? JSON.stringify(results, null, 2) : `\n${tableOf(results)}\n\n${files.join('\n')}`,
);
