import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advanceChecks } from '../../src/checks/actions.ts';
import { foldUsage } from '../../src/usage/fold-actions.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { adminClient } from '../support/database.ts';

/**
 * One deployment with everything the checks look at. Each test corrupts one row as superuser, past all triggers, sees
 * that one check fail and name the row, and puts the row back. All of it is new since the checks were proven last, and is
 * found by whoever looks at what is new as by whoever looks at everything.
 */
let test: TestApp;
let superuser: pg.Client;

type Check = {
  name: string;
  ok: boolean;
  figures: Record<string, string>;
  problems: { row: string; detail: string }[];
};

beforeAll(async () => {
  test = await testApp();
  superuser = await adminClient(test.database.url);
  await superuser.query(
    `set search_path = customary, public; set session_replication_role = replica; set timezone = 'UTC'`,
  );
  test.setClock('2026-10-01T00:00:00Z');
  await test.ok('POST', '/v1/products', { name: 'What was there before' });
  // Looking gives what was recorded its position, without which nothing is folded.
  await run();
  await foldUsage(test.database);
  await advanceChecks(test.deployment);
  await superuser.query('create table proven as select * from check_state');
  await recordAMonth();
});

afterAll(async () => {
  await superuser.end();
  await test.close();
});

async function recordAMonth(): Promise<void> {
  test.setClock('2026-10-01T00:00:00Z');
  await test.ok('POST', '/v1/meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  const product = await test.ok('POST', '/v1/products', { name: 'API' });
  const plan = await test.ok('POST', '/v1/plans', {
    productId: product.id,
    name: 'Metered',
    fees: [{ name: 'Platform', amount: '10.00', timing: 'arrears' }],
    charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.01' }],
  });
  const organization = await test.ok('POST', '/v1/organizations', { name: 'Acme' });
  const subscriber = await test.ok('POST', '/v1/subscribers', {
    email: 'ada@acme.example',
    organizationIds: [organization.id],
  });
  const subscription = await test.ok('POST', '/v1/subscriptions', {
    organizationId: organization.id,
    planId: plan.id,
  });
  await test.ok('POST', '/v1/credentials', {
    name: 'Production',
    subscriberId: subscriber.id,
    organizationId: organization.id,
    subscriptionId: subscription.id,
    credentialId: 'sk-acme-1',
  });
  const event = (id: string, credential: string, tokens: number, day: string) => ({
    id,
    credential,
    measures: { tokens },
    time: `2026-10-${day}T00:00:00Z`,
  });
  test.setClock('2026-11-01T06:00:00Z');
  await test.ok('POST', '/v1/events', [
    event('a', 'sk-acme-1', 100, '02'),
    event('b', 'sk-acme-1', 250, '03'),
    event('stray', 'sk-nobody', 7, '04'),
  ]);
  await test.ok('POST', '/v1/events', [
    event('a', 'sk-acme-1', 100, '02'),
    event('b', 'sk-acme-1', 251, '03'),
  ]);
  await test.ok('POST', '/v1/billing-runs', { period: '2026-10' });
  const { items } = await test.ok('GET', '/v1/invoices');
  const invoice = await test.ok('POST', `/v1/invoices/${items[0].id}/finalize`);
  const usd = (amount: string) => ({ amount, currency: 'USD' });
  await test.ok('POST', '/v1/payments', { organizationId: organization.id, amount: usd('10.00') });
  const lines = [{ lineId: invoice.lines[0].id, amount: usd('5.00') }];
  const credit = { invoiceId: invoice.id, reason: 'Outage', lines };
  await test.ok('POST', '/v1/credit-notes', credit);
  const refund = { organizationId: organization.id, amount: usd('1.00') };
  await test.ok('POST', '/v1/refunds', refund);
}

async function run(complete = false): Promise<Map<string, Check>> {
  const { checks } = await test.ok('GET', `/v1/checks?complete=${complete}`);
  return new Map(checks.map((check: Check) => [check.name, check]));
}

async function value(query: string): Promise<string> {
  const { rows } = await superuser.query({ text: query, rowMode: 'array' });
  return String(rows[0]?.[0]);
}

/** Corrupts inside a transaction of its own connection, lets the checks look, and undoes. */
async function whenCorrupted(corrupt: string, repair: string): Promise<Check[]> {
  await superuser.query(corrupt);
  try {
    const ofWhatIsNew = [...(await run()).values()].filter((check) => !check.ok);
    const ofEverything = [...(await run(true)).values()].filter((check) => !check.ok);
    const found = (checks: Check[]) =>
      checks.map(({ name, problems }) => [name, problems.map(({ row }) => row).toSorted()]);
    expect(found(ofWhatIsNew)).toEqual(found(ofEverything));
    return ofWhatIsNew;
  } finally {
    await superuser.query(repair);
    await superuser.query('delete from check_state; insert into check_state select * from proven');
    const after = [...(await run()).values()].filter((check) => !check.ok);
    expect(after, 'the repair must leave everything in order').toEqual([]);
  }
}

it('all hold on an untouched deployment, with figures', async () => {
  const { complete, checks: list } = await test.ok('GET', '/v1/checks');
  expect(complete).toBe(false);
  expect(list.every((check: Json) => check.provenBefore > 0)).toBe(true);
  const checks = new Map<string, Check>(list.map((check: Check) => [check.name, check]));
  expect([...checks.keys()]).toEqual([
    'conservation',
    'explained',
    'twoClocks',
    'issued',
    'exactlyOnce',
    'timeTravel',
    'derivedUsage',
  ]);
  expect([...checks.values()].filter((check) => !check.ok)).toEqual([]);
  expect(checks.get('conservation')?.figures).toMatchObject({
    accepted: '3',
    duplicates: '1',
    conflicts: '1',
    rejected: '0',
    attributed: '2',
    unclassified: '1',
  });
  expect(checks.get('explained')?.figures).toMatchObject({ lines: '2', eventsOnLines: '2' });
  expect(checks.get('issued')?.figures).toMatchObject({ issued: '1', drafts: '0' });
  expect(checks.get('exactlyOnce')?.figures).toMatchObject({
    keys: '3',
    events: '3',
    conflictsKept: '1',
  });
});

describe('one corrupted row makes its check, and no other, fail and name it', () => {
  it('conservation: an event counted twice', async () => {
    const event = await value(`select id from events where client_id = 'stray'`);
    const failed = await whenCorrupted(
      `insert into attributions select event_id, occurred_at, journal_id + 1, sign, credential_id, binding_id, subscriber_id, organization_id, subscription_id, rule, reasons, unbilled_reason, claim_conflicts, sentence from attributions where event_id = '${event}'`,
      `delete from attributions a where event_id = '${event}' and journal_id > (select min(journal_id) from attributions where event_id = a.event_id)`,
    );
    expect(failed).toMatchObject([
      {
        name: 'conservation',
        problems: [{ row: event, detail: 'The entries of this event sum to 2, not to 1.' }],
      },
    ]);
  });

  it('explained: an entry of the ledger that is not what the invoice says', async () => {
    const invoice = await value(`select id from invoices`);
    const failed = await whenCorrupted(
      `update ledger_entries set amount = amount - 1 where invoice_id = '${invoice}'`,
      `update ledger_entries set amount = amount + 1 where invoice_id = '${invoice}'`,
    );
    expect(failed).toMatchObject([
      {
        name: 'explained',
        problems: expect.arrayContaining([
          { row: invoice, detail: 'Totals 13.5; the ledger has 12.5 for it.' },
        ]),
      },
    ]);
  });

  const money: [what: string, row: string, corrupt: string, repair: string, detail: string][] = [
    [
      'a balance that is not the sum of its entries',
      `select item_id from balances where item_id like 'cn%'`,
      `update balances set amount = amount - 1 where item_id like 'cn%'; update customer_balances set unapplied_credit = unapplied_credit + 1`,
      `update balances set amount = amount + 1 where item_id like 'cn%'; update customer_balances set unapplied_credit = unapplied_credit - 1`,
      'Its balance says -1.5 (paid 0, credited 0, written off 0); its entries come to -0.5 (0, 0, 0).',
    ],
    [
      'a customer who owes what none of its invoices says',
      `select organization_id || ' USD' from customer_balances`,
      `update customer_balances set outstanding = 7`,
      `update customer_balances set outstanding = 0`,
      'Owes 7 with 0.5 of credit by its balance, 0 with 0.5 by its items.',
    ],
    [
      'a status that the ledger does not bear out',
      `select id from invoices`,
      `update invoices set status = 'open'`,
      `update invoices set status = 'paid'`,
      'Is open; by the ledger it is paid.',
    ],
    [
      'a payment of another amount than was posted',
      `select id from payments`,
      `update payments set amount = 11`,
      `update payments set amount = 10`,
      'Says -11; the ledger has -10 for it.',
    ],
    [
      'a refund that was posted and is not there',
      `select id from refunds`,
      `create table gone as select * from refunds; delete from refunds`,
      `insert into refunds select * from gone; drop table gone`,
      'Says ; the ledger has 1 for it.',
    ],
    [
      'credit that went nowhere',
      `select id from payments`,
      `create table gone as select * from ledger_entries where kind = 'credit_applied' and invoice_id is null and payment_id is not null;
       delete from ledger_entries where id in (select id from gone)`,
      `insert into ledger_entries overriding system value select * from gone; drop table gone`,
      'What was applied of it sums to -10, not to nothing.',
    ],
    [
      'a line of which more was credited than there is',
      `select invoice_line_id from credit_note_lines`,
      `update credit_note_lines set amount = 10.01; update credit_notes set total = 10.01, subtotal = 10.01`,
      `update credit_note_lines set amount = 5; update credit_notes set total = 5, subtotal = 5`,
      'Of 10, 10.01 has been credited.',
    ],
    [
      'a credit note that its lines do not come to',
      `select id from credit_notes`,
      `update credit_note_lines set amount = 4`,
      `update credit_note_lines set amount = 5`,
      'Totals 5; its lines sum to 4, its taxes to 0.',
    ],
  ];
  it.each(money)('explained: %s', async (_what, query, corrupt, repair, detail) => {
    const row = await value(query);
    const failed = await whenCorrupted(corrupt, repair);
    const explained = failed.find((check) => check.name === 'explained');
    expect(explained?.problems).toContainEqual({ row, detail });
    // What is written on a credit note is sealed, too.
    const others = failed.map((check) => check.name).filter((name) => name !== 'explained');
    expect(others).toEqual(corrupt.includes('credit_note_lines') ? ['issued'] : []);
  });

  it('issued: a credit note number that nobody has', async () => {
    const failed = await whenCorrupted(
      `update sellers set next_credit_note_number = 3`,
      `update sellers set next_credit_note_number = 2`,
    );
    expect(failed).toMatchObject([{ name: 'issued', problems: [{ row: 'sellers default' }] }]);
  });

  it('twoClocks: a position that leaves a gap', async () => {
    const journal = await value(
      `select id from journal where position = (select max(position) from journal)`,
    );
    const failed = await whenCorrupted(
      `update journal set position = position + 5 where id = ${journal}`,
      `update journal set position = position - 5 where id = ${journal}`,
    );
    expect(failed).toMatchObject([
      { name: 'twoClocks', problems: [{ row: `journal ${journal}` }] },
    ]);
  });

  it('issued: an address changed after the fact', async () => {
    const invoice = await value(`select id from invoices`);
    const was = await value(`select recipient from invoices`);
    const recipient = JSON.stringify(
      await superuser.query(`select recipient from invoices`).then(({ rows }) => rows[0].recipient),
    );
    expect(was).not.toBe('undefined');
    const failed = await whenCorrupted(
      `update invoices set recipient = jsonb_set(recipient, '{name}', '"Another"') where id = '${invoice}'`,
      `update invoices set recipient = '${recipient}' where id = '${invoice}'`,
    );
    expect(failed).toMatchObject([
      {
        name: 'issued',
        problems: [
          {
            row: invoice,
            detail: 'INV-000001 was changed after it had been issued: it no longer fits its seal.',
          },
        ],
      },
    ]);
  });

  it('issued: an invoice number that nobody has', async () => {
    const failed = await whenCorrupted(
      `update sellers set next_invoice_number = 3`,
      `update sellers set next_invoice_number = 2`,
    );
    expect(failed).toMatchObject([{ name: 'issued', problems: [{ row: 'sellers default' }] }]);
  });

  it('exactlyOnce: whatever can be in a text is as it was sent', async () => {
    const text = String.raw`"\\/ \u007f é ～ 😀` + '\n\t\r\b\f\u0001\u2028';
    const sent = await test.ok('POST', '/v1/events', [
      {
        id: text,
        source: text,
        time: '2026-10-03T00:00:00.000001Z',
        subscriber: 'Ada@Example.com',
        measures: { [text.trim()]: '0.1', z: 1, aa: 2 },
        attributes: { '～': text, '😀': 'sorted before the one above', model: '' },
        cost: { amount: '0.10', currency: 'USD' },
      },
      { id: 'without a time', measures: { tokens: 1e21 } },
    ]);
    expect(sent).toMatchObject({ accepted: 2, rejected: [] });
    expect([...(await run()).values()].filter((check) => !check.ok)).toEqual([]);
  });

  it('exactlyOnce: an event that is no longer what was sent', async () => {
    const event = await value(`select id from events where client_id = 'stray'`);
    const failed = await whenCorrupted(
      `update events set measures = '{"tokens": "8"}' where id = '${event}'`,
      `update events set measures = '{"tokens": "7"}' where id = '${event}'`,
    );
    expect(failed).toMatchObject([{ name: 'exactlyOnce', problems: [{ row: event }] }]);
  });

  it('timeTravel: usage of one organization put down to another', async () => {
    const event = await value(`select id from events where client_id = 'b'`);
    const binding = await value(`select binding_id from attributions where event_id = '${event}'`);
    const failed = await whenCorrupted(
      `update bindings set valid = tstzrange('2026-10-03T00:00:01Z', null) where id = ${binding}`,
      `update bindings set valid = tstzrange(null, null) where id = ${binding}`,
    );
    expect(failed.map((check) => check.name)).toEqual(['timeTravel']);
    expect(failed[0]?.problems.map((problem) => problem.row)).toContain(event);
  });

  it('derivedUsage: an hour that is not what its events come to', async () => {
    // Not before: a changed event is unlike its hour, too, and each check is to fail alone.
    await foldUsage(test.database);
    const row = `measure = 'tokens' and owner_key = (select min(owner_key) from usage_hours)`;
    const failed = await whenCorrupted(
      `update usage_hours set quantity = quantity + 1 where ${row}`,
      `update usage_hours set quantity = quantity - 1 where ${row}`,
    );
    expect(failed.map((check) => check.name)).toEqual(['derivedUsage']);
    expect(failed[0]?.problems[0]?.detail).toContain('1 more than its entries come to');
  });
});
