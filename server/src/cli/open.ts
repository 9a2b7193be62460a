import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { connect, type Database } from '../db/connect.ts';
import type { Deployment } from '../db/deployment.ts';
import { EmbeddedPostgresError, startEmbedded } from '../db/embedded/embedded.ts';
import { describeServer } from '../db/external.ts';
import { migrate } from '../db/migrate.ts';
import { systemClock } from '../lib/clock.ts';
import { createSecrets } from '../lib/secrets.ts';
import { OperatorError, type Settings } from './settings.ts';

export type Opened = {
  deployment: Deployment;
  /** Where the owner of the database connects. */
  ownerUrl: string;
  close(): Promise<void>;
};

export type OpenOptions = {
  settings: Settings;
  say: (line: string) => void;
  /** A command may work beside a running server of the same data folder; a server may not. */
  mayJoin?: boolean;
  durable?: boolean;
  connectionsMax?: number;
};

const URL_FILE = 'postgres.url';
const KEY_FILE = 'secret.key';

/** Starts or reaches PostgreSQL, migrates it, checks the secret key, and connects as the application. */
export async function openDeployment(options: OpenOptions): Promise<Opened> {
  const { settings, say } = options;
  const postgres = await reachPostgres(options);
  let database: Database | undefined;
  try {
    await checkServer(postgres.url, settings, say);
    await migrate({ url: postgres.url, log: say });
    database = connect({
      url: postgres.url,
      role: 'app',
      ...(options.connectionsMax && { connectionsMax: options.connectionsMax }),
    });
    const key = knownSecretKey(settings) ?? (await makeSecretKey(database, settings.dataDir));
    const secrets = createSecrets(key);
    await checkFingerprint(database, secrets.fingerprint);
    const log = pino({ level: settings.logLevel, base: null });
    const deployment = { database, clock: systemClock, secrets, log };
    return {
      deployment,
      ownerUrl: postgres.url,
      close: async () => closeAll(database, postgres.stop),
    };
  } catch (error) {
    await closeAll(database, postgres.stop);
    throw error;
  }
}

async function closeAll(database: Database | undefined, stop: () => Promise<void>): Promise<void> {
  await database?.close();
  await stop();
}

/** Starts PostgreSQL, or finds the one to use; changes nothing in it. */
export async function reachPostgres(
  options: OpenOptions,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const { settings, say } = options;
  if (settings.databaseUrl !== undefined)
    return { url: settings.databaseUrl, stop: async () => undefined };
  const urlFile = join(settings.dataDir, URL_FILE);
  try {
    const embedded = await startEmbedded({
      dataDir: settings.dataDir,
      log: say,
      durable: options.durable ?? true,
      onLost: giveUp,
    });
    writeFileSync(urlFile, embedded.url, { mode: 0o600 });
    return {
      url: embedded.url,
      async stop() {
        rmSync(urlFile, { force: true });
        await embedded.stop();
      },
    };
  } catch (error) {
    if (options.mayJoin === true && existsSync(urlFile) && error instanceof EmbeddedPostgresError) {
      return { url: readFileSync(urlFile, 'utf8'), stop: async () => undefined };
    }
    throw error;
  }
}

function giveUp(error: Error): void {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

async function checkServer(
  url: string,
  settings: Settings,
  say: (line: string) => void,
): Promise<void> {
  if (settings.databaseUrl === undefined) return;
  const database = connect({ url, role: 'owner', connectionsMax: 1 });
  try {
    const { warnings } = await describeServer({
      query: database.pool.query.bind(database.pool),
    });
    for (const warning of warnings) say(`WARNING: ${warning}`);
  } finally {
    await database.close();
  }
}

/** The secret key, if there is one already. */
export function knownSecretKey({ secretKey, dataDir }: Settings): string | null {
  const file = join(dataDir, KEY_FILE);
  return secretKey ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : null);
}

/** The key that encrypts secrets at rest: made once, for a database that has none yet, readable by its owner only. */
async function makeSecretKey(database: Database, dataDir: string): Promise<string> {
  const file = join(dataDir, KEY_FILE);
  if ((await storedFingerprint(database)) !== null) {
    throw new OperatorError(
      `The secret key of this database is missing: put back ${file}, or set CUSTOMARY_SECRET_KEY to what it held.`,
    );
  }
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}

async function storedFingerprint(database: Database): Promise<string | null> {
  const row = await database.db
    .selectFrom('deployment')
    .select('secret_key_fingerprint')
    .executeTakeFirstOrThrow();
  return row.secret_key_fingerprint;
}

/** A deployment stays with its key: with another, what is encrypted could not be read again. */
async function checkFingerprint(database: Database, fingerprint: string): Promise<void> {
  await database.db
    .updateTable('deployment')
    .set({ secret_key_fingerprint: fingerprint })
    .where('secret_key_fingerprint', 'is', null)
    .execute();
  if ((await storedFingerprint(database)) === fingerprint) return;
  throw new OperatorError(
    'The secret key is not the one that this database was set up with, so what it holds encrypted could not be read.\n' +
      'Set CUSTOMARY_SECRET_KEY (or put back the file secret.key) as it was.',
  );
}
