import { setTimeout as delay } from 'node:timers/promises';
import type { BillingRun, Customary, InvoiceHeader, Money } from '@customary/sdk';
import type { Command } from 'commander';
import { money } from '../lib/money.ts';
import { add, decimal, zero } from '../lib/decimal.ts';
import { apiHelp, type ApiOptions, connectApi } from './api.ts';
import { groupDigits, type Out, plural, progress, table } from './output.ts';
import { monthOf } from './replay/replay.ts';
import { OperatorError, type Settings } from './settings.ts';

const help = `
Drafts what is due in the billing cycles that end in the month, and what was recorded late for cycles billed before.
Asking again brings drafts up to date; what is issued never changes.
${apiHelp}
Examples:
  customary bill --period 2026-10               drafts, to be looked at
  customary bill --period 2026-10 --finalize    issues them: they get their numbers and are owed
`;

type Given = ApiOptions & { period: string; finalize?: true };

const POLL_MS = 250;
const RUN_TIMEOUT_MS = 60 * 60 * 1000;
const INVOICES_MAX = 1_000_000;

export function addBillCommand(customary: Command, settings: () => Settings): void {
  customary
    .command('bill')
    .description('draft the invoices of a month, and issue them if you say so')
    .requiredOption('--period <month>', 'the month, such as 2026-10')
    .option('--finalize', 'issue the drafts')
    .option('--url <url>', 'the server')
    .option('--key <key>', 'the API key')
    .addHelpText('after', help)
    .action(async (given: Given) => {
      monthOf(given.period);
      const api = await connectApi(settings(), given, process.env);
      process.exitCode = await runBill(
        api,
        { period: given.period, finalize: given.finalize === true },
        process.stdout,
      );
    });
}

export async function runBill(
  api: Customary,
  options: { period: string; finalize: boolean },
  out: Out,
): Promise<0 | 1> {
  const run = await billMonth(api, options.period, out);
  const drafted = await invoicesOf(api, run);
  const invoices = options.finalize ? await finalizeDrafts(api, drafted, out) : drafted;
  if (invoices.length === 0) out.write(`Nothing more is due in ${options.period}.\n`);
  else out.write(`\n${invoiceTable(invoices)}\n\n${totalsText(invoices)}\n`);
  if (run.problem === null) return 0;
  out.write(`\nThe run ${run.status}: ${run.problem.detail}\n`);
  for (const { organizationId, detail } of run.problem.organizations)
    out.write(`  ${organizationId}: ${detail}\n`);
  return 1;
}

/** Runs the month to its end, showing how far it is, whether the server answers at once or when it is done. */
export async function billMonth(api: Customary, period: string, out: Out): Promise<BillingRun> {
  const shown = progressOf(out);
  const answered = new AbortController();
  const asked = api.billingRuns
    .create({ period }, { timeoutMs: RUN_TIMEOUT_MS })
    .finally(() => answered.abort());
  const [created] = await Promise.all([asked, watch(api, period, answered.signal, shown.update)]);
  let run = created;
  while (run.finishedAt === null) {
    shown.update(run);
    await delay(POLL_MS);
    run = await api.billingRuns.get(run.id);
  }
  shown.done();
  if (run.status === 'failed' && run.problem === null)
    throw new OperatorError(`The billing run ${run.id} failed.`);
  return run;
}

/** Finds the run while the server works on the answer. */
async function watch(
  api: Customary,
  period: string,
  answered: AbortSignal,
  show: (run: BillingRun) => void,
): Promise<void> {
  for (;;) {
    await delay(POLL_MS, undefined, { signal: answered }).catch(() => undefined);
    if (answered.aborted) return;
    const { items } = await api.billingRuns.list({ period, status: 'running', limit: 1 });
    const [run] = items;
    if (run !== undefined) show(run);
  }
}

function progressOf(out: Out) {
  let bar: ReturnType<typeof progress> | undefined;
  return {
    update: (run: BillingRun): void => {
      bar ??= progress(out, 'payers', run.organizationsTotal);
      bar.update(run.organizationsDone, plural(run.invoicesDrafted, 'invoice'));
    },
    done: () => bar?.done(),
  };
}

/** What the run drafted. */
export async function invoicesOf(api: Customary, run: BillingRun): Promise<InvoiceHeader[]> {
  const invoices = await api.invoices
    .list({ billingRunId: run.id, limit: 200 })
    .toArray({ itemsMax: INVOICES_MAX });
  return invoices.filter((invoice) => invoice.status !== 'void').toReversed();
}

/** Issues drafts in their order, so that numbers follow it, and leaves what is issued as it is. */
async function finalizeDrafts(
  api: Customary,
  invoices: readonly InvoiceHeader[],
  out: Out,
): Promise<InvoiceHeader[]> {
  const bar = progress(out, 'issuing', invoices.length);
  const issued: InvoiceHeader[] = [];
  for (const invoice of invoices) {
    issued.push(invoice.status === 'draft' ? await finalize(api, invoice) : invoice);
    bar.update(issued.length);
  }
  bar.done();
  return issued;
}

export function finalize(api: Customary, { id, version }: InvoiceHeader): Promise<InvoiceHeader> {
  return api.invoices.finalize(id, { idempotencyKey: `finalize-${id}-${version}` });
}

export function invoiceTable(invoices: readonly InvoiceHeader[]): string {
  const rows = invoices.map((invoice) => [
    invoice.recipient.name,
    invoice.number ?? 'draft',
    invoice.status.replace('_', ' '),
    invoice.dueAt?.slice(0, 10) ?? '',
    moneyText(invoice.total),
  ]);
  return table(
    [
      { title: 'customer' },
      { title: 'invoice' },
      { title: 'status' },
      { title: 'due' },
      { title: 'total', right: true },
    ],
    rows,
  );
}

/** `1,234.50 USD`: columns of amounts line up, whatever the currency. */
export function moneyText({ amount, currency }: Money): string {
  return `${groupDigits(amount)} ${currency}`;
}

function totalsText(invoices: readonly InvoiceHeader[]): string {
  const totals = new Map<string, typeof zero>();
  for (const { total } of invoices)
    totals.set(total.currency, add(totals.get(total.currency) ?? zero, decimal(total.amount)));
  const sums = [...totals].map(([currency, amount]) => moneyText(money(amount, currency)));
  return `  ${plural(invoices.length, 'invoice')}: ${sums.join(' and ')}`;
}
