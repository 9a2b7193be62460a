import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import type { Instant } from '../lib/instant.ts';
import { notFound } from '../lib/problem.ts';
import { lockCatalog } from './queries.ts';

/** What meters, products and plans have in common: they are read, changed, archived and removed the same way. */
export type EntryKind<Row extends EntryRow> = {
  readonly table: 'meters' | 'products' | 'plans';
  readonly noun: string;
  readonly find: (db: Action['tx'], id: string) => Promise<Row | undefined>;
  readonly toApi: (row: Row) => object;
};

type EntryRow = {
  readonly id: string;
  readonly version: number;
  readonly archived_at: Instant | null;
};

/** The entry, to be changed: with the catalog locked. */
export async function requireEntry<Row extends EntryRow>(
  action: Action,
  kind: EntryKind<Row>,
  id: string,
): Promise<Row> {
  await lockCatalog(action.tx);
  const row = await kind.find(action.tx, id);
  if (row === undefined) throw notFound(kind.noun, id);
  return row;
}

/** The columns that the API changes, and `archived_at`. */
export type EntryColumns = {
  name?: string;
  external_id?: string | null;
  description?: string | null;
  metadata?: string;
  archived_at?: Instant | null;
};

export async function changeEntry<Row extends EntryRow>(
  action: Action,
  kind: EntryKind<Row>,
  before: Row,
  verb: string,
  columns: EntryColumns,
): Promise<Row> {
  await action.tx
    .updateTable(kind.table)
    .set({ ...columns, updated_at: action.now, version: before.version + 1 })
    .where('id', '=', before.id)
    .execute();
  const row = await requireEntry(action, kind, before.id);
  await recordEntry(action, kind, verb, before, row);
  return row;
}

export async function recordEntry<Row extends EntryRow>(
  action: Action,
  { table, toApi }: EntryKind<Row>,
  verb: string,
  before: Row | null,
  after: Row | null,
): Promise<void> {
  await audit(action, {
    action: `${table}.${verb}`,
    resourceId: (after ?? before)?.id ?? '',
    before: before && toApi(before),
    after: after && toApi(after),
  });
}

/** What nothing refers to is removed, and null is answered; all else is archived. `remove` says whether it could. */
export async function removeOrArchive<Row extends EntryRow>(
  action: Action,
  kind: EntryKind<Row>,
  before: Row,
  remove: () => Promise<boolean>,
): Promise<Row | null> {
  if (await remove()) {
    await recordEntry(action, kind, 'delete', before, null);
    return null;
  }
  if (before.archived_at !== null) return before;
  return changeEntry(action, kind, before, 'delete', { archived_at: action.now });
}
