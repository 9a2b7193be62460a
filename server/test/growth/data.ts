import pg from 'pg';
import {
  idOf,
  idSql,
  makeCredentials,
  makeCustomers,
  makeEvents,
  makePlan,
  record,
} from '../../../bench/lib/generate.ts';
import { foldUsage } from '../../src/usage/fold-actions.ts';
import type { TestApp } from '../support/app.ts';

/**
 * A deployment of some size, made with SQL: so many of everything that grows that reading all of it is not what
 * PostgreSQL would choose. Of each state that a list filters by there are few, the worst case for reading in order.
 */

export const CUSTOMERS = 5_000;
const EVENTS = 40_000;
const STARTED = '2026-06-01T00:00:00Z';
/** Every so many of a kind is one of the rare ones. */
export const RARE = 500;

const rare = (column: string, yes: string, no: string) =>
  `case when ${column} % ${RARE} = 0 then ${yes} else ${no} end`;
const org = (n = 'n') => idSql('org', n);
const stamps = `timestamptz '${STARTED}', timestamptz '${STARTED}'`;
const customers = `generate_series(1, ${CUSTOMERS}) as g (n)`;
/** Month 1 or 2, of which each customer has an invoice. */
const months = `generate_series(1, 2) as h (m)`;
const month = `(timestamptz '${STARTED}' + make_interval(months => m - 1))`;
const monthEnd = `(timestamptz '${STARTED}' + make_interval(months => m))`;
/** A recording transaction for each. */
const recorded = `(select id, row_number() over (order by id) as n from journal) j`;
const documentNumber = '(n * 2 + m)';

export async function makeData(api: TestApp): Promise<{ planId: string }> {
  const sql = new pg.Pool({
    connectionString: api.database.url,
    // What guards the truth is not what is looked at here.
    options: '-c search_path=customary,public -c session_replication_role=replica',
    max: 2,
  });
  try {
    const planId = await makePlan(api);
    await makeCustomers({ sql }, planId, { first: 1, last: CUSTOMERS, startAt: STARTED });
    await makeCredentials({ sql }, { first: 1, last: CUSTOMERS, customers: CUSTOMERS });
    await makeEvents(
      { sql },
      {
        first: 1,
        last: EVENTS,
        from: STARTED,
        to: '2026-10-01T00:00:00Z',
        credentials: CUSTOMERS,
        customers: CUSTOMERS,
      },
    );
    await journal(sql);
    for (const make of [directory, money, documents, kept, repairs, queue]) {
      await record(sql, 'test.data', (client, journalId) => make(client, journalId, planId));
    }
    await sql.query('analyze');
    await foldUsage(api.database);
    await sql.query('update unclassified_state set position = (select max(position) from journal)');
    await sql.query('analyze');
    return { planId };
  } finally {
    await sql.end();
  }
}

type Make = (client: pg.PoolClient, journalId: string, planId: string) => Promise<void>;

/** A tree of six levels, and what is archived, made by ingest or named in some other rare way. */
const directory: Make = async (client, journalId) => {
  await client.query(`
    insert into organization_parents (organization_id, parent_id, valid, recorded_by)
    select ${org()}, ${org('n / 4')}, '(,)', ${journalId} from generate_series(4, 4500) as g (n)`);
  await client.query(`
    insert into organization_payers (organization_id, payer_id, valid, recorded_by)
    select ${org()}, ${org('n / 4')}, '(,)', ${journalId} from generate_series(4, 400) as g (n)`);
  await client.query(`
    insert into organization_aliases (organization_id, survivor_id, valid, recorded_by, merged_by)
    select ${org('4500 + n')}, ${org()}, '(,)', ${journalId}, ${journalId} from generate_series(1, 300) as g (n)`);
  await client.query(`
    insert into organization_domains (organization_id, domain) select ${org()}, 'domain-' || n || '.example' from ${customers}`);
  for (const [table, prefix] of [
    ['organizations', 'org'],
    ['subscribers', 'sbr'],
    ['credentials', 'crd'],
    ['subscriptions', 'sub'],
  ] as const)
    await client.query(
      `update ${table} set archived_at = created_at from ${customers} where n % ${RARE} = 7 and id = ${idSql(prefix, 'n')}`,
    );
  await client.query(`
    update credentials set tags = array['common'] || ${rare('n', `array['rare']`, `'{}'::text[]`)}, auto_created = n % ${RARE} = 0
      from ${customers} where id = ${idSql('crd', 'n')}`);
  await client.query(`
    update subscriptions set external_id = 'ext-' || n, end_at = ${rare('n', `timestamptz '2026-08-01'`, 'null')},
           trial_end_at = ${rare('n + 1', `timestamptz '2026-12-01'`, 'null')} from ${customers} where id = ${idSql('sub', 'n')}`);
  await client.query(`
    insert into subscription_pauses (subscription_id, valid, recorded_by)
    select ${idSql('sub', 'n')}, tstzrange('2026-09-01', null), ${journalId} from ${customers} where n % ${RARE} = 3`);
  await client.query(`
    insert into subscription_changes (subscription_id, changed_from, periods_from, recorded_by)
    select ${idSql('sub', 'n')}, '${STARTED}', '${STARTED}', ${journalId} from ${customers}`);
};

/** Two invoices of each customer, all but a few paid. */
const money: Make = async (client, journalId) => {
  const status = `case when ${documentNumber} % ${RARE} = 0 then 'open' when ${documentNumber} % ${RARE} = 1 then 'partially_paid'
    when ${documentNumber} % ${RARE} = 2 then 'void' when ${documentNumber} % ${RARE} = 3 then 'uncollectible' when ${documentNumber} % ${RARE} = 4 then 'draft' else 'paid' end`;
  const isDraft = `${documentNumber} % ${RARE} = 4`;
  const unlessDraft = (value: string) => `case when ${isDraft} then null else ${value} end`;
  const from = `${customers}, ${months}, (select id as seller_id from sellers limit 1) s`;
  await client.query(`
    insert into billing_runs (id, period, period_start, period_end, status, position, actor, created_at, updated_at, finished_at)
    select ${idSql('run', 'n')}, to_char(timestamptz '2024-01-01' + make_interval(days => n), 'YYYY-MM'), timestamptz '2024-01-01', timestamptz '2024-02-01',
           ${rare('n', `'failed'`, `'succeeded'`)}, 1, 'system', ${stamps}, timestamptz '${STARTED}' from generate_series(1, 4000) as g (n)`);
  await client.query(`
    insert into billing_cycles (organization_id, period_start, period_end, billing_run_id, position, complete)
    select ${org()}, ${month}, ${monthEnd}, ${idSql('run', 'm')}, 1, true from ${customers}, ${months}`);
  await client.query(`
    insert into invoices (id, seller_id, organization_id, billing_run_id, number, number_sequence, status, currency, period_start, period_end,
           position, total, recipient, issuer, seal, issued_at, due_at, journal_id, created_at, updated_at, subtotal, tax_total)
    select ${idSql('inv', documentNumber)}, seller_id, ${org()}, ${idSql('run', 'm')}, ${unlessDraft(`'INV-' || ${documentNumber}`)}, ${unlessDraft(documentNumber)},
           ${status}, ${rare(documentNumber, `'EUR'`, `'USD'`)}, ${month}, ${monthEnd}, 1, 12, '{"name":"Customer"}', '{"name":"Seller"}',
           ${unlessDraft(`'seal'`)}, ${unlessDraft(monthEnd)}, ${unlessDraft(`${monthEnd} + interval '30 days'`)}, ${journalId}, ${stamps}, 12, 0 from ${from}`);
  const line = (ordinal: number, kind: string, item: string) => `
    insert into invoice_lines (id, invoice_id, ordinal, kind, description, subscription_id, plan_id, plan_version, fee_id, charge_id,
           period_start, period_end, payer_from, payer_to, quantity, amount, price, position)
    select ${idSql('lin', `${documentNumber} * 2 + ${ordinal}`)}, ${idSql('inv', documentNumber)}, ${ordinal}, '${kind}', 'Line', ${idSql('sub', 'n')}, p.plan_id, 1, ${item},
           ${month}, ${monthEnd}, ${month}, ${monthEnd}, 1, 6, '{"rated": {"amount": "6"}}', 1 from ${customers}, ${months}, (select plan_id, id from plan_fees limit 1) p,
           (select id from plan_charges limit 1) c`;
  await client.query(line(1, 'fee', 'p.id, null'));
  await client.query(line(2, 'usage', 'null, c.id'));
  await client.query(`
    insert into payments (id, organization_id, currency, amount, status, method, reference, received_at, reversed_at, journal_id, created_at, updated_at)
    select ${idSql('pay', documentNumber)}, ${org()}, ${rare(documentNumber, `'EUR'`, `'USD'`)}, 12, ${rare(documentNumber, `'reversed'`, `'received'`)}, 'wire', 'ref-' || ${documentNumber},
           ${monthEnd}, ${rare(documentNumber, `${monthEnd} + interval '1 day'`, 'null')}, ${journalId}, ${stamps} from ${customers}, ${months}`);
  const entry = (kind: string, amount: string, item: string) => `
    insert into ledger_entries (organization_id, currency, kind, amount, invoice_id, payment_id, effective_at, journal_id)
    select ${org()}, ${rare(documentNumber, `'EUR'`, `'USD'`)}, '${kind}', ${amount}, ${item}, ${monthEnd}, ${journalId} from ${customers}, ${months} where not ${isDraft}`;
  await client.query(entry('invoice', '12', `${idSql('inv', documentNumber)}, null`));
  await client.query(entry('payment', '-12', `null, ${idSql('pay', documentNumber)}`));
  await client.query(
    entry(
      'credit_applied',
      '-12',
      `${idSql('inv', documentNumber)}, ${idSql('pay', documentNumber)}`,
    ),
  );
  await client.query(entry('credit_applied', '12', `null, ${idSql('pay', documentNumber)}`));
  const owed = `${documentNumber} % ${RARE} < 2`;
  await client.query(`
    insert into balances (organization_id, currency, item_id, amount, paid)
    select ${org()}, ${rare(documentNumber, `'EUR'`, `'USD'`)}, ${idSql('inv', documentNumber)}, case when ${owed} then 6 else 0 end, 6 from ${customers}, ${months} where not ${isDraft}
    union all
    select ${org()}, ${rare(documentNumber, `'EUR'`, `'USD'`)}, ${idSql('pay', documentNumber)}, case when ${owed} then -1 else 0 end, 0 from ${customers}, ${months}`);
  await client.query(`
    insert into customer_balances (organization_id, currency, outstanding, unapplied_credit, open_invoices, oldest_due_at)
    select organization_id, currency, sum(greatest(amount, 0)), sum(greatest(-amount, 0)), count(*) filter (where amount > 0),
           case when sum(greatest(amount, 0)) > 0 then timestamptz '2026-08-01' end from balances group by 1, 2`);
};

/** Credit notes, refunds, messages, links and what was not billed. */
const documents: Make = async (client, journalId) => {
  const from = `${customers}, (select id as seller_id from sellers limit 1) s, (select plan_id, id as charge_id from plan_charges limit 1) c`;
  await client.query(`
    insert into credit_notes (id, seller_id, organization_id, invoice_id, billing_run_id, number, number_sequence, status, currency, total, reason, position,
           recipient, issuer, seal, issued_at, effective_at, journal_id, created_at, updated_at, subtotal, tax_total)
    select ${idSql('cn', 'n')}, seller_id, ${org()}, ${idSql('inv', 'n * 2 + 1')}, ${idSql('run', 'n')}, 'CN-' || n, n, ${rare('n', `'void'`, `'issued'`)}, ${rare('n', `'EUR'`, `'USD'`)}, 1,
           'Because', 1, '{"name":"Customer"}', '{"name":"Seller"}', 'seal', timestamptz '2026-08-01', timestamptz '2026-08-01', ${journalId}, ${stamps}, 1, 0 from ${from}`);
  await client.query(`
    insert into credit_note_lines (id, credit_note_id, ordinal, kind, description, invoice_line_id, subscription_id, plan_id, plan_version, charge_id,
           period_start, period_end, payer_from, payer_to, quantity, amount, price, position)
    select ${idSql('cnl', 'n')}, ${idSql('cn', 'n')}, 1, 'adjustment', 'Line', ${idSql('lin', '(n * 2 + 1) * 2 + 2')}, ${idSql('sub', 'n')}, plan_id, 1, charge_id,
           timestamptz '2026-06-01', timestamptz '2026-07-01', timestamptz '2026-06-01', timestamptz '2026-07-01', 1, 1, '{"rated": {"amount": "6"}}', 1 from ${from}`);
  await client.query(`
    insert into balances (organization_id, currency, item_id, amount) select ${org()}, 'USD', ${idSql('cn', 'n')}, ${rare('n', '-1', '0')} from ${customers}`);
  await client.query(`
    insert into refunds (id, organization_id, currency, amount, method, refunded_at, journal_id, created_at, updated_at)
    select ${idSql('rfd', 'n')}, ${org()}, ${rare('n', `'EUR'`, `'USD'`)}, 1, 'wire', timestamptz '2026-08-01', ${journalId}, ${stamps} from ${customers}`);
  await client.query(`
    insert into ledger_entries (organization_id, currency, kind, amount, payment_id, credit_note_id, refund_id, effective_at, journal_id)
    select ${org()}, 'USD', 'refund', 1, case when n % 2 = 0 then ${idSql('pay', 'n * 2 + 1')} end, case when n % 2 = 1 then ${idSql('cn', 'n')} end, ${idSql('rfd', 'n')},
           timestamptz '2026-08-01', ${journalId} from ${customers}`);
  await client.query(`
    insert into messages (id, kind, organization_id, invoice_id, recipient, status, reason, sent_at, actor, created_at, updated_at)
    select ${idSql('msg', 'n')}, ${rare('n', `'reminder'`, `'invoice'`)}, ${org()}, ${idSql('inv', 'n * 2 + 1')}, 'a@customer.example',
           ${rare('n', `'failed'`, `'sent'`)}, ${rare('n', `'refused'`, 'null')}, ${rare('n', 'null', `timestamptz '2026-08-01'`)}, 'system', ${stamps} from ${customers}`);
  await client.query(`
    insert into message_attempts (message_id, at, outcome, detail) select ${idSql('msg', 'n')}, timestamptz '2026-08-01', 'sent', 'ok' from ${customers}`);
  await client.query(`
    insert into share_links (id, organization_id, token_hash, created_by, created_at, expires_at, updated_at)
    select ${idSql('shr', 'n')}, ${org()}, sha256(convert_to(n::text, 'UTF8')), 'system', timestamptz '${STARTED}',
           ${rare('n', `timestamptz '2027-01-01'`, `timestamptz '2026-07-01'`)}, timestamptz '${STARTED}' from ${customers}`);
  await client.query(`
    insert into ignored_usage (id, subscription_id, organization_id, billing_run_id, plan_id, plan_version, charge_id, period_start, period_end, occurred_from,
           occurred_to, position_after, position, event_count, event_quantity, event_hash, quantity, currency, worth, journal_id, created_at)
    select ${idSql('ign', 'n')}, ${idSql('sub', 'n')}, ${org()}, ${idSql('run', 'n % 4000 + 1')}, plan_id, 1, charge_id, timestamptz '2026-06-01', timestamptz '2026-07-01',
           timestamptz '2026-06-01', timestamptz '2026-07-01', 1, 2, 1, 1, 1, 1, 'USD', 1, ${journalId}, timestamptz '${STARTED}' from ${from}`);
};

/** What ingest keeps beside, and what has been done by whom. */
const kept: Make = async (client, journalId) => {
  await client.query(`
    insert into event_rejects (journal_id, batch_index, code, pointer, detail)
    select j.id, g.n, ${rare('g.n', `'too_old'`, `'invalid_measure'`)}, '/time', 'No.' from ${customers} join ${recorded} on j.n = g.n`);
  await client.query(`
    insert into reject_replays (reject_id, journal_id, outcome, event_id)
    select id, ${journalId}, 'accepted', 'evt_0' from event_rejects where id % ${RARE} <> 0`);
  await client.query(`
    insert into event_conflicts (source, client_id, body_hash, event_id, body, journal_id)
    select ${rare('g.n', `'rare'`, `'bench'`)}, 'req-' || g.n, sha256(convert_to('x' || g.n, 'UTF8')), k.event_id, '{"measures":{},"attributes":{}}', j.id
      from ${customers} join ${recorded} on j.n = g.n join event_keys k on k.source = 'bench' and k.client_id = 'req-' || g.n`);
  await client.query(`
    insert into audit_log (journal_id, at, actor, action, resource_id, before, after)
    select ${journalId}, timestamptz '2026-06-01' + make_interval(secs => n * 100), ${rare('n', `'key_rare'`, `'system'`)},
           ${rare('n', `'organization.archived'`, `'organization.updated'`)}, ${org('n % 5000 + 1')}, '{"name":"A"}', '{"name":"B"}' from generate_series(1, ${2 * CUSTOMERS}) as g (n)`);
};

const repairs: Make = async (client, journalId) => {
  await client.query(`
    insert into reattributions (id, kind, status, selection, owner, digest, preview, position, actor, created_at, updated_at)
    select ${idSql('rea', 'n')}, ${rare('n', `'resolve'`, `'assign'`)}, ${rare('n', `'pending'`, `'previewed'`)}, '{}', ${rare('n', 'null', `'{}'::jsonb`)}, ${rare('n', 'null', `'{}'::jsonb`)}, ${rare('n', 'null', `'{}'::jsonb`)}, ${rare('n', 'null', '1')},
           'system', ${stamps} from ${customers}`);
  for (const [kind, prefix] of [
    ['merge', 'mrg'],
    ['split', 'spl'],
  ] as const)
    await client.query(`
      insert into repairs (id, kind, status, organization_id, into_id, input, position, digest, preview, applied_by, applied_at, actor, created_at, updated_at)
      select ${idSql(prefix, 'n')}, '${kind}', ${rare('n', `'previewed'`, `'applied'`)}, ${org()}, ${org('n + 1')}, '{}', 1, '{}', '{}', ${rare('n', 'null', `n * 2 + ${kind === 'merge' ? 0 : 1} + 1000000`)},
             ${rare('n', 'null', `timestamptz '${STARTED}'`)}, 'system', ${stamps} from generate_series(1, 4000) as g (n)`);
  await client.query(`
    insert into ownership_changes (journal_id, touched) select ${journalId}, '[]' from ${customers}`);
};

const queue: Make = async (client) => {
  await client.query(`
    insert into unclassified_groups (id, kind, credential_key, claim, reason, organization_id, events, first_seen_at, last_seen_at)
    select 'unc_' || md5(n::text), ${rare('n', `'organization'`, `'credential'`)}, ${rare('n', 'null', 'n')}, ${rare('n', `'org_x'`, 'null')},
           ${rare('n', `'ambiguous_name'`, `'unknown_credential'`)}, ${rare('n', org(), `'org_00000000000000000000000000'`)}, 1 + n % 50, timestamptz '${STARTED}',
           timestamptz '${STARTED}' + make_interval(secs => n) from ${customers}`);
  await client.query(`
    insert into unclassified_days (group_id, day, events, first_seen_at, last_seen_at)
    select 'unc_' || md5(n::text), date '2026-06-01' + m * (n % 60), 1, timestamptz '${STARTED}', timestamptz '${STARTED}' from ${customers}, ${months} where n % 60 > 0 or m = 1`);
};

/** Recording transactions, numbered. */
async function journal(sql: pg.Pool): Promise<void> {
  await sql.query(`
    insert into journal (kind, actor, recorded_at, position)
    select 'test', 'system', timestamptz '${STARTED}' + make_interval(mins => n * 20), p.last + n from ${customers}, (select max(position) as last from journal) p`);
}

/** A thing of each kind, that is not one of the rare ones. */
export const someId = (prefix: string): string =>
  idOf(prefix, prefix === 'lin' ? 2_022 : prefix === 'run' ? 2 : 505);
