import { currentPosition } from '../db/act.ts';
import type { Deployment } from '../db/deployment.ts';
import { type AsKnown, balances, balancesBefore, entriesBetween } from '../ledger/queries.ts';
import { compare, decimal, zero } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import { money } from '../lib/money.ts';
import { invalidField, notFound } from '../lib/problem.ts';
import {
  type CustomerRow,
  type InvoiceHead,
  invoiceHeads,
  latestPosition,
  listCustomers,
} from './queries.ts';
import { accountOf, daysPastDue, type Due, positionsOf } from './rules.ts';
import { sharedToApi, type StatementApi } from './schema.ts';

/** Both clocks of a statement: now and the latest position, unless it is asked for others. */
export async function resolveClocks(
  { database, clock }: Deployment,
  asked: { asOf?: Instant | undefined; knownAt?: number | undefined },
): Promise<AsKnown> {
  const asOf = asked.asOf ?? clock();
  const { knownAt } = asked;
  if (knownAt === undefined) return { asOf, knownAt: await currentPosition(database) };
  if (
    knownAt > (await latestPosition(database.db)) &&
    knownAt > (await currentPosition(database))
  ) {
    throw invalidField('?knownAt', 'not_reached', 'No such position has been recorded yet.');
  }
  return { asOf, knownAt };
}

type OpenDue = Due & { readonly head: InvoiceHead | null };

/** What each customer owes, at a point on both clocks. */
export async function summarize(
  { database: { db } }: Deployment,
  customers: readonly CustomerRow[],
  known: AsKnown,
) {
  const dues = await duesOf(
    db,
    customers.map(({ id }) => id),
    known,
  );
  return customers.map((customer) => {
    const mine = dues.get(customer.id) ?? [];
    const positions = positionsOf(mine, known.asOf, customer.time_zone);
    return {
      ...sharedToApi(customer, known, positions),
      openInvoices: { count: mine.filter(isOpen).length },
    };
  });
}

/** One customer's statement; with a range, its account over it. */
export async function statementOf(
  deployment: Deployment,
  organizationId: string,
  known: AsKnown,
  range: { from: Instant; to: Instant } | null,
): Promise<StatementApi> {
  const { db } = deployment.database;
  const [customer] = await listCustomers(db, known, { limit: 1, id: organizationId });
  if (customer === undefined) throw notFound('customer', organizationId);
  const dues = (await duesOf(db, [organizationId], known)).get(organizationId) ?? [];
  const items = dues
    .filter(isOpen)
    .flatMap((due) =>
      due.head === null ? [] : openInvoiceOf(due, due.head, known.asOf, customer.time_zone),
    )
    .toSorted((a, b) => (a.dueAt + a.number < b.dueAt + b.number ? -1 : 1));
  return {
    ...sharedToApi(customer, known, positionsOf(dues, known.asOf, customer.time_zone)),
    openInvoices: { count: items.length, items },
    account: range === null ? null : await account(deployment, organizationId, known, range),
  };
}

async function duesOf(
  db: Deployment['database']['db'],
  ids: readonly string[],
  known: AsKnown,
): Promise<Map<string, OpenDue[]>> {
  const rows = await balances(db, ids, known);
  const heads = await invoiceHeads(
    db,
    rows.flatMap((row) => row.invoice_id ?? []),
  );
  const byCustomer = new Map<string, OpenDue[]>();
  for (const row of rows) {
    const head = (row.invoice_id === null ? null : heads.get(row.invoice_id)) ?? null;
    const due = {
      currency: row.currency,
      amount: decimal(row.amount),
      invoice: head && { dueAt: head.due_at },
      head,
    };
    byCustomer.set(row.organization_id, [...(byCustomer.get(row.organization_id) ?? []), due]);
  }
  return byCustomer;
}

function isOpen(due: OpenDue): boolean {
  return due.head !== null && compare(due.amount, zero) > 0;
}

function openInvoiceOf(
  due: Due,
  head: InvoiceHead,
  asOf: Instant,
  timeZone: string,
): StatementApi['openInvoices']['items'][number] {
  const total = decimal(head.total);
  return {
    id: head.id,
    number: head.number,
    status: compare(due.amount, total) < 0 ? 'partially_paid' : 'open',
    periodStart: head.period_start,
    periodEnd: head.period_end,
    issuedAt: head.issued_at,
    dueAt: head.due_at,
    daysPastDue: Math.max(0, daysPastDue(head.due_at, asOf, timeZone)),
    total: money(total, head.currency),
    amountDue: money(due.amount, head.currency),
  };
}

async function account(
  { database: { db } }: Deployment,
  organizationId: string,
  known: AsKnown,
  range: { from: Instant; to: Instant },
) {
  const toAmount = (row: { currency: string; amount: string }) => ({
    currency: row.currency,
    amount: decimal(row.amount),
  });
  const opening = await balancesBefore(db, organizationId, range.from, known);
  const entries = await entriesBetween(db, organizationId, range, known);
  const figures = accountOf(opening.map(toAmount), entries.map(toAmount));
  return {
    ...range,
    opening: figures.map((each) => money(each.opening, each.currency)),
    entries: entries.map((entry) => ({
      effectiveAt: entry.effective_at,
      kind: entry.kind,
      invoiceId: entry.invoice_id,
      invoiceNumber: entry.number,
      amount: money(decimal(entry.amount), entry.currency),
      position: entry.position,
    })),
    activity: figures.map((each) => money(each.activity, each.currency)),
    closing: figures.map((each) => money(each.closing, each.currency)),
  };
}
