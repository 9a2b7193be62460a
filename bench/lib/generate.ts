import type pg from 'pg';
import { checkNames } from '../../server/src/checks/verdict.ts';
import { connect } from '../../server/src/db/connect.ts';
import { foldUsage } from '../../server/src/usage/fold-actions.ts';
import { type BenchDeployment, folded } from './deployment.ts';

/** What the data is put into: its API, and its database as the owner of it. */
type Target = {
  readonly sql: pg.Pool;
  ok(method: string, path: string, body?: unknown): Promise<{ id: string }>;
};

/**
 * Data by SQL, in sets: millions of rows take minutes. Ids have the form of real ones (Crockford's base 32), made from
 * a number, so that a bench can name the n-th of a kind.
 */

const PAD = 18;

export function idOf(prefix: string, number: number): string {
  return `${prefix}_01BENCH0${number.toString(16).toUpperCase().padStart(PAD, '0')}`;
}

/** The same in SQL, of the expression `n`. */
export function idSql(prefix: string, n: string): string {
  return `('${prefix}_01BENCH0' || lpad(upper(to_hex(${n})), ${PAD}, '0'))`;
}

export function credentialIdOf(number: number): string {
  return `sk-bench-${String(number).padStart(12, '0')}`;
}

/** One recording transaction, numbered; answers the id of its journal row. */
export async function record(
  sql: pg.Pool,
  kind: string,
  work: (client: pg.PoolClient, journalId: string) => Promise<void>,
): Promise<void> {
  const client = await sql.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<{ id: string }>(
      `insert into journal (kind, actor, recorded_at) values ($1, 'system', now()) returning id::text`,
      [kind],
    );
    await work(client, rows[0]?.id ?? '');
    await client.query('commit');
    await client.query('select number_journal()');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

/** What is sold: two priced measures and a monthly fee. Answers the plan's id. */
export async function makePlan(deployment: Pick<Target, 'ok'>): Promise<string> {
  for (const measure of ['input_tokens', 'output_tokens'])
    await deployment.ok('POST', '/v1/meters', { key: measure, aggregation: 'sum', measure });
  const { id: productId } = await deployment.ok('POST', '/v1/products', { name: 'Bench API' });
  const plan = await deployment.ok('POST', '/v1/plans', {
    productId,
    name: 'Bench plan',
    currency: 'USD',
    fees: [{ name: 'Platform', amount: '10.00', timing: 'arrears' }],
    charges: [
      { meter: 'input_tokens', model: 'perUnit', unitPrice: '0.000002' },
      { meter: 'output_tokens', model: 'perUnit', unitPrice: '0.000008' },
    ],
  });
  return plan.id;
}

/** Customers `first` to `last`, each with one subscriber and one subscription from `startAt`. */
export async function makeCustomers(
  { sql }: Pick<Target, 'sql'>,
  planId: string,
  { first, last, startAt }: { first: number; last: number; startAt: string },
): Promise<void> {
  await record(sql, 'bench.customers', async (client, journalId) => {
    const n = `generate_series(${first}, ${last}) as g (n)`;
    const stamps = `timestamptz '${startAt}', timestamptz '${startAt}'`;
    await client.query(`
      insert into organizations (id, name, external_id, created_at, updated_at)
      select ${idSql('org', 'n')}, 'Customer ' || n, 'bench-' || n, ${stamps} from ${n}`);
    await client.query(`
      insert into subscribers (id, email, email_key, subscriber_id, created_at, updated_at)
      select ${idSql('sbr', 'n')}, 'user' || n || '@bench.example', 'user' || n || '@bench.example', 'bench-' || n, ${stamps} from ${n}`);
    await client.query(`
      insert into memberships (subscriber_id, organization_id, is_primary, valid, recorded_by)
      select ${idSql('sbr', 'n')}, ${idSql('org', 'n')}, true, '(,)', ${journalId} from ${n}`);
    await client.query(`
      insert into subscriptions (id, organization_id, start_at, anchor_day, time_zone, created_at, updated_at)
      select ${idSql('sub', 'n')}, ${idSql('org', 'n')}, timestamptz '${startAt}', extract(day from timestamptz '${startAt}' at time zone 'UTC'), 'UTC', ${stamps} from ${n}`);
    await client.query(`
      insert into subscription_plans (subscription_id, plan_id, plan_version, valid, recorded_by)
      select ${idSql('sub', 'n')}, '${planId}', 1, tstzrange('${startAt}', null), ${journalId} from ${n}`);
  });
}

/**
 * Issued invoices of customers `first` to `last`, each a copy of that of one of the customers `1` to `like`, which the
 * API has billed: what they owe is kept in balances as always.
 */
export async function makeBilledLike(
  { sql }: Pick<Target, 'sql'>,
  { first, last, like }: { first: number; last: number; like: number },
): Promise<void> {
  await record(sql, 'bench.invoices', async (client, journalId) => {
    await client.query(`
      create temp table copied on commit drop as
      select i.id as invoice_id, ${idSql('inv', 'n')} as copy_id, n, (select max(number_sequence) from invoices) + n as sequence
        from generate_series(${first}, ${last}) as g (n)
        join invoices i on i.organization_id = ${idSql('org', `((n - 1) % ${like} + 1)`)} and i.status <> 'draft'`);
    // The triggers of issued invoices refuse lines; those of the ledger must run.
    await client.query('set local session_replication_role = replica');
    await client.query(`
      insert into invoices
      select r.* from copied c join invoices i on i.id = c.invoice_id
       cross join lateral jsonb_populate_record(i, jsonb_build_object('id', copy_id, 'organization_id', ${idSql('org', 'n')},
         'number', 'INV-' || lpad(sequence::text, 6, '0'), 'number_sequence', sequence, 'journal_id', ${journalId})) r`);
    await client.query(`
      insert into invoice_lines
      select r.* from copied c join invoice_lines l on l.invoice_id = c.invoice_id
       cross join lateral jsonb_populate_record(l, jsonb_build_object('id', ${idSql('lin', 'n * 100 + l.ordinal')}, 'invoice_id', copy_id,
         'subscription_id', ${idSql('sub', 'n')})) r`);
    await client.query('set local session_replication_role = origin');
    await client.query(`
      insert into ledger_entries (organization_id, currency, kind, amount, invoice_id, effective_at, journal_id)
      select ${idSql('org', 'n')}, e.currency, e.kind, e.amount, copy_id, e.effective_at, ${journalId}
        from copied c join ledger_entries e on e.invoice_id = c.invoice_id`);
  });
}

/** Credentials `first` to `last`, spread over that many customers and bound to their subscriptions. */
export async function makeCredentials(
  { sql }: Pick<Target, 'sql'>,
  { first, last, customers }: { first: number; last: number; customers: number },
): Promise<void> {
  await record(sql, 'bench.credentials', async (client, journalId) => {
    const n = `generate_series(${first}, ${last}) as g (n)`;
    const customer = `(n % ${customers}) + 1`;
    await client.query(`
      insert into credentials (id, name, created_at, updated_at)
      select ${idSql('crd', 'n')}, 'Key ' || n, now(), now() from ${n}`);
    await client.query(`
      insert into credential_id_values (value, masked)
      select 'sk-bench-' || lpad(n::text, 12, '0'), 'sk-b…' || right(lpad(n::text, 12, '0'), 4) from ${n}`);
    await client.query(`
      insert into credential_ids (credential_id, value_key, valid, recorded_by)
      select ${idSql('crd', 'n')}, v.key, '(,)', ${journalId}
        from ${n} join credential_id_values v on v.value = 'sk-bench-' || lpad(n::text, 12, '0')`);
    await client.query(`
      insert into bindings (credential_id, subscriber_id, organization_id, subscription_id, valid, recorded_by)
      select ${idSql('crd', 'n')}, ${idSql('sbr', customer)}, ${idSql('org', customer)}, ${idSql('sub', customer)}, '(,)', ${journalId} from ${n}`);
  });
}

/** In SQL: the id of an event that occurred at `at`, the `n`-th. */
function eventIdSql(at: string, n: string): string {
  const ms = `floor(extract(epoch from ${at}) * 1000)::bigint`;
  const chars = Array.from({ length: 10 }, (_, i) => 45 - i * 5).map(
    (shift) => `substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', ((${ms} >> ${shift}) & 31)::int + 1, 1)`,
  );
  return `('evt_' || ${chars.join(' || ')} || lpad(upper(to_hex(${n})), 16, '0'))`;
}

export type EventsAsk = {
  first: number;
  last: number;
  /** They are spread evenly over `[from, to)`. */
  from: string;
  to: string;
  credentials: number;
  customers: number;
};

/** In SQL: the instant of event `n`, to the millisecond. */
function instantSql({ first, last, from, to }: EventsAsk): string {
  return `date_trunc('milliseconds', timestamptz '${from}' + (timestamptz '${to}' - timestamptz '${from}') * ((n - ${first})::float8 / ${last - first + 1}))`;
}

/** What a client would have sent, without a time of its own, as it is hashed; of the number and what `makeEvents` makes of it. */
const SENT = `{"clientId":"req-%s","source":"bench","time":null,"credential":"sk-bench-%s","subscription":null,"subscriber":null,"organization":null,"product":null,"measures":{"input_tokens":"%s","output_tokens":"%s"},"cost":null,"attributes":{"model":"large"}}`;

/** Events `first` to `last`, attributed as ingest would, in batches of one journal row each. */
export async function makeEvents(deployment: Pick<Target, 'sql'>, ask: EventsAsk): Promise<void> {
  const PER_BATCH = 250_000;
  await deployment.sql.query(
    `select ensure_event_partitions(array(select generate_series(date_trunc('month', timestamptz '${ask.from}'), timestamptz '${ask.to}', '1 month')::date))`,
  );
  for (let first = ask.first; first <= ask.last; first += PER_BATCH) {
    const last = Math.min(first + PER_BATCH - 1, ask.last);
    await record(deployment.sql, 'bench.events', async (client, journalId) => {
      await client.query('set local synchronous_commit = off');
      const at = instantSql(ask);
      await client.query(`
        create temp table staged on commit drop as
        select n, ${at} as at, ${eventIdSql(at, 'n')} as id, n % ${ask.credentials} + 1 as c from generate_series(${first}, ${last}) as g (n)`);
      await client.query(`
        insert into event_keys (source, client_id, body_hash, event_id, journal_id)
        select 'bench', 'req-' || n, sha256(convert_to(format('${SENT}', n, lpad(c::text, 12, '0'), n % 4000, n % 700), 'UTF8')), id, ${journalId} from staged`);
      await client.query(`
        insert into events (id, occurred_at, journal_id, source, client_id, credential_key, measures, attributes)
        select s.id, s.at, ${journalId}, 'bench', 'req-' || s.n, v.key,
               jsonb_build_object('input_tokens', (s.n % 4000)::text, 'output_tokens', (s.n % 700)::text), '{"model": "large"}'
          from staged s join credential_id_values v on v.value = 'sk-bench-' || lpad(s.c::text, 12, '0')`);
      const customer = `(s.c % ${ask.customers}) + 1`;
      await client.query(`
        insert into attributions (event_id, occurred_at, journal_id, sign, credential_id, binding_id, subscriber_id, organization_id, subscription_id, rule, sentence)
        select s.id, s.at, ${journalId}, 1, b.credential_id, b.id, ${idSql('sbr', customer)}, ${idSql('org', customer)}, ${idSql('sub', customer)}, 'credential_binding', 'Bench.'
          from staged s join bindings b on b.credential_id = ${idSql('crd', 's.c')} and b.superseded_by is null`);
      await client.query(
        `insert into ingest_batches (journal_id, accepted, duplicates, conflicts, rejected) values (${journalId}, ${last - first + 1}, 0, 0, 0)`,
      );
    });
  }
}

/** The ids of some of those events, spread evenly. */
export async function someEventIds(
  { sql }: Pick<Target, 'sql'>,
  ask: EventsAsk,
  count: number,
): Promise<string[]> {
  const step = Math.max(1, Math.floor((ask.last - ask.first + 1) / count));
  const { rows } = await sql.query<{ id: string }>(
    `select ${eventIdSql(instantSql(ask), 'n')} as id from generate_series(${ask.first}, ${ask.last}, ${step}) as g (n)`,
  );
  return rows.map((row) => row.id).slice(0, count);
}

/** After events were made: they are folded, and count as proven, as if they had been there for long. */
export async function settle(deployment: BenchDeployment): Promise<void> {
  await foldNow(deployment);
  await folded(deployment);
  await deployment.sql.query(
    `insert into check_state (name, position, ok, figures, looked_at)
     select name, (select position from usage_fold), true, '{}', now() from unnest($1::text[]) as name
     on conflict (name) do update set position = excluded.position, ok = true, figures = '{}', looked_at = now()`,
    [checkNames],
  );
  await analyze(deployment);
}

/** The server does it every few seconds. */
async function foldNow({ databaseUrl }: BenchDeployment): Promise<void> {
  const database = connect({ url: databaseUrl, role: 'app', connectionsMax: 2 });
  try {
    await foldUsage(database);
  } finally {
    await database.close();
  }
}

export async function analyze({ sql }: Pick<Target, 'sql'>): Promise<void> {
  await sql.query('vacuum (analyze)');
  await sql.query('checkpoint');
}
