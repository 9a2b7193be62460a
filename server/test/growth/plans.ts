import pg from 'pg';

/** What PostgreSQL does for statements, watched at the driver. */

type Node = {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Heap Fetches'?: number;
  Plans?: Node[];
};

/** How a statement read a table: in which way, and how many of its rows. */
export type Scan = {
  readonly way: string;
  readonly table: string;
  readonly index: string | null;
  readonly rows: number;
};

export type Explained = { readonly statement: string; readonly scans: readonly Scan[] };

type Query = (text: unknown, values?: unknown, ...rest: unknown[]) => unknown;

/**
 * Each `select` that this process runs is explained beforehand, where and with what it runs: in its transaction, with
 * its values. Answers what was asked since the last `taken()`.
 */
export function watchStatements(): { taken(): Explained[]; stop(): void } {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const original = prototype.query;
  let seen: Explained[] = [];
  const explain = async (client: pg.Client, text: string, values: unknown) => {
    const statement = `explain (analyze, timing off, format json) ${text}`;
    const { rows } = (await original.call(client, statement, values)) as {
      rows: { 'QUERY PLAN': [{ Plan: Node }] }[];
    };
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    seen.push({ statement: text, scans: plan === undefined ? [] : scansOf(plan) });
    return original.call(client, text, values);
  };
  prototype.query = function (this: pg.Client, text, values, ...rest) {
    if (typeof text === 'string' && rest.length === 0 && isReading(text))
      return explain(this, text, values);
    return original.call(this, text, values, ...rest);
  };
  return {
    taken: () => {
      const taken = seen;
      seen = [];
      return taken;
    },
    stop: () => {
      prototype.query = original;
    },
  };
}

const isReading = (text: string) =>
  /^\s*(select|with)\b/i.test(text) &&
  !/\b(pg_(try_)?advisory\w+|nextval|number_journal|set_config|share_ownership)\b|\bfor (no key )?(update|share)\b|\b(insert into|update|delete from) /i.test(
    text,
  );

function scansOf(node: Node): Scan[] {
  const below = (node.Plans ?? []).flatMap(scansOf);
  const table = node['Relation Name']?.replace(/_\d{4}_\d{2}$/, '');
  if (table === undefined) return below;
  const each =
    (node['Actual Rows'] ?? 0) +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0);
  const rows = Math.round(each * (node['Actual Loops'] ?? 0));
  const index = node['Index Name'] ?? null;
  return [{ way: node['Node Type'], table, index, rows }, ...below];
}
