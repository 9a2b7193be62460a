import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, type Migration, type MigrationProvider, Migrator, sql } from 'kysely';
import { packageRoot } from '../lib/paths.ts';
import { connect } from './connect.ts';
import { installJobSchema } from './job-schema.ts';

const SCHEMA = 'customary';

type MigrationFile = { name: string; text: string; checksum: string };

async function readMigrations(): Promise<MigrationFile[]> {
  const folder = join(packageRoot, 'migrations');
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8');
      return {
        name: file.replace(/\.sql$/, ''),
        text,
        checksum: createHash('sha256').update(text).digest('hex'),
      };
    }),
  );
}

/** Each migration records its checksum in its own transaction, so that a later edit of the file is noticed. */
function provider(files: MigrationFile[], log: (line: string) => void): MigrationProvider {
  const toMigration = (file: MigrationFile): Migration => ({
    async up(db) {
      log(`migrating ${file.name}`);
      await sql.raw(file.text).execute(db);
      await sql`insert into migration_checksums (name, checksum) values (${file.name}, ${file.checksum})`.execute(
        db,
      );
    },
  });
  return {
    getMigrations: async () =>
      Object.fromEntries(files.map((file) => [file.name, toMigration(file)])),
  };
}

/**
 * Runs `work` while no other process migrates. The lock is held by a session of its own: within one transaction,
 * PostgreSQL would go on believing what it saw before it waited ("if not exists" would then collide).
 */
async function alone(db: Kysely<unknown>, work: () => Promise<void>): Promise<void> {
  const key = sql`hashtextextended('customary.migrate', 0)`;
  await db.connection().execute(async (holder) => {
    await sql`select pg_advisory_lock(${key})`.execute(holder);
    try {
      await work();
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(holder);
    }
  });
}

async function prepareSchema(db: Kysely<unknown>): Promise<void> {
  await sql`create extension if not exists btree_gist with schema public`
    .execute(db)
    .catch(extensionProblem);
  await sql`create schema if not exists ${sql.id(SCHEMA)}`.execute(db);
  await sql`create table if not exists ${sql.id(SCHEMA, 'migration_checksums')} (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`.execute(
    db,
  );
}

async function refuseEditedMigrations(db: Kysely<unknown>, files: MigrationFile[]): Promise<void> {
  const applied = await sql<{
    name: string;
    checksum: string;
  }>`select name, checksum from migration_checksums`.execute(db);
  const byName = new Map(files.map((file) => [file.name, file.checksum]));
  for (const row of applied.rows) {
    const checksum = byName.get(row.name);
    if (checksum === undefined) {
      throw new Error(
        `The database has migration ${row.name}, which this version does not know: it was migrated by a newer version. Start that one.`,
      );
    }
    if (checksum !== row.checksum) {
      throw new Error(
        `Migration ${row.name} was edited after it had been applied. Migrations only go forward: restore the file and add a new one.`,
      );
    }
  }
}

/**
 * Brings the schema of the database at `url` up to date. Safe when several processes start at once:
 * Kysely's migrator takes a lock, and all pending migrations commit together or not at all.
 */
export async function migrate(options: {
  url: string;
  log?: (line: string) => void;
}): Promise<void> {
  const database = connect({
    url: options.url,
    role: 'owner',
    connectionsMax: 4,
    name: 'customary migrate',
  });
  const db = database.db as unknown as Kysely<unknown>;
  try {
    const files = await readMigrations();
    await alone(db, async () => {
      await prepareSchema(db);
      await refuseEditedMigrations(db, files);
      await runMigrations(db, files, options.log ?? (() => undefined));
      await installJobSchema(database);
    });
  } finally {
    await database.close();
  }
}

async function runMigrations(
  db: Kysely<unknown>,
  files: MigrationFile[],
  log: (line: string) => void,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: provider(files, log),
    migrationTableSchema: SCHEMA,
    migrationTableName: 'migrations',
    migrationLockTableName: 'migration_lock',
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

function extensionProblem(error: unknown): void {
  const code = (error as { code?: string }).code;
  if (code === '42501')
    throw new Error(
      'The extension "btree_gist" is missing and this user may not create it. As a superuser run: create extension btree_gist;',
    );
  throw error;
}
