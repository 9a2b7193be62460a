import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../test/support/app.ts';
import { moneyApp, type MoneyApp } from '../../test/support/money-app.ts';

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
const part = (invoice: Json, line: number, amount: string, currency = 'USD') => ({
  lineId: invoice.lines[line].id,
  amount: { amount, currency },
});
const asked = (invoice: Json, lines?: object[]) =>
  [
    'POST',
    '/v1/credit-notes',
    { invoiceId: invoice.id, reason: 'Agreed', ...(lines && { lines }) },
  ] as const;

describe('a credit note', () => {
  it('lowers what is due, line by line, under a number of its own', async () => {
    const invoice = await m.invoice(acme, ['100.00', '50.00']);
    const first = await m.credit(invoice.id, {
      lines: [part(invoice, 0, '30.00'), part(invoice, 1, '0.50')],
      reason: 'Outage of 3 September',
    });
    expect(first).toMatchObject({
      status: 'issued',
      organizationId: acme,
      invoiceId: invoice.id,
      invoiceNumber: invoice.number,
      total: usd('30.50'),
      unappliedAmount: usd('0.00'),
      allocations: [{ invoiceId: invoice.id, amount: usd('30.50') }],
      reason: 'Outage of 3 September',
      recipient: { name: expect.stringContaining('Customer') },
      issuer: { name: 'Your company' },
      lines: [
        { kind: 'credit', invoiceLineId: invoice.lines[0].id, amount: usd('30.00'), eventCount: 0 },
        { kind: 'credit', invoiceLineId: invoice.lines[1].id, amount: usd('0.50') },
      ],
    });
    expect(await m.standing(invoice.id)).toEqual([
      'partially_paid',
      '119.50',
      '0.00',
      '30.50',
      '0.00',
    ]);
    const second = await m.credit(invoice.id);
    expect(second.total).toEqual(usd('119.50'));
    expect(await m.standing(invoice.id)).toEqual(['paid', '0.00', '0.00', '150.00', '0.00']);
    const sequence = ({ number }: Json) => Number(number.replace('CN-', ''));
    expect(sequence(second)).toBe(sequence(first) + 1);
    expect(await m.api.ok('GET', `/v1/credit-notes/${first.id}`)).toEqual(first);
    await m.booksAreRight();
  });

  it('of what was paid is credit of the customer: for the next invoice, another one, or a refund', async () => {
    const [paid, open] = [await m.invoice(acme, '100.00'), await m.invoice(acme, '40.00')];
    await m.pay(acme, '90.00');
    const note = await m.credit(paid.id, { lines: [part(paid, 0, '60.00')] });
    expect(note).toMatchObject({
      unappliedAmount: usd('50.00'),
      allocations: [{ invoiceId: paid.id, amount: usd('10.00') }],
    });
    const id = note.id;
    const some = [{ invoiceId: open.id, amount: usd('15.00') }];
    expect(
      await m.api.ok('POST', `/v1/credit-notes/${id}/allocate`, { allocations: some }),
    ).toMatchObject({ unappliedAmount: usd('35.00') });
    expect(await m.standing(open.id)).toEqual(['partially_paid', '25.00', '0.00', '15.00', '0.00']);
    const refund = { organizationId: acme, amount: usd('5.00'), creditNoteId: id };
    await m.api.ok('POST', '/v1/refunds', refund);
    const next = await m.invoice(acme, '100.00');
    expect(await m.standing(next.id)).toEqual(['partially_paid', '70.00', '0.00', '30.00', '0.00']);
    await m.api.ok('POST', `/v1/credit-notes/${id}/deallocate`, { invoiceId: open.id });
    expect(await m.api.ok('GET', `/v1/credit-notes/${id}`)).toMatchObject({
      unappliedAmount: usd('15.00'),
      refundedAmount: usd('5.00'),
    });
    expect(await m.owes(acme)).toEqual(['110.00', '15.00']);
    await m.booksAreRight();
  });

  it('takes lines in the customer’s favour into account: no more than the invoice asked for', async () => {
    const invoice = await m.invoice(acme, ['100.00', '-30.00']);
    expect(await m.refused(...asked(invoice, [part(invoice, 0, '70.01')]))).toEqual([
      422,
      'exceeds_line',
      '/lines',
    ]);
    expect(await m.refused(...asked(invoice, [part(invoice, 1, '1.00')]))).toEqual([
      422,
      'exceeds_line',
      '/lines/0/amount',
    ]);
    const note = await m.credit(invoice.id);
    expect(note.total).toEqual(usd('70.00'));
    expect(note.lines.map((line: Json) => line.amount.amount)).toEqual(['100.00', '-30.00']);
  });

  it('takes the tax back with the lines, and all of it with all of them', async () => {
    const taxRates = [
      { name: 'VAT', percent: '19' },
      { name: 'Levy', percent: '0.5' },
    ];
    const taxed = await m.customer({ taxRates });
    const invoice = await m.invoice(taxed, ['100.01', '50.00']);
    expect([invoice.taxTotal, invoice.total]).toEqual([usd('29.25'), usd('179.26')]);
    const note = await m.credit(invoice.id, { lines: [part(invoice, 0, '33.33')] });
    expect(note).toMatchObject({
      subtotal: usd('33.33'),
      taxes: [
        {
          name: 'VAT',
          percent: '19',
          taxable: usd('33.33'),
          amount: usd('6.33'),
          lineOrdinals: [1],
        },
        { name: 'Levy', percent: '0.5', taxable: usd('33.33'), amount: usd('0.17') },
      ],
      taxTotal: usd('6.50'),
      total: usd('39.83'),
    });
    expect((await m.standing(invoice.id))[1]).toBe('139.43');
    const rest = await m.credit(invoice.id);
    expect([rest.subtotal, rest.total]).toEqual([usd('116.68'), usd('139.43')]);
    expect(rest.taxes[0].lineOrdinals).toEqual([1, 2]);
    expect(await m.standing(invoice.id)).toEqual(['paid', '0.00', '0.00', '179.26', '0.00']);
    await m.booksAreRight();
  });

  it('of what was written off takes that back first', async () => {
    const invoice = await m.invoice(acme, '100.00');
    await m.pay(acme, '20.00');
    await m.api.ok('POST', `/v1/invoices/${invoice.id}/uncollectible`);
    await m.credit(invoice.id, { lines: [part(invoice, 0, '30.00')] });
    expect(await m.standing(invoice.id)).toEqual([
      'uncollectible',
      '0.00',
      '20.00',
      '30.00',
      '50.00',
    ]);
    await m.credit(invoice.id, { lines: [part(invoice, 0, '70.00')] });
    expect(await m.standing(invoice.id)).toEqual(['paid', '0.00', '20.00', '80.00', '0.00']);
    expect(await m.owes(acme)).toEqual(['0.00', '20.00']);
    await m.booksAreRight();
  });

  it('that is void has its entries reversed; its number stays used', async () => {
    const invoice = await m.invoice(acme, '100.00');
    const note = await m.credit(invoice.id, { lines: [part(invoice, 0, '40.00')] });
    const voided = await m.api.ok('POST', `/v1/credit-notes/${note.id}/void`, {
      reason: 'Wrong customer',
    });
    expect(voided).toMatchObject({ status: 'void', number: note.number, allocations: [] });
    expect(await m.standing(invoice.id)).toEqual(['open', '100.00', '0.00', '0.00', '0.00']);
    expect((await m.credit(invoice.id)).total).toEqual(usd('100.00'));
    for (const verb of ['void', 'allocate'])
      expect(await m.refused('POST', `/v1/credit-notes/${note.id}/${verb}`)).toEqual([
        409,
        'invalid_state',
        undefined,
      ]);
    await m.booksAreRight();
  });

  it('whose credit was used is not voided before that is taken back', async () => {
    const paid = await m.invoice(acme, '100.00');
    await m.pay(acme, '100.00');
    const note = await m.credit(paid.id);
    const next = await m.invoice(acme, '30.00');
    const path = `/v1/credit-notes/${note.id}`;
    expect(await m.refused('POST', `${path}/void`)).toEqual([409, 'has_payments', undefined]);
    await m.api.ok('POST', `${path}/deallocate`, { invoiceId: next.id });
    await m.api.ok('POST', `${path}/void`);
    expect(await m.owes(acme)).toEqual(['30.00', '0.00']);
  });

  it.each([
    ['JPY', '1000', '250', '750'],
    ['KWD', '10.125', '0.125', '10.000'],
  ])('in %s has that currency’s decimals', async (currency, total, amount, left) => {
    const invoice = await m.invoice(acme, total, currency);
    const note = await m.credit(invoice.id, { lines: [part(invoice, 0, amount, currency)] });
    expect(note.total).toEqual({ amount, currency });
    expect((await m.standing(invoice.id))[1]).toBe(left);
    expect(await m.owes(acme, currency)).toEqual([left, note.unappliedAmount.amount]);
  });

  it('is found by its customer, invoice, number, status and by what is left of it', async () => {
    const invoice = await m.invoice(acme, '100.00');
    await m.pay(acme, '100.00');
    const left = await m.credit(invoice.id, { lines: [part(invoice, 0, '10.00')] });
    const gone = await m.credit(invoice.id, { lines: [part(invoice, 0, '10.00')] });
    await m.api.ok('POST', `/v1/credit-notes/${gone.id}/void`);
    const found = async (query: string) =>
      (await m.api.ok('GET', `/v1/credit-notes?${query}`)).items.map(({ id }: Json) => id);
    expect(await found(`organizationId=${acme}`)).toEqual([gone.id, left.id]);
    expect(await found(`invoiceId=${invoice.id}&status=void`)).toEqual([gone.id]);
    expect(await found(`organizationId=${acme}&unapplied=true&currency=USD`)).toEqual([left.id]);
    expect(await found(`number=${left.number}`)).toEqual([left.id]);
  });
});

describe('is refused, and nothing is recorded', () => {
  it('crediting more than the line, or more than is left of it', async () => {
    const invoice = await m.invoice(acme, ['100.00', '50.00']);
    const refusal = [422, 'exceeds_line', '/lines/0/amount'];
    expect(await m.refused(...asked(invoice, [part(invoice, 1, '50.01')]))).toEqual(refusal);
    await m.credit(invoice.id, { lines: [part(invoice, 0, '70.00')] });
    expect(await m.refused(...asked(invoice, [part(invoice, 0, '30.01')]))).toEqual(refusal);
    await m.credit(invoice.id);
    expect(await m.refused(...asked(invoice))).toEqual([422, 'exceeds_line', '/invoiceId']);
  });

  it('crediting a draft or what is void', async () => {
    const draft = await m.api.ok('GET', `/v1/invoices/${await m.draft(acme, '10.00')}`);
    expect(await m.refused(...asked(draft))).toEqual([409, 'invalid_state', undefined]);
    const invoice = await m.invoice(acme, '10.00');
    await m.api.ok('POST', `/v1/invoices/${invoice.id}/void`);
    expect(await m.refused(...asked(invoice))).toEqual([409, 'invalid_state', undefined]);
  });

  it('another currency, a line of another invoice, a line twice, a day before the invoice', async () => {
    const [invoice, other] = [await m.invoice(acme, '10.00'), await m.invoice(acme, '10.00')];
    const call = (lines: object[]) => m.refused(...asked(invoice, lines));
    expect(await call([part(invoice, 0, '1', 'EUR')])).toEqual([
      422,
      'currency_mismatch',
      '/lines/0/amount/currency',
    ]);
    expect(await call([part(other, 0, '1')])).toEqual([422, 'unprocessable', '/lines/0/lineId']);
    expect(await call([part(invoice, 0, '1'), part(invoice, 0, '1')])).toEqual([
      400,
      'invalid_request',
      '/lines/1/lineId',
    ]);
    const body = { invoiceId: invoice.id, reason: 'Agreed', effectiveAt: '2026-09-30T00:00:00Z' };
    expect(await m.refused('POST', '/v1/credit-notes', body)).toEqual([
      400,
      'invalid_request',
      '/effectiveAt',
    ]);
  });
});

it('two at once never credit a line twice', async () => {
  const invoice = await m.invoice(acme, '100.00');
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => m.api.call(...asked(invoice, [part(invoice, 0, '60.00')]))),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    201, 422, 422, 422,
  ]);
  await m.booksAreRight();
});

it('the database itself refuses to credit more than the line, and lines that do not come to the total', async () => {
  const invoice = await m.invoice(acme, '100.00');
  const [line] = invoice.lines;
  const insert = (amount: string, total: string) =>
    m.api.act(async (action) => {
      await sql`
        insert into credit_note_lines (id, credit_note_id, ordinal, kind, description, invoice_line_id, subscription_id, plan_id, plan_version, fee_id, period_start, period_end, payer_from, payer_to, quantity, amount, price, position_after, position)
        select 'cnl_x', 'cn_x', 1, 'credit', 'x', id, subscription_id, plan_id, plan_version, fee_id, period_start, period_end, payer_from, payer_to, 0, ${amount}, '{}', 0, 0
          from invoice_lines where id = ${line.id}`.execute(action.tx);
      await sql`
        insert into credit_notes (id, seller_id, organization_id, invoice_id, number, number_sequence, currency, total, reason, recipient, issuer, seal, issued_at, effective_at, journal_id, created_at, updated_at)
        values ('cn_x', 'default', ${acme}, ${invoice.id}, 'CN-X', 999, 'USD', ${total}, 'x', '{}', '{}', '', ${action.now}, ${action.now}, ${action.journalId}, ${action.now}, ${action.now})`.execute(
        action.tx,
      );
    });
  await expect(insert('100.01', '100.01')).rejects.toThrow('more than 100.00 of the line');
  await expect(insert('10', '11')).rejects.toThrow('do not sum to its total');
});
