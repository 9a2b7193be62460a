import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { instantFromPg } from '../lib/instant.ts';
import type { Tracing } from '../lib/tracing.ts';
import type { DB } from './types.gen.ts';

/** Anything that runs queries: the pool or a transaction. */
export type Queryable = Kysely<DB>;
export type Tx = Transaction<DB>;

export type Database = {
  db: Kysely<DB>;
  pool: pg.Pool;
  url: string;
  /** Where spans of what is recorded go. Absent: none are made. */
  tracing?: Tracing | undefined;
  close(): Promise<void>;
};

/** What Kysely cannot do, `COPY`, needs a connection itself. */
export type Connection = Pick<pg.PoolClient, 'query'>;

export type ConnectOptions = {
  url: string;
  /** `app` may not change what must never change; `owner` is whoever the URL names and migrates. */
  role: 'app' | 'owner';
  connectionsMax?: number;
  name?: string;
};

const { builtins } = pg.types;

/** Exactness at the driver: numeric and instants stay text, bigint must be a safe integer. */
const parsers = new Map<number, (text: string) => unknown>([
  [builtins.INT8, parseSafeInteger],
  [builtins.NUMERIC, (text) => text],
  [builtins.TIMESTAMPTZ, instantFromPg],
  [builtins.DATE, (text) => text],
]);

function parseSafeInteger(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number))
    throw new RangeError(`bigint ${text} is beyond the safe integers`);
  return number;
}

const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const own = format === 'binary' ? undefined : parsers.get(oid);
    return own ?? pg.types.getTypeParser(oid, format);
  },
};

/** The start-up options every connection of ours carries; `role` cannot be reset by a later statement. */
export function startupOptions(role: 'app' | 'owner'): string {
  const settings = [
    'search_path=customary,public',
    'timezone=UTC',
    'datestyle=ISO',
    'intervalstyle=iso_8601',
  ];
  if (role === 'app') settings.push('role=customary_app');
  return settings.map((setting) => `-c ${setting}`).join(' ');
}

export function connect(options: ConnectOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax ?? 16,
    application_name: options.name ?? 'customary',
    options: startupOptions(options.role),
    types,
    connectionTimeoutMillis: 10_000,
  });
  // An idle connection that dies must not take the process with it; the next query reports what is wrong.
  pool.on('error', () => undefined);
  // Nor must one that dies while somebody holds it without asking anything, as holders of locks do.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  const close = async (): Promise<void> => {
    await db.destroy();
    if (!pool.ended) await pool.end(); // Kysely ends what it has used only
  };
  return { db, pool, url: options.url, close };
}

/** Runs `work` on one connection, as queries and as itself. The pool takes back only one that still works. */
export async function onConnection<T>(
  { pool }: Pick<Database, 'pool'>,
  work: (db: Queryable, connection: Connection) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const connection: Connection = { query: client.query.bind(client) };
  const only = { ...connection, release: () => undefined } as pg.PoolClient;
  const dialect = new PostgresDialect({
    pool: { connect: async () => only, end: async () => undefined },
  });
  try {
    return await work(new Kysely<DB>({ dialect }), connection);
  } finally {
    client.release();
  }
}
