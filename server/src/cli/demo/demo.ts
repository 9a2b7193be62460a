import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Customary, type InvoiceHeader, type UsageEvent } from '@customary/sdk';
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
/** What has come in since: one customer has paid, one a part. */
const PAID = 'globex';
const PAID_IN_PART = { customer: 'acme', amount: '60.00' };

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
  { url, adminKey, ownerUrl }: Serving,
  options: DemoOptions,
  step: Step,
  paint: Paint,
  out: Out,
): Promise<void> {
  if (adminKey === null) throw new Error('The new database has keys already');
  const api = new Customary({ baseUrl: url, apiKey: adminKey, retriesMax: 0 });
  const { month, running } = months();
  const invoices = await fill(api, { month, running, events: options.events }, step, out);
  out.write(await show({ api, url, adminKey, ownerUrl, month, invoices }, paint));
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
  { month, running, events }: { month: Period; running: Period; events: number },
  step: Step,
  out: Out,
): Promise<InvoiceHeader[]> {
  const { organizations } = await step('Customers, departments, people, keys, prices', () =>
    provision(api, { startAt: month.start }),
  );
  const usage = monthOfUsage(month, events, SEED);
  await step(`${plural(usage.length, 'request')} of ${month.start.slice(0, 7)}`, () =>
    record(api, usage, out),
  );
  const since = usageToDate(running, events);
  await step(`${plural(since.length, 'request')} since, in ${running.start.slice(0, 7)}`, () =>
    record(api, since, out),
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
  await step('Two payments', () => pay(api, organizations, invoices));
  return Promise.all(invoices.map(({ id }) => api.invoices.get(id)));
}

async function pay(
  api: Customary,
  organizations: ReadonlyMap<string, string>,
  invoices: readonly InvoiceHeader[],
): Promise<void> {
  const invoiceOf = (customer: string) =>
    invoices.find(({ organizationId }) => organizationId === organizations.get(customer));
  for (const [invoice, amount] of [
    [invoiceOf(PAID), undefined],
    [invoiceOf(PAID_IN_PART.customer), PAID_IN_PART.amount],
  ] as const) {
    if (invoice === undefined) continue;
    const { organizationId, total } = invoice;
    await api.payments.create({
      organizationId,
      amount: { ...total, ...(amount !== undefined && { amount }) },
      method: 'bank transfer',
    });
  }
}

/** What has been used of the running month, at the pace of the one before. */
function usageToDate(running: Period, events: number): UsageEvent[] {
  const now = systemClock();
  return monthOfUsage(running, events, SEED + 1).filter(({ time }) => String(time) < now);
}

async function record(api: Customary, usage: readonly UsageEvent[], out: Out): Promise<void> {
  const shown = out.isTTY === true ? out : { write: () => undefined };
  const bar = progress(shown, 'requests', usage.length);
  let failure: Error | undefined;
  const batcher = api.events.batcher({
    requestsMax: 4,
    retriesMax: 0,
    onResult: () => bar.update(batcher.totals().accepted),
    onError: ({ error }) => (failure ??= error),
  });
  for (const event of usage) await batcher.add(event);
  await batcher.close();
  bar.done();
  if (failure !== undefined) throw failure;
}

/** The calendar month that is running, and the one before it, which is billed. */
function months(): { month: Period; running: Period } {
  const running = calendarMonth(systemClock().slice(0, 7), 'UTC');
  const before = instantFromEpochMs(epochMs(running.start) - 1);
  return { month: calendarMonth(before.slice(0, 7), 'UTC'), running };
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
