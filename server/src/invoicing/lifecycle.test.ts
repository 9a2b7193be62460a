import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../test/support/app.ts';
import { moneyApp, type MoneyApp } from '../../test/support/money-app.ts';
import { adminClient } from '../../test/support/database.ts';

let m: MoneyApp;
let acme: string;
beforeAll(async () => {
  m = await moneyApp();
});
afterAll(() => m.api.close());
beforeEach(async () => {
  m.api.setClock('2026-10-01T12:00:00Z');
  acme = await m.customer();
});

const usd = (amount: string) => ({ amount, currency: 'USD' });
const verb = (id: string, name: string, reason = 'Agreed') =>
  m.api.ok('POST', `/v1/invoices/${id}/${name}`, { reason });

describe('an invoice', () => {
  it('goes from draft to open to partially paid to paid', async () => {
    const id = await m.draft(acme, '100.00');
    const statuses = [(await m.standing(id))[0]];
    await m.api.ok('POST', `/v1/invoices/${id}/finalize`);
    statuses.push((await m.standing(id))[0]);
    for (const amount of ['99.99', '0.01']) {
      await m.pay(acme, amount);
      statuses.push((await m.standing(id))[0]);
    }
    expect(statuses).toEqual(['draft', 'open', 'partially_paid', 'paid']);
    expect((await m.api.ok('GET', `/v1/invoices/${id}`)).version).toBe(5);
  });

  it('of nothing is paid at once; in any currency it has that currency’s decimals', async () => {
    expect((await m.standing((await m.invoice(acme, ['5.00', '-5.00'])).id))[0]).toBe('paid');
    const dinars = await m.invoice(acme, '1.005', 'KWD');
    await m.pay(acme, '0', { amount: { amount: '1', currency: 'KWD' } });
    expect(await m.standing(dinars.id)).toEqual([
      'partially_paid',
      '0.005',
      '1.000',
      '0.000',
      '0.000',
    ]);
  });

  it('that is void is owed no more; its number stays used', async () => {
    const invoice = await m.invoice(acme, '100.00');
    const voided = await verb(invoice.id, 'void', 'Sent to the wrong address');
    expect(voided).toMatchObject({
      status: 'void',
      number: invoice.number,
      amountDue: usd('0.00'),
    });
    expect(await m.owes(acme)).toEqual(['0.00', '0.00']);
    const next = await m.invoice(acme, '1.00');
    expect(Number(next.number.slice(4))).toBe(Number(invoice.number.slice(4)) + 1);
    for (const name of ['void', 'uncollectible', 'finalize'])
      expect(await m.refused('POST', `/v1/invoices/${invoice.id}/${name}`)).toEqual([
        409,
        'invalid_state',
        undefined,
      ]);
    await m.booksAreRight();
  });

  it('that somebody paid or credited is not voided', async () => {
    const paid = await m.invoice(acme, '100.00');
    const payment = await m.pay(acme, '100.00');
    const refusal = [409, 'has_payments', undefined];
    expect(await m.refused('POST', `/v1/invoices/${paid.id}/void`)).toEqual(refusal);
    await m.api.ok('POST', `/v1/payments/${payment.id}/reverse`);
    await m.credit(paid.id, { lines: [{ lineId: paid.lines[0].id, amount: usd('1.00') }] });
    expect(await m.refused('POST', `/v1/invoices/${paid.id}/void`)).toEqual(refusal);
    const [note] = (await m.api.ok('GET', `/v1/credit-notes?invoiceId=${paid.id}`)).items;
    await m.api.ok('POST', `/v1/credit-notes/${note.id}/void`);
    expect(await verb(paid.id, 'void')).toMatchObject({ status: 'void' });
  });

  it('that is given up is no longer outstanding, and can be paid all the same', async () => {
    const invoice = await m.invoice(acme, '100.00');
    await m.pay(acme, '10.00');
    await verb(invoice.id, 'uncollectible');
    expect(await m.standing(invoice.id)).toEqual([
      'uncollectible',
      '0.00',
      '10.00',
      '0.00',
      '90.00',
    ]);
    expect(await m.owes(acme)).toEqual(['0.00', '0.00']);
    expect((await m.pay(acme, '5.00')).unappliedAmount, 'not by itself').toEqual(usd('5.00'));
    const allocations = [{ invoiceId: invoice.id, amount: usd('30.00') }];
    await m.pay(acme, '30.00', { allocations });
    expect(await m.standing(invoice.id)).toEqual([
      'uncollectible',
      '0.00',
      '40.00',
      '0.00',
      '60.00',
    ]);
    await m.pay(acme, '60.00', { allocations: [{ invoiceId: invoice.id, amount: usd('60.00') }] });
    expect(await m.standing(invoice.id)).toEqual(['paid', '0.00', '100.00', '0.00', '0.00']);
    expect(await m.refused('POST', `/v1/invoices/${invoice.id}/uncollectible`)).toEqual([
      409,
      'invalid_state',
      undefined,
    ]);
    expect(await m.owes(acme)).toEqual(['0.00', '5.00']);
    await m.booksAreRight();
  });

  it('that is a draft is neither voided nor written off', async () => {
    const id = await m.draft(acme, '1.00');
    for (const name of ['void', 'uncollectible'])
      expect(await m.refused('POST', `/v1/invoices/${id}/${name}`)).toEqual([
        409,
        'invalid_state',
        undefined,
      ]);
  });
});

describe('the database', () => {
  it('refuses a status that the ledger does not bear out', async () => {
    const invoice = await m.invoice(acme, '100.00');
    const change = sql`update invoices set status = 'paid' where id = ${invoice.id}`;
    await expect(m.api.act(({ tx }) => change.execute(tx))).rejects.toThrow(
      'is paid, but by the ledger it is open',
    );
    const entry = m.api.act(({ tx, journalId, now }) =>
      sql`insert into ledger_entries (organization_id, currency, kind, amount, invoice_id, effective_at, journal_id)
            values (${acme}, 'USD', 'write_off', -100, ${invoice.id}, ${now}, ${journalId})`.execute(
        tx,
      ),
    );
    await expect(entry).rejects.toThrow('is open, but by the ledger it is uncollectible');
  });

  it('refuses an entry that would overdraw an invoice or a payment', async () => {
    const invoice = await m.invoice(acme, '100.00');
    const payment = await m.pay(acme, '10.00', { allocations: [] });
    const post = (amount: number, invoiceId: string | null) =>
      m.api.act(({ tx, journalId, now }) =>
        sql`insert into ledger_entries (organization_id, currency, kind, amount, invoice_id, payment_id, effective_at, journal_id)
              values (${acme}, 'USD', 'credit_applied', ${amount}, ${invoiceId}, ${payment.id}, ${now}, ${journalId})`.execute(
          tx,
        ),
      );
    await expect(post(-101, invoice.id)).rejects.toThrow('balances_not_overdrawn');
    await expect(post(11, null)).rejects.toThrow('balances_not_overdrawn');
  });
});

describe('the usage of a void invoice', () => {
  const month = (year: number, number: number) =>
    `${year}-${String(number).padStart(2, '0')}-01T00:00:00Z`;

  async function billed(period: string): Promise<Json[]> {
    const run = await m.api.ok('POST', '/v1/billing-runs', { period });
    expect(run.status).toBe('succeeded');
    const { items } = await m.api.ok('GET', `/v1/invoices?organizationId=${acme}&status=draft`);
    return Promise.all(items.map(({ id }: Json) => m.api.ok('GET', `/v1/invoices/${id}`)));
  }

  async function useTokens(): Promise<Json> {
    const { items } = await m.api.ok('GET', '/v1/meters?key=tokens');
    if (items.length === 0)
      await m.api.ok('POST', '/v1/meters', {
        key: 'tokens',
        aggregation: 'sum',
        measure: 'tokens',
      });
    const product = await m.api.ok('POST', '/v1/products', { name: `Tokens ${acme}` });
    const plan = await m.api.ok('POST', '/v1/plans', {
      productId: product.id,
      name: 'Metered',
      fees: [{ name: 'Base', amount: '5.00', timing: 'advance' }],
      charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.01' }],
    });
    acme = (await m.api.ok('POST', '/v1/organizations', { name: 'Metered' })).id;
    const subscription = await m.api.ok('POST', '/v1/subscriptions', {
      organizationId: acme,
      planId: plan.id,
      startAt: month(2026, 7),
    });
    m.api.setClock('2026-11-01T06:00:00Z');
    const event = (id: string, time: string, tokens: number) => ({
      id: `${acme} ${id}`,
      subscription: subscription.id,
      time,
      measures: { tokens },
    });
    await m.api.ok('POST', '/v1/events', [
      event('a', '2026-07-05T00:00:00Z', 1000),
      event('b', '2026-08-05T00:00:00Z', 2000),
    ]);
    return subscription;
  }

  const amounts = (invoice: Json) =>
    invoice?.lines.map((line: Json) => [line.kind, line.amount.amount]);

  it('is billed again when its month is asked for again', async () => {
    await useTokens();
    const [draft] = await billed('2026-07');
    expect(draft?.total).toEqual(usd('15.00'));
    await m.api.ok('POST', `/v1/invoices/${draft?.id}/finalize`);
    expect(await billed('2026-07')).toEqual([]);
    await verb(draft?.id, 'void');
    const [again] = await billed('2026-07');
    expect(amounts(again)).toEqual([
      ['fee', '5.00'],
      ['usage', '10.00'],
    ]);
    expect(again?.id).not.toBe(draft?.id);
    await m.api.ok('POST', `/v1/invoices/${again?.id}/finalize`);
    expect(await billed('2026-07')).toEqual([]);
    await m.booksAreRight();
  });

  it('is billed again by the run of a later month, once', async () => {
    await useTokens();
    const [july] = await billed('2026-07');
    await m.api.ok('POST', `/v1/invoices/${july?.id}/finalize`);
    await verb(july?.id, 'void');
    await m.customer(); // what the run knows is later than the void
    const [august] = await billed('2026-08');
    expect(amounts(august)).toEqual([
      ['fee', '5.00'],
      ['usage', '20.00'],
      ['adjustment', '5.00'],
      ['adjustment', '10.00'],
    ]);
    const [repeated] = await billed('2026-08');
    expect([repeated?.id, amounts(repeated)]).toEqual([august?.id, amounts(august)]);
    await m.api.ok('POST', `/v1/invoices/${august?.id}/finalize`);
    const [september] = await billed('2026-09');
    expect(amounts(september)).toEqual([
      ['fee', '5.00'],
      ['usage', '0.00'],
    ]);
    await m.api.ok('POST', `/v1/invoices/${september?.id}/finalize`);
    await m.booksAreRight();
    // An invoice that held an adjustment: that goes with it, too.
    await verb(august?.id, 'void');
    const [october] = await billed('2026-10');
    expect(october?.total).toEqual(usd('45.00'));
    await m.booksAreRight();
  });
});

it('issued documents and what moved money are as they were, whoever asks the database', async () => {
  const invoice = await m.invoice(acme, '100.00');
  await m.pay(acme, '100.00');
  await m.credit(invoice.id, { lines: [{ lineId: invoice.lines[0].id, amount: usd('10.00') }] });
  await m.api.ok('POST', '/v1/refunds', { organizationId: acme, amount: usd('3.00') });
  const client = await adminClient(m.api.database.url);
  try {
    for (const statement of [
      `update customary.credit_notes set total = total + 1`,
      `update customary.credit_note_lines set amount = 0`,
      `delete from customary.credit_notes`,
      `delete from customary.credit_note_lines`,
      `update customary.payments set amount = 1`,
      `update customary.payments set received_at = received_at - interval '1 day'`,
      `delete from customary.payments`,
      `update customary.refunds set amount = 1`,
      `delete from customary.refunds`,
    ])
      await expect(
        client.query(`set search_path = customary; ${statement}`),
        statement,
      ).rejects.toThrow(/is issued|never changes/);
  } finally {
    await client.end();
  }
});
