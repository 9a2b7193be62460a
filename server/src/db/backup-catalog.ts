import pg from 'pg';
import type { Sequence } from './backup-format.ts';

/** What backup and restore must know of the tables, read from the catalog so that a migration cannot be forgotten. */

export type Connection = Pick<pg.ClientBase, 'query'>;

export type Table = {
  name: string;
  columns: string[];
  /** The first days of the months it has partitions for; none if it is not partitioned. */
  months: string[];
};

const TABLES = `
  select c.relname as name,
         array(select a.attname::text from pg_attribute a
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                order by a.attnum) as columns,
         array(select regexp_replace(p.relname, '^.*_(\\d{4})_(\\d{2})$', '\\1-\\2-01')
                 from pg_inherits i join pg_class p on p.oid = i.inhrelid
                where i.inhparent = c.oid order by p.relname) as months,
         array(select distinct f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
                where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as "refersTo"
    from pg_class c
   where c.relnamespace = 'customary'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
   order by c.relname`;

/** Every table of the schema, those that are referred to before those that refer to them. */
export async function listTables(client: Connection): Promise<Table[]> {
  const { rows } = await client.query<Table & { refersTo: string[] }>(TABLES);
  const ordered: Table[] = [];
  const placed = new Set<string>();
  let waiting = rows;
  while (waiting.length > 0) {
    const ready = waiting.filter((table) => table.refersTo.every((name) => placed.has(name)));
    if (ready.length === 0) {
      throw new Error(
        `Tables refer to each other in a circle: ${waiting.map((t) => t.name).join(', ')}`,
      );
    }
    for (const { name, columns, months } of ready) {
      ordered.push({ name, columns, months });
      placed.add(name);
    }
    waiting = waiting.filter((table) => !placed.has(table.name));
  }
  return ordered;
}

const SEQUENCES = `
  select c.relname as table, a.attname as column, pg_sequence_last_value(s.oid)::text as last
    from pg_class s
    join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
    join pg_class c on c.oid = d.refobjid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
   where s.relkind = 'S' and s.relnamespace = 'customary'::regnamespace
   order by c.relname, a.attname`;

/** What the counters of identity columns stand at; null: not used yet. */
export async function listSequences(client: Connection): Promise<Sequence[]> {
  return (await client.query<Sequence>(SEQUENCES)).rows;
}

/** How many rows a table holds, and a number that any change of any of them changes, whatever their order. */
export async function digestOf(
  client: Connection,
  table: string,
): Promise<{ rows: number; digest: string }> {
  const { rows } = await client.query<{ rows: number; digest: string }>(
    `select count(*) as rows, coalesce(sum(('x' || left(md5(whole_row::text), 16))::bit(64)::bigint::numeric), 0)::text as digest
       from ${quoted(table)} whole_row`,
  );
  return rows[0] ?? { rows: 0, digest: '0' };
}

export function quoted(table: string): string {
  return `customary.${pg.escapeIdentifier(table)}`;
}

export function columnList({ columns }: { columns: readonly string[] }): string {
  return columns.map((column) => pg.escapeIdentifier(column)).join(', ');
}

/** Settings that the text of values depends on, and no limit on how long a table may take. */
export const PLAIN_TEXT = `
  set local bytea_output = 'hex'; set local extra_float_digits = 1; set local xmloption = 'content';
  set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`;
