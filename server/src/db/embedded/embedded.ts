import { createServer } from 'node:net';
import { join } from 'node:path';
import { prepareBinaries, type Binaries } from './binaries.ts';
import { ensureCluster, writeConfig } from './cluster.ts';
import { configText, memoryBytes } from './config.ts';
import { EmbeddedPostgresError } from './error.ts';
import { lockDataDirectory } from './lock.ts';
import {
  ensureDataDirectory,
  place as placeIn,
  removeSocketDirectory,
  socketDirectory,
  type Placement,
} from './placement.ts';
import {
  findPostmaster,
  launch,
  readPidFile,
  removeMisleadingLocks,
  stopPostmaster,
  waitForOrphans,
  waitUntilReady,
  watchAdopted,
  type Postmaster,
} from './postmaster.ts';
import { isRunning, signal, type ProcessIdentity } from './processes.ts';
import {
  askHealth,
  connectionUrl,
  endOtherSessions,
  ensureDatabase,
  type Address,
} from './sessions.ts';

export { EmbeddedPostgresError, lockDataDirectory };

export type EmbeddedOptions = {
  dataDir: string;
  log: (line: string) => void;
  /** `false` only for throw-away databases: faster, and lost in a crash of the machine. */
  durable?: boolean;
  /** PostgreSQL died and could not be started again: there is nothing left to serve with. */
  onLost?: (error: Error) => void;
};

export type EmbeddedPostgres = {
  /** The owner's connection string, for node-postgres and libpq. */
  url: string;
  /** PostgreSQL was still running from a server that had been killed. */
  adopted: boolean;
  stop: () => Promise<void>;
};

/** How often PostgreSQL is started again after dying by itself, before we give up on it. */
const RESTARTS_MAX = 5;
const RESTARTS_WITHIN_MS = 60_000;

type Setup = {
  place: Placement;
  binaries: Binaries;
  address: Address;
  configuration: string;
  log: (line: string) => void;
};

/** Starts (or adopts) the PostgreSQL of this data directory, and keeps it running until `stop`. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = ensureDataDirectory(options.dataDir);
  const locks = [lockDataDirectory(dataDir)];
  const release = () => locks.forEach((lock) => lock.release());
  try {
    const place = placeIn(dataDir);
    if (place.home !== dataDir) locks.push(lockDataDirectory(place.home));
    const binaries = prepareBinaries(place);
    ensureCluster(place, binaries, options.durable ?? true);
    const setup = await configure(place, binaries, options);
    const found = await adopt(setup);
    const postmaster = found ?? (await start(setup));
    await ensureDatabase(place, setup.address);
    const stop = keepRunning(setup, postmaster, options.onLost);
    return {
      url: connectionUrl(place, setup.address),
      adopted: found !== undefined,
      stop: once(async () => {
        await stop();
        release();
      }),
    };
  } catch (error) {
    release();
    throw error;
  }
}

async function configure(
  place: Placement,
  binaries: Binaries,
  options: EmbeddedOptions,
): Promise<Setup> {
  const isWindows = process.platform === 'win32';
  const address: Address = isWindows
    ? { host: '127.0.0.1', port: readPidFile(place.clusterDir)?.port ?? (await freePort()) }
    : { host: socketDirectory(place), port: 5432 };
  const { text, hash } = configText({
    memoryBytes: memoryBytes(),
    clusterName: place.clusterName,
    listen: isWindows ? { port: address.port } : { socketDir: address.host },
    durable: options.durable ?? true,
  });
  writeConfig(place, text);
  return { place, binaries, address, configuration: hash, log: options.log };
}

/** Takes over a PostgreSQL whose server was killed, if it is the one we would start; else stops it. */
async function adopt(setup: Setup): Promise<Postmaster | undefined> {
  const { place, address, binaries, log } = setup;
  const identity = findPostmaster(place);
  if (!identity) return undefined;
  if (await isUsable(setup, identity)) {
    await endOtherSessions(place, address);
    log(`adopted the PostgreSQL that was still running, process ${identity.pid}`);
    return watchAdopted(identity);
  }
  if (isRunning(identity)) {
    log(
      `stopping the PostgreSQL that was still running, process ${identity.pid}, to start it afresh`,
    );
    await stopPostmaster(identity, place, binaries);
  }
  return undefined;
}

async function isUsable(setup: Setup, identity: ProcessIdentity): Promise<boolean> {
  const { place, address, binaries, configuration, log } = setup;
  const { clusterDir } = place;
  // It may be replaying its log, or be on its way out.
  const isEnding = () => !isRunning(identity) || readPidFile(clusterDir)?.status === 'stopping';
  await waitUntilReady(clusterDir, isEnding, log, identity.pid);
  if (isEnding()) return false;
  const health = await askHealth(place, address);
  return (
    health?.version === binaries.version &&
    health.dataDirectory === clusterDir &&
    health.configuration === configuration
  );
}

async function start({ place, binaries, address, log }: Setup): Promise<Postmaster> {
  await waitForOrphans(place);
  removeMisleadingLocks(place, address.host);
  return launch(place, binaries, log);
}

/** Starts PostgreSQL again when it dies by itself, at the same address; answers how to stop it for good. */
function keepRunning(
  setup: Setup,
  first: Postmaster,
  onLost: EmbeddedOptions['onLost'] = (error) => setup.log(error.message),
): () => Promise<void> {
  let current: Postmaster = first;
  let isStopping = false;
  let restart: Promise<void> = Promise.resolve();
  const recent: number[] = [];

  const watch = () => {
    void current.gone.then((how) => {
      if (!isStopping) restart = startAgain(how).catch(onLost);
    });
  };
  const startAgain = async (how: string) => {
    recent.push(performance.now());
    const oldest = recent.at(-RESTARTS_MAX - 1);
    if (oldest !== undefined && performance.now() - oldest < RESTARTS_WITHIN_MS) {
      throw new EmbeddedPostgresError(
        `PostgreSQL (process ${current.identity.pid}) ${how}, and had to be started again too often. ` +
          `Its log is in ${join(setup.place.clusterDir, 'log')}.`,
      );
    }
    setup.log(`PostgreSQL (process ${current.identity.pid}) ${how}: starting it again`);
    current = await start(setup);
    setup.log(`PostgreSQL runs again, process ${current.identity.pid}`);
    watch();
  };
  watch();

  // However this process ends, short of SIGKILL, PostgreSQL is told to end too.
  const onExit = () => signal(current.identity, 'SIGINT');
  process.once('exit', onExit);
  return async () => {
    isStopping = true;
    await restart;
    await stopPostmaster(current.identity, setup.place, setup.binaries);
    process.off('exit', onExit);
    removeSocketDirectory(setup.address.host, setup.place);
  };
}

function once(action: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => (result ??= action());
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
