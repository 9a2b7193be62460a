import type pg from 'pg';

export type ServerDescription = {
  /** As PostgreSQL writes it: `16.3`. */
  version: string;
  /** What would lose acknowledged events in a crash: to be shown loudly, at every start. */
  warnings: string[];
};

const MAJOR_MIN = 15;

type Facts = {
  version: string;
  number: string;
  encoding: string;
  replica: boolean;
  fsync: string;
  synchronous_commit: string;
  full_page_writes: string;
};

/** Looks at a PostgreSQL that others run: refuses what cannot work, and tells what is unsafe. */
export async function describeServer(
  client: Pick<pg.ClientBase, 'query'>,
): Promise<ServerDescription> {
  const result = await client.query<Facts>(
    `select current_setting('server_version') as version,
            current_setting('server_version_num') as number,
            current_setting('server_encoding') as encoding,
            pg_is_in_recovery() as replica,
            current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as synchronous_commit,
            current_setting('full_page_writes') as full_page_writes`,
  );
  const facts = result.rows[0];
  if (!facts) throw new Error('PostgreSQL answered nothing about itself');
  refuseUnusable(facts);
  return { version: facts.version, warnings: warningsAbout(facts) };
}

function refuseUnusable({ version, number, encoding, replica }: Facts): void {
  if (Math.floor(Number(number) / 10_000) < MAJOR_MIN) {
    throw new Error(
      `DATABASE_URL leads to PostgreSQL ${version}; Customary needs ${MAJOR_MIN} or newer. ` +
        `Upgrade that server, or unset DATABASE_URL to use the PostgreSQL that comes with Customary.`,
    );
  }
  if (replica) {
    throw new Error(
      'DATABASE_URL leads to a read-only replica (or a server still in recovery): name the primary.',
    );
  }
  if (encoding !== 'UTF8') {
    throw new Error(
      `The database that DATABASE_URL names is encoded in ${encoding}; Customary needs UTF8: ` +
        `create database customary encoding 'UTF8' template template0`,
    );
  }
}

function warningsAbout(facts: Facts): string[] {
  const loss = 'events that were acknowledged can be lost';
  const found: string[] = [];
  if (facts.fsync === 'off') {
    found.push(`fsync is off on this PostgreSQL: ${loss}, and all data with them, in a crash.`);
  }
  if (facts.synchronous_commit === 'off') {
    found.push(`synchronous_commit is off on this PostgreSQL: ${loss} in a crash.`);
  }
  if (facts.full_page_writes === 'off') {
    found.push(
      'full_page_writes is off on this PostgreSQL: a crash can leave torn pages, ' +
        'unless its file system writes pages whole.',
    );
  }
  return found;
}
