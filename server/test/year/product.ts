import { add, decimal, isZero, toText, zero } from '../../src/lib/decimal.ts';
import type { Company } from './company.ts';
import type { OracleDocument, OracleLine } from './model.ts';

/** What the product made of a month, in the words of the oracle. */

export type Made = { id: string; document: OracleDocument };

type Row = {
  id: string;
  payer: string;
  currency: string;
  grouping: string;
  standalone: boolean | null;
  cycle_start: string;
  cycle_end: string;
  total: string;
  kind: OracleLine['kind'];
  subscription_id: string;
  period_start: string;
  plan_id: string;
  item_id: string;
  amount: string;
};

const drafts = `
  select i.id, i.organization_id as payer, i.currency, i.grouping_key as grouping, i.standalone, i.period_start as cycle_start,
         i.period_end as cycle_end, i.total, l.kind, l.subscription_id, l.period_start, l.plan_id, coalesce(l.fee_id, l.charge_id) as item_id, l.amount
    from invoices i join invoice_lines l on l.invoice_id = i.id where i.status = 'draft' order by l.ordinal`;

const notes = `
  select n.id, n.organization_id as payer, n.currency, l.kind, l.subscription_id, l.period_start, l.plan_id, coalesce(l.fee_id, l.charge_id) as item_id,
         l.amount, n.total
    from credit_notes n join credit_note_lines l on l.credit_note_id = n.id
   where n.billing_run_id is not null and n.id <> all($1)`;

const keyOf = ({ subscription_id, period_start, plan_id, item_id }: Row) =>
  [subscription_id, Date.parse(period_start), plan_id, item_id].join(' ');

/** Lines of one fee or charge together, however many it took; adjustments that change no amount left out. */
function linesOf(rows: readonly Row[]): OracleLine[] {
  const lines = new Map<string, OracleLine>();
  for (const row of rows) {
    const key = `${keyOf(row)} ${row.kind}`;
    const amount = add(decimal(lines.get(key)?.amount ?? '0'), decimal(row.amount));
    lines.set(key, { key: keyOf(row), kind: row.kind, amount: toText(amount) });
  }
  return [...lines.values()].filter(
    ({ kind, amount }) => kind !== 'adjustment' || !isZero(decimal(amount)),
  );
}

const grouped = (rows: readonly Row[], keyOfGroup: (row: Row) => string): Row[][] => {
  const groups = new Map<string, Row[]>();
  for (const row of rows)
    groups.set(keyOfGroup(row), [...(groups.get(keyOfGroup(row)) ?? []), row]);
  return [...groups.values()];
};

export async function draftsOf({ server }: Company): Promise<Made[]> {
  const { rows } = await server.database.pool.query<Row>(drafts);
  return grouped(rows, ({ id }) => id).map((some) => {
    const row = some[0] as Row;
    return {
      id: row.id,
      document: {
        payerId: row.payer,
        currency: row.currency,
        grouping: row.grouping,
        kind: row.standalone === true ? 'standalone' : 'invoice',
        cycleStart: Date.parse(row.cycle_start),
        cycleEnd: Date.parse(row.cycle_end),
        total: toText(decimal(row.total)),
        lines: linesOf(some),
      },
    };
  });
}

/** Credit notes of runs that were not known yet. Those of one payer and currency are compared together. */
export async function newCredits({ server }: Company, known: string[]) {
  const { rows } = await server.database.pool.query<Row>(notes, [known]);
  const ids = [...new Set(rows.map(({ id }) => id))];
  const credits = grouped(rows, ({ payer, currency }) => `${payer} ${currency}`).map((some) => {
    const row = some[0] as Row;
    const totals = new Map(some.map(({ id, total }) => [id, decimal(total)]));
    return {
      payerId: row.payer,
      currency: row.currency,
      total: toText([...totals.values()].reduce(add, zero)),
      lines: linesOf(some),
    };
  });
  return { ids, credits };
}

/** One text for each document, to be compared. */
export function describe(
  names: (id: string) => string,
  { payerId, currency, kind, cycleStart, grouping, total, lines }: OracleDocument,
): string {
  const texts = lines.map((line) => `${line.kind} ${line.amount} ${line.key}`).toSorted();
  const head = [names(payerId), currency, kind, cycleStart, grouping, total].join(' | ');
  return [head, ...texts].join('\n    ');
}

/** The oracle's credits of one payer and currency together, as the product's are. */
export function mergedCredits(documents: readonly OracleDocument[]): OracleDocument[] {
  const merged = new Map<string, OracleDocument>();
  for (const each of documents) {
    const key = `${each.payerId} ${each.currency}`;
    const before = merged.get(key);
    const total = add(decimal(before?.total ?? '0'), decimal(each.total));
    const lines = [...(before?.lines ?? []), ...each.lines];
    merged.set(key, { ...each, ...noPlace, total: toText(total), lines });
  }
  return [...merged.values()];
}

/** A credit note is of no cycle. */
export const noPlace = { kind: 'credit', cycleStart: 0, cycleEnd: 0, grouping: '' } as const;
