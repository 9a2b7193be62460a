import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Customary, type InvoiceHeader } from '@customary/sdk';
import { systemClock } from '../../lib/clock.ts';
import { epochMs, instantFromEpochMs } from '../../lib/instant.ts';
import { calendarMonth, type Period } from '../../lib/period.ts';
import { billMonth, finalize, invoicesOf } from '../bill.ts';
import { durationText, type Out, type Paint, paintFor, plural, progress } from '../output.ts';
import { provision } from '../sample/provision.ts';
import { monthOfUsage } from '../sample/usage.ts';
import { type Serving, startServing, untilSignalled } from '../serve.ts';
import type { Settings } from '../settings.ts';
import { show } from './show.ts';

export type DemoOptions = { once: boolean; events: number; portIsSet: boolean };

const SEED = 20_261;
/** One customer's invoice stays a draft, to show that there is a step between. */
const LEFT_AS_DRAFT = 'initech';

/** A sample company on a database that is gone when the demo ends, also when it is interrupted. */
export async function demo(
  settings: Settings,
  options: DemoOptions,
  out: Out,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const paint = paintFor(out, env);
  const startedMs = performance.now();
  const dataDir = temporaryFolder();
  const stopped = untilSignalled().then(() => true);
  out.write(`\n${paint.bold('Customary')} – a sample company on a throw-away database\n\n`);
  const step = stepsOf(out, paint);
  try {
    const serving = await step('PostgreSQL and the server', async () =>
      startServing(throwAway(settings, dataDir, options.portIsSet), () => undefined, {
        durable: false,
      }),
    );
    try {
      const shown = present(serving, options, step, paint, out).then(() => false);
      if (!(await Promise.race([shown, stopped]))) {
        out.write(
          `\n  ${paint.dim(`Ready ${durationText(performance.now() - startedMs)} after the start.`)}\n`,
        );
        if (options.once) return;
        out.write(
          `  It keeps serving. ${paint.bold('Press Ctrl+C to stop')}; nothing of it is kept.\n\n`,
        );
        await stopped;
      }
      out.write('\nStopping …\n');
    } finally {
      await serving.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function present(
  { url, adminKey }: Serving,
  options: DemoOptions,
  step: Step,
  paint: Paint,
  out: Out,
): Promise<void> {
  if (adminKey === null) throw new Error('The new database has keys already');
  const api = new Customary({ baseUrl: url, apiKey: adminKey, retriesMax: 0 });
  const month = lastMonth();
  const { invoices } = await fill(api, month, options.events, step, out);
  out.write(await show({ api, url, adminKey, month, invoices }, paint));
}

type Step = <T>(what: string, work: () => Promise<T>) => Promise<T>;

/** Says what is being done, and how long it took. */
function stepsOf(out: Out, paint: Paint): Step {
  return async (what, work) => {
    const startedMs = performance.now();
    if (out.isTTY === true) out.write(`  … ${what}`);
    const result = await work();
    if (out.isTTY === true) out.write('\r\u001B[2K');
    out.write(
      `  ${paint.green('✓')} ${what} ${paint.dim(durationText(performance.now() - startedMs))}\n`,
    );
    return result;
  };
}

async function fill(
  api: Customary,
  month: Period,
  events: number,
  step: Step,
  out: Out,
): Promise<{ invoices: InvoiceHeader[] }> {
  const { organizations } = await step('Customers, departments, people, keys, prices', () =>
    provision(api, { startAt: month.start }),
  );
  await step(`${plural(events, 'request')} of ${month.start.slice(0, 7)}`, () =>
    record(api, month, events, out),
  );
  const invoices = await step('A billing run, its invoices issued', async () => {
    const run = await billMonth(api, month.start.slice(0, 7), { write: () => undefined });
    const drafts = await invoicesOf(api, run);
    const all: InvoiceHeader[] = [];
    for (const draft of drafts) {
      all.push(
        draft.organizationId === organizations.get(LEFT_AS_DRAFT)
          ? draft
          : await finalize(api, draft),
      );
    }
    return all;
  });
  return { invoices };
}

async function record(api: Customary, month: Period, events: number, out: Out): Promise<void> {
  const bar = progress(out.isTTY === true ? out : { write: () => undefined }, 'requests', events);
  let failure: Error | undefined;
  const batcher = api.events.batcher({
    requestsMax: 4,
    retriesMax: 0,
    onResult: () => bar.update(batcher.totals().accepted),
    onError: ({ error }) => (failure ??= error),
  });
  for (const event of monthOfUsage(month, events, SEED)) await batcher.add(event);
  await batcher.close();
  bar.done();
  if (failure !== undefined) throw failure;
}

/** The calendar month before this one. */
function lastMonth(): Period {
  const thisMonth = calendarMonth(systemClock().slice(0, 7), 'UTC');
  return calendarMonth(instantFromEpochMs(epochMs(thisMonth.start) - 1).slice(0, 7), 'UTC');
}

/** Where an unprivileged PostgreSQL can reach it, too. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'customary-demo-'));
  chmodSync(folder, 0o711);
  return folder;
}

/** Its own database, key and, unless one is asked for, port: a demo touches nothing that is there. */
function throwAway(settings: Settings, dataDir: string, portIsSet: boolean): Settings {
  return {
    ...settings,
    dataDir,
    port: portIsSet ? settings.port : 0,
    databaseUrl: undefined,
    secretKey: undefined,
    bootstrapKey: undefined,
  };
}
