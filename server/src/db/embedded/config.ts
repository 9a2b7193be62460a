import { createHash } from 'node:crypto';
import { totalmem } from 'node:os';

const MB = 1024 * 1024;
const GB = 1024 * MB;

const CONNECTIONS_MAX = 60;

export type ConfigChoices = {
  memoryBytes: number;
  clusterName: string;
  /** Unix socket directory, or the loopback port where Node has no Unix sockets (Windows). */
  listen: { socketDir: string } | { port: number };
  /** Off only for throw-away databases: it gives up surviving a crash of the machine. */
  durable: boolean;
};

/** What this machine, or the container that we are in, has. */
export function memoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

/** The text of `customary.conf`. It carries its own hash, by which a running server shows what it was started with. */
export function configText(choices: ConfigChoices): { text: string; hash: string } {
  const lines = Object.entries(settings(choices)).map(
    ([name, value]) => `${name} = ${quote(value)}`,
  );
  const body = lines.join('\n');
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  const text =
    `# Written by Customary at every start. Your own settings survive in postgresql.auto.conf\n` +
    `# (ALTER SYSTEM SET ...), which is read later and wins.\n\n${body}\ncustomary.configuration = '${hash}'\n`;
  return { text, hash };
}

function settings(choices: ConfigChoices): Record<string, string> {
  return {
    ...connection(choices),
    ...memory(choices.memoryBytes),
    ...durability(choices.durable),
    ...logging,
    cluster_name: choices.clusterName,
    timezone: 'UTC',
    // Solid state disks: a random page costs hardly more than the next one.
    random_page_cost: '1.1',
    // Our queries are short; compiling them would cost more than running them.
    jit: 'off',
  };
}

function connection({ listen }: ConfigChoices): Record<string, string> {
  const shared = { max_connections: String(CONNECTIONS_MAX) };
  if ('port' in listen) {
    return {
      ...shared,
      listen_addresses: '127.0.0.1',
      port: String(listen.port),
      unix_socket_directories: '',
    };
  }
  return {
    ...shared,
    listen_addresses: '',
    port: '5432', // only names the socket; nothing listens on the network
    unix_socket_directories: listen.socketDir,
    unix_socket_permissions: '0700',
  };
}

function memory(bytes: number): Record<string, string> {
  const share = (fraction: number, min: number, max: number) =>
    `${Math.floor(Math.min(Math.max(bytes * fraction, min), max) / MB)}MB`;
  return {
    shared_buffers: share(1 / 4, 128 * MB, 4 * GB),
    effective_cache_size: share(5 / 8, 256 * MB, 256 * GB),
    maintenance_work_mem: share(1 / 16, 64 * MB, GB),
    // A query may take this several times over, and all connections may run one.
    work_mem: share(1 / (4 * CONNECTIONS_MAX), 4 * MB, 64 * MB),
    max_wal_size: share(1 / 4, GB, 8 * GB),
    min_wal_size: '256MB',
  };
}

function durability(durable: boolean): Record<string, string> {
  const value = durable ? 'on' : 'off';
  return { fsync: value, synchronous_commit: value, full_page_writes: value };
}

/**
 * Errors of statements are left to the application, which reports them masked: PostgreSQL would write the
 * statement and the values of a violated key into its log, and a credential ID may be a live key.
 */
const logging: Record<string, string> = {
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgres-%a.log', // one file per weekday, a week of them
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_timezone: 'UTC',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_line_prefix: '%m [%p] ',
};

function quote(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
