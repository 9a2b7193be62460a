import { currentPosition, latestPosition, inOneSnapshot } from '../db/act.ts';
import type { Tx } from '../db/connect.ts';
import type { Deployment } from '../db/deployment.ts';
import { type AsKnown, balances, balancesBefore, entriesBetween } from '../ledger/queries.ts';
import { unbilledUsage } from '../invoicing/unbilled-actions.ts';
import { compare, decimal, parseDecimal, sum, zero } from '../lib/decimal.ts';
import { groupBy } from '../lib/group.ts';
import { isId } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { money } from '../lib/money.ts';
import { invalidField, notFound } from '../lib/problem.ts';
import {
  type CustomerFilters,
  type CustomerRow,
  customersNow,
  customersThen,
  findCustomersAsKnown,
} from './customer-queries.ts';
import { accountsAsKnown, standingAsKnown } from './account-queries.ts';
import { changedSince, type InvoiceHead, invoiceHeads, openItems, treeBelow } from './queries.ts';
import {
  accountOf,
  type CustomerSort,
  type Due,
  mergeSorted,
  type Position,
  positionsOf,
  sumPositions,
} from './rules.ts';
import {
  accountToApi,
  memberToApi,
  openInvoiceToApi,
  sharedToApi,
  type StatementApi,
} from './schema.ts';

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

/** A row's place in the list, as text. */
export function cursorOf({ id, sort_key: key }: CustomerRow): string {
  return JSON.stringify([key, id]);
}

/** What a list is asked for, as the queries take it. */
export function filtersOf(
  {
    cursor,
    sort = 'id',
    ...query
  }: Omit<CustomerFilters, 'limit' | 'after' | 'sort'> & {
    cursor?: string | undefined;
    sort?: CustomerSort;
  },
  limit: number,
): CustomerFilters {
  const { owing, overdue, currency, search } = query;
  const shared = { owing, overdue, currency, search, sort, limit };
  if (cursor === undefined) return shared;
  const [key, id] = placeOf(cursor);
  if (typeof key !== 'string' || !isId('org', String(id)) || !fits(sort, key))
    throw invalidField('?cursor', 'custom', 'Expected the nextCursor of the page before.');
  return { ...shared, after: { key, id: String(id) } };
}

function placeOf(cursor: string): unknown[] {
  try {
    const place: unknown = JSON.parse(cursor);
    return Array.isArray(place) ? place : [];
  } catch {
    return [];
  }
}

/** A cursor of a list in another order is none of this. */
function fits(sort: CustomerSort, key: string): boolean {
  return sort !== '-outstandingBalance' || parseDecimal(key) !== null;
}

type OpenDue = Due & { readonly organizationId: string; readonly head: InvoiceHead | null };

/** What each customer of a page owes, at a point on both clocks. */
export async function summarize(
  { database }: Deployment,
  known: AsKnown,
  filters: CustomerFilters,
) {
  return inOneSnapshot(database, async (tx) => {
    const changed = await changedSince(tx, known);
    const customers = await pageOfCustomers(tx, known, filters, changed);
    const ids = customers.map(({ id }) => id);
    const accounts = await accountsAsKnown(tx, ids, known);
    const ofAccounts = await duesOf(tx, [...accounts.keys()], known, changed);
    const dues = groupBy(
      [...ofAccounts.values()].flat(),
      ({ organizationId }) => accounts.get(organizationId) ?? organizationId,
    );
    return customers.map((customer) => {
      const mine = dues.get(customer.id) ?? [];
      const positions = positionsOf(mine, known.asOf, customer.time_zone);
      const count = mine.filter(isOpen).length;
      return {
        customer,
        statement: { ...sharedToApi(customer, known, positions), openInvoices: { count } },
      };
    });
  });
}

/** Those of whom nothing changed since are found as they are now, and the few others beside them as they were. */
async function pageOfCustomers(
  tx: Tx,
  known: AsKnown,
  filters: CustomerFilters,
  changed: readonly string[] | null,
): Promise<CustomerRow[]> {
  if (changed === null) return customersThen(tx, known, filters, null);
  const unchanged = await customersNow(tx, known, filters, changed);
  if (changed.length === 0) return unchanged;
  const others = await customersThen(tx, known, filters, changed);
  return mergeSorted(unchanged, others, filters.sort).slice(0, filters.limit);
}

export type StatementAsk = {
  readonly range: { readonly from: Instant; readonly to: Instant } | null;
  readonly withDescendants?: boolean;
  /** The moment up to which usage that is on no invoice yet is told. */
  readonly unbilledAt?: Instant | null;
};

/**
 * One customer's statement, with what was merged into it, or that of all below it too; with a range, its account over
 * it.
 */
export async function statementOf(
  { database }: Deployment,
  named: string,
  known: AsKnown,
  { range, withDescendants = false, unbilledAt = null }: StatementAsk,
): Promise<StatementApi> {
  return inOneSnapshot(database, async (tx) => {
    const organizationId = await standingAsKnown(tx, named, known);
    const ids = withDescendants
      ? await treeBelow(tx, organizationId, known)
      : [...(await accountsAsKnown(tx, [organizationId], known)).keys()];
    const customers = await findCustomersAsKnown(tx, ids, known.knownAt);
    const customer = customers.find(({ id }) => id === organizationId);
    if (customer === undefined) throw notFound('customer', organizationId);
    const dues = await duesOf(tx, ids, known, await changedSince(tx, known));
    const members = customers.map((each) => {
      const mine = dues.get(each.id) ?? [];
      return {
        customer: each,
        dues: mine,
        positions: positionsOf(mine, known.asOf, each.time_zone),
      };
    });
    const items = members
      .flatMap((member) =>
        member.dues
          .filter(isOpen)
          .flatMap((due) =>
            due.head === null
              ? []
              : openInvoiceToApi(member.customer, due.amount, due.head, known.asOf),
          ),
      )
      .toSorted((a, b) => (a.dueAt + a.number < b.dueAt + b.number ? -1 : 1));
    const positions: Position[] = sumPositions(members.map((member) => member.positions));
    return {
      ...sharedToApi(customer, known, positions),
      openInvoices: { count: items.length, items },
      customers: withDescendants ? members.map(memberToApi) : null,
      account: range === null ? null : await account(tx, ids, known, range),
      unbilledUsage: unbilledAt === null ? null : await unbilledOf(tx, ids, unbilledAt, known),
    };
  });
}

async function unbilledOf(tx: Tx, ids: readonly string[], at: Instant, { knownAt }: AsKnown) {
  const all = [];
  for (const id of ids) all.push(...(await unbilledUsage(tx, id, at, knownAt)));
  return [...groupBy(all, ({ currency }) => currency)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, some]) => money(sum(some.map(({ amount }) => amount)), currency));
}

async function duesOf(
  tx: Tx,
  ids: readonly string[],
  known: AsKnown,
  changed: readonly string[] | null,
): Promise<Map<string, OpenDue[]>> {
  const fromEntries = changed === null ? ids : ids.filter((id) => changed.includes(id));
  const fromBalances = changed === null ? [] : ids.filter((id) => !changed.includes(id));
  const rows = [
    ...(fromEntries.length > 0 ? await balances(tx, fromEntries, known) : []),
    ...(fromBalances.length > 0 ? await openItems(tx, fromBalances) : []),
  ];
  const heads = await invoiceHeads(
    tx,
    rows.flatMap((row) => row.invoice_id ?? []),
  );
  const dues = rows.map((row): OpenDue => {
    const head = (row.invoice_id === null ? null : heads.get(row.invoice_id)) ?? null;
    return {
      organizationId: row.organization_id,
      currency: row.currency,
      amount: decimal(row.amount),
      invoice: head && { dueAt: head.due_at },
      head,
    };
  });
  return groupBy(dues, (due) => due.organizationId);
}

function isOpen(due: OpenDue): boolean {
  return due.head !== null && compare(due.amount, zero) > 0;
}

async function account(
  tx: Tx,
  ids: readonly string[],
  known: AsKnown,
  range: { from: Instant; to: Instant },
) {
  const toAmount = (row: { currency: string; amount: string }) => ({
    currency: row.currency,
    amount: decimal(row.amount),
  });
  const opening = await balancesBefore(tx, ids, range.from, known);
  const entries = await entriesBetween(tx, ids, range, known);
  return accountToApi(range, entries, accountOf(opening.map(toAmount), entries.map(toAmount)));
}
