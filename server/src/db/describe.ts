import type pg from 'pg';

/** Describes a migrated database from its catalog: as SQL to read and compare, and as types for Kysely. */

type Column = {
  table: string;
  name: string;
  type: string;
  base: string;
  nullable: boolean;
  default: string | null;
  identity: string;
};

const COLUMNS = `
  select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
         format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null) as base,
         not (a.attnotnull or t.typnotnull) as nullable, pg_get_expr(d.adbin, d.adrelid) as default, a.attidentity as identity
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where c.relnamespace = 'customary'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
     and c.relname not in ('migrations', 'migration_lock')
   order by c.relname, a.attnum`;

/** One statement a row, in an order that does not depend on how the schema came about. */
const STATEMENTS = `
  with tables as (
    select oid, relname from pg_class
     where relnamespace = 'customary'::regnamespace and relkind in ('r', 'p') and not relispartition
       and relname not in ('migrations', 'migration_lock')
  )
  select 1 as part, typname::text as name, format('create domain %s as %s', typname, format_type(typbasetype, null)) || coalesce(' ' || pg_get_constraintdef(k.oid), '') as text
    from pg_type left join pg_constraint k on k.contypid = pg_type.oid where typnamespace = 'customary'::regnamespace and typtype = 'd'
  union all select 0, relname, format('create sequence %s', relname) from pg_class c
   where relnamespace = 'customary'::regnamespace and relkind = 'S' and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i'))
  union all select 2, p.proname, regexp_replace(pg_get_functiondef(p.oid), '\\s+$', '')
    from pg_proc p where pronamespace = 'customary'::regnamespace
  union all select 3, c.relname, format('create view %s as%s', c.relname, chr(10) || pg_get_viewdef(c.oid))
    from pg_class c where c.relnamespace = 'customary'::regnamespace and c.relkind = 'v'
  union all select 4, t.relname || '.' || conname, format('alter table %s add constraint %s %s', t.relname, conname, pg_get_constraintdef(k.oid))
    from pg_constraint k join tables t on t.oid = k.conrelid where contype <> 'n'
  union all select 5, t.relname || '.' || i.relname, pg_get_indexdef(i.oid)
    from pg_index x join tables t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
   where not exists (select from pg_constraint k where k.conindid = i.oid and k.conrelid = t.oid)
  union all select 6, t.relname || '.' || g.tgname, pg_get_triggerdef(g.oid)
    from pg_trigger g join tables t on t.oid = g.tgrelid where not g.tgisinternal
  union all select 7, t.relname || '.' || a.grantee, format('grant %s on %s to %s', string_agg(a.privilege, ', ' order by a.privilege), t.relname, a.grantee)
    from tables t join (
      select c.oid, x.grantee::regrole::text as grantee, lower(x.privilege_type) as privilege from pg_class c, aclexplode(c.relacl) x
      union select b.attrelid, x.grantee::regrole::text, lower(x.privilege_type) || ' (' || b.attname || ')' from pg_attribute b, aclexplode(b.attacl) x
    ) a on a.oid = t.oid
   where a.grantee = 'customary_app' group by t.relname, a.grantee
  order by 1, 2`;

function columnLine(column: Column): string {
  const identity = column.identity === '' ? '' : ' generated always as identity';
  const fallback = column.default === null ? '' : ` default ${column.default}`;
  return `  ${column.name} ${column.type}${column.nullable ? '' : ' not null'}${fallback}${identity}`;
}

function byTable(columns: Column[]): Map<string, Column[]> {
  const tables = new Map<string, Column[]>();
  for (const column of columns)
    tables.set(column.table, [...(tables.get(column.table) ?? []), column]);
  return tables;
}

/** The schema as SQL text, the same on every supported version of PostgreSQL. */
export async function describeSchema(client: pg.Client): Promise<string> {
  await client.query('set search_path = customary, public');
  const { rows: columns } = await client.query<Column>(COLUMNS);
  const { rows: statements } = await client.query<{ part: number; text: string }>(STATEMENTS);
  const tables = [...byTable(columns)].map(
    ([name, list]) => `create table ${name} (\n${list.map(columnLine).join(',\n')}\n)`,
  );
  const before = statements.filter((row) => row.part < 3).map((row) => row.text);
  const after = statements.filter((row) => row.part >= 3).map((row) => row.text);
  return `-- Generated from the migrated database by "npm run generate". Do not edit.\n\n${[...before, ...tables, ...after].map((text) => `${text.replace('FUNCTION customary.', 'FUNCTION ')};\n`).join('\n')}`;
}

const TYPES: Record<string, string> = {
  text: 'string',
  inet: 'string',
  character: 'string',
  'character varying': 'string',
  bpchar: 'string',
  numeric: 'string',
  tstzrange: 'string',
  date: 'string',
  boolean: 'boolean',
  smallint: 'number',
  integer: 'number',
  bigint: 'number',
  bytea: 'Buffer',
  'timestamp with time zone': 'Instant',
  'text[]': 'string[]',
  'integer[]': 'number[]',
  jsonb: 'unknown',
};

function typeOf(column: Column): string {
  const plain = TYPES[column.base];
  if (plain === undefined)
    throw new Error(`No TypeScript type for ${column.base} (${column.table}.${column.name})`);
  const nullable = column.nullable ? ' | null' : '';
  const optional = column.nullable || column.default !== null;
  if (column.identity !== '') return 'GeneratedAlways<number>';
  if (plain === 'unknown')
    return `ColumnType<unknown, string${nullable}${optional ? ' | undefined' : ''}, string${nullable}>`;
  return column.default === null ? plain + nullable : `Generated<${plain}${nullable}>`;
}

/** The Kysely types of every table. JSON is written as text and read as `unknown`. */
export async function describeTypes(client: pg.Client): Promise<string> {
  const { rows } = await client.query<Column>(COLUMNS);
  const tables = byTable(rows);
  const pascal = (name: string) =>
    name.replaceAll(/(^|_)(\w)/g, (_match, _underscore, letter: string) => letter.toUpperCase());
  const types = [...tables].map(
    ([name, columns]) =>
      `export type ${pascal(name)} = {\n${columns.map((c) => `  ${c.name}: ${typeOf(c)};`).join('\n')}\n};\n`,
  );
  const db = `export type DB = {\n${[...tables.keys()].map((name) => `  ${name}: ${pascal(name)};`).join('\n')}\n};\n`;
  return `// Generated from the migrated database by "npm run generate". Do not edit.\nimport type { ColumnType, Generated, GeneratedAlways } from 'kysely';\nimport type { Instant } from '../lib/instant.ts';\n\n${types.join('\n')}\n${db}`;
}
