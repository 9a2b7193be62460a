import { sql } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Database } from '../../src/db/connect.ts';
import { testApp, type TestApp } from '../support/app.ts';
import { adminClient } from '../support/database.ts';
import { sampleLogo } from '../support/logo.ts';

/** What must never change cannot be changed: not by the application's role, nor by its owner in passing. */
const FIXED = [
  'events',
  'attributions',
  'archived_months',
  'event_keys',
  'event_conflicts',
  'event_rejects',
  'reject_replays',
  'ingest_batches',
  'credential_id_values',
  'audit_log',
  'ownership_changes',
  'journal_stragglers',
  'ledger_entries',
  'credit_note_lines',
  'credit_note_taxes',
  'ignored_usage',
  'refunds',
  'message_attempts',
  'seller_logos',
  'meter_versions',
  'plan_versions',
  'plan_fees',
  'plan_charges',
  'subscription_changes',
];
const TIMELINES = [
  'organization_parents',
  'organization_payers',
  'organization_aliases',
  'organization_cycles',
  'memberships',
  'credential_ids',
  'subscription_plans',
  'subscription_anchors',
  'subscription_pauses',
  'bindings',
];

let test: TestApp;
let owner: Database;
let superuser: pg.Client;

beforeAll(async () => {
  test = await testApp();
  owner = connect({ url: test.database.url, role: 'owner', connectionsMax: 1 });
  superuser = await adminClient(test.database.url);
  await issueAnInvoice();
  await superuser.query('insert into customary.journal_stragglers (position, id) values (1, 1)');
  await superuser.query(
    `insert into customary.archived_months select '1999-12-01', min(id), now(), 1, 0, 0, 0, 0, 0, 0, '{}', '{}', '[]' from customary.journal`,
  );
});

afterAll(async () => {
  await superuser.end();
  await owner.close();
  await test.close();
});

async function issueAnInvoice(): Promise<void> {
  await test.ok('POST', '/v1/meters', { key: 'calls', aggregation: 'sum', measure: 'calls' });
  const product = await test.ok('POST', '/v1/products', { name: 'API' });
  const plan = await test.ok('POST', '/v1/plans', {
    productId: product.id,
    name: 'Metered',
    fees: [{ name: 'Platform', amount: '5.00', timing: 'arrears' }],
    charges: [{ meter: 'calls', model: 'perUnit', unitPrice: '1' }],
  });
  const parent = await test.ok('POST', '/v1/organizations', {
    name: 'Holding',
    taxRates: [{ name: 'VAT', percent: '10' }],
    breakdownBy: 'organization',
  });
  const organization = await test.ok('POST', '/v1/organizations', {
    name: 'Acme',
    parentId: parent.id,
    billTo: parent.id,
  });
  const subscriber = await test.ok('POST', '/v1/subscribers', {
    email: 'ada@acme.example',
    organizationIds: [organization.id],
  });
  const subscription = await test.ok('POST', '/v1/subscriptions', {
    organizationId: organization.id,
    planId: plan.id,
    startAt: '2026-09-01T00:00:00Z',
  });
  await test.ok('POST', `/v1/subscriptions/${subscription.id}/pause`, {
    from: '2026-09-20T00:00:00Z',
  });
  await test.ok('PATCH', `/v1/subscriptions/${subscription.id}`, { anchorDay: 15 });
  await test.ok('POST', '/v1/credentials', {
    name: 'Key',
    subscriberId: subscriber.id,
    organizationId: organization.id,
    subscriptionId: subscription.id,
    credentialId: 'sk-fixed',
  });
  const event = (calls: number) => ({
    id: 'e1',
    credential: 'sk-fixed',
    measures: { calls },
    time: '2026-09-02T00:00:00Z',
  });
  await test.ok('POST', '/v1/events', [event(1), event(2), { id: 'bad' }]);
  await test.ok('POST', '/v1/billing-runs', { period: '2026-09' });
  const moved = await test.ok('POST', '/v1/reattributions', {
    selection: { organizationId: organization.id },
    owner: { organizationId: parent.id },
  });
  await test.ok('POST', `/v1/reattributions/${moved.id}/apply`);
  await test.ok('POST', `/v1/organizations/${organization.id}/move`, { parentId: null });
  const { items } = await test.ok('GET', '/v1/invoices');
  const invoice = await test.ok('POST', `/v1/invoices/${items[0].id}/finalize`);
  await test.ok('PATCH', '/v1/billing-schedule', { latePolicy: 'ignore' });
  await test.ok('POST', '/v1/events', { ...event(3), id: 'e2' });
  await test.ok('POST', '/v1/billing-runs', { period: '2026-10' });
  for (const { id } of (await test.ok('GET', '/v1/invoices?status=draft')).items)
    await test.ok('POST', `/v1/invoices/${id}/finalize`);
  const amount = { amount: '8.00', currency: 'USD' };
  await test.ok('POST', '/v1/payments', { organizationId: parent.id, amount });
  await test.ok('POST', '/v1/credit-notes', { invoiceId: invoice.id, reason: 'Goodwill' });
  const refund = { organizationId: parent.id, amount: { amount: '1.00', currency: 'USD' } };
  await test.ok('POST', '/v1/refunds', refund);
  await test.ok('PATCH', `/v1/organizations/${parent.id}`, { timeZone: 'Europe/Berlin' });
  const logo = { contentBase64: sampleLogo(16).bytes.toString('base64') };
  await test.ok('PATCH', '/v1/seller', { logo });
  await test.ok('POST', '/v1/rejects/replay', { filter: {} });
  const link = await test.ok('POST', '/v1/share-links', { organizationId: parent.id });
  await test.ok('DELETE', `/v1/share-links/${link.id}`);
  const message = await test.ok('POST', `/v1/invoices/${invoice.id}/send`);
  await superuser.query(
    `insert into customary.message_attempts (message_id, at, outcome, detail) values ($1, now(), 'failed', 'No server')`,
    [message.id],
  );
  const [twin, survivor] = [
    await test.ok('POST', '/v1/organizations', { name: 'Twin' }),
    await test.ok('POST', '/v1/organizations', { name: 'Survivor' }),
  ];
  const merge = { organizationId: twin.id, intoId: survivor.id };
  const { id: mergeId } = await test.ok('POST', '/v1/merges', merge);
  await test.ok('POST', `/v1/merges/${mergeId}/apply`);
}

/** What PostgreSQL says to a statement of the application's or the owner's role. */
async function answer(database: Database, statement: string): Promise<string> {
  try {
    await sql.raw(statement).execute(database.db);
    return 'done';
  } catch (error) {
    return (error as Error).message;
  }
}

const asApplication = (statement: string) => answer(test.database, statement);
const asOwner = (statement: string) => answer(owner, statement);

async function firstColumn(table: string): Promise<string> {
  const { rows } = await superuser.query(
    `select attname from pg_attribute where attrelid = 'customary.${table}'::regclass and attnum > 0
        and attidentity = '' and not attisdropped order by attnum limit 1`,
  );
  return rows[0].attname;
}

describe('as the application’s role, raw statements fail', () => {
  it.each([...FIXED, ...TIMELINES, 'journal'])(
    '%s: no UPDATE, DELETE or TRUNCATE',
    async (table) => {
      const { rows } = await superuser.query(
        `select count(*)::int as count from customary.${table}`,
      );
      expect(rows[0].count, 'there is a row to change').toBeGreaterThan(0);
      const column = await firstColumn(table);
      for (const statement of [
        `update ${table} set ${column} = ${column}`,
        `delete from ${table}`,
        `truncate ${table}`,
      ]) {
        expect(await asApplication(statement), statement).toContain('permission denied');
      }
    },
  );

  it('invoices and their lines: not once they are issued', async () => {
    for (const statement of [
      `update invoices set total = 0`,
      `update invoices set number = 'INV-7'`,
      `update invoices set status = 'draft', number = null, number_sequence = null, seal = null, issued_at = null, due_at = null`,
      `delete from invoices`,
      `update invoice_lines set amount = 0`,
      `delete from invoice_lines`,
      `insert into invoice_lines select * from invoice_lines`,
      `delete from invoice_taxes`,
      `insert into invoice_taxes select * from invoice_taxes`,
      `delete from invoice_line_parts`,
      `insert into invoice_line_parts select * from invoice_line_parts`,
    ]) {
      expect(await asApplication(statement), statement).toContain('is issued');
    }
    for (const table of ['invoice_taxes', 'invoice_line_parts']) {
      const statement = `update ${table} set amount = amount`;
      expect(await asApplication(statement), statement).toContain('permission denied');
      expect(await asOwner(statement), statement).toContain('is issued');
    }
  });

  it('a share link: no more than to be revoked, once', async () => {
    for (const statement of [
      `update share_links set expires_at = expires_at + interval '1 day'`,
      `update share_links set organization_id = organization_id`,
      `delete from share_links`,
    ])
      expect(await asApplication(statement), statement).toContain('permission denied');
    for (const statement of [
      `update share_links set revoked_at = null, revoked_by = null`,
      `update share_links set expires_at = expires_at + interval '1 day'`,
    ])
      expect(await asOwner(statement), statement).toContain('can only be revoked, once');
    expect(await asOwner('delete from share_links')).toContain('what was recorded never changes');
  });

  it('a re-attribution: not once it is applied, but for its undoing', async () => {
    for (const statement of [
      `update reattributions set owner = '{}'`,
      `update reattributions set status = 'previewed', applied_by = null, applied_at = null`,
    ]) {
      expect(await asApplication(statement), statement).toContain('is applied');
    }
    expect(await asApplication(`delete from reattributions`)).toContain('permission denied');
  });

  it('credit notes and payments: no more than their status, once', async () => {
    for (const statement of [
      `update credit_notes set total = 0`,
      `update payments set amount = 0`,
      `delete from credit_notes`,
      `delete from payments`,
      `truncate payments`,
      `update balances set amount = 0`,
      `delete from balances`,
      `update customer_balances set outstanding = 0`,
      `insert into customer_balances select * from customer_balances`,
    ]) {
      expect(await asApplication(statement), statement).toContain('permission denied');
    }
    for (const table of ['credit_notes', 'payments'])
      for (const statement of [`update ${table} set id = id || '0'`, `delete from ${table}`])
        expect(await asOwner(statement), statement).toContain('is issued');
  });

  it('the role cannot be shaken off', async () => {
    expect(await asApplication('reset role; delete from events')).toContain('permission denied');
  });
});

it('whatever has such a guard is on the list', async () => {
  const { rows } = await superuser.query<{ name: string }>(
    `select distinct c.relname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where t.tgname = c.relname || '_fixed' and t.tgparentid = 0 order by 1`,
  );
  expect(rows.map(({ name }) => name)).toEqual(FIXED.toSorted());
});

describe('nor by the owner, unless the guards are taken down on purpose', () => {
  it.each(FIXED)('%s', async (table) => {
    const column = await firstColumn(table);
    for (const statement of [`update ${table} set ${column} = ${column}`, `delete from ${table}`]) {
      expect(await asOwner(statement), statement).toContain('what was recorded never changes');
    }
  });

  it.each(TIMELINES)('%s: a row can only be superseded, once', async (table) => {
    const column = await firstColumn(table);
    expect(await asOwner(`update ${table} set ${column} = ${column}`)).toContain(
      'only "superseded_by" may be set',
    );
    expect(await asOwner(`delete from ${table}`)).toContain('what was recorded never changes');
  });

  it('a position is given once', async () => {
    expect(
      await asOwner(`update journal set position = position + 1000 where position is not null`),
    ).toContain('only "position" may be set');
  });
});
