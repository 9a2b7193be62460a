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
  acme = await m.customer({ taxRates: [{ name: 'VAT', percent: '19' }] });
});

const usd = (amount: string) => ({ amount, currency: 'USD' });
const part = (invoice: Json, line: number, amount: string) => ({
  lineId: invoice.lines[line].id,
  amount: usd(amount),
});
const figures = (note: Json) => [note.subtotal, note.taxTotal, note.total].map((of) => of.amount);

describe('a credit note', () => {
  it('takes tax back with what it credits, and all of it in the end', async () => {
    const invoice = await m.invoice(acme, ['0.13', '0.13', '0.13']);
    expect(figures(invoice)).toEqual(['0.39', '0.07', '0.46']);
    const notes = [
      await m.credit(invoice.id, { lines: [part(invoice, 0, '0.13')] }),
      await m.credit(invoice.id, { lines: [part(invoice, 1, '0.10')] }),
      await m.credit(invoice.id),
    ];
    expect(notes.map(figures)).toEqual([
      ['0.13', '0.02', '0.15'],
      ['0.10', '0.02', '0.12'],
      ['0.16', '0.03', '0.19'],
    ]);
    expect(notes[2].taxes).toEqual([
      {
        name: 'VAT',
        percent: '19',
        exemptReason: null,
        taxable: usd('0.16'),
        amount: usd('0.03'),
        lineOrdinals: [1, 2],
      },
    ]);
    expect(await m.standing(invoice.id)).toEqual(['paid', '0.00', '0.00', '0.46', '0.00']);
    expect(
      await m.refused('POST', '/v1/credit-notes', { invoiceId: invoice.id, reason: 'More' }),
    ).toEqual([422, 'exceeds_line', '/invoiceId']);
    await m.booksAreRight();
  });

  it('takes back what was taxed then, though rates have changed, and gives it again when void', async () => {
    const invoice = await m.invoice(acme, ['100.00']);
    await m.api.ok('PATCH', `/v1/organizations/${acme}`, {
      taxRates: [{ name: 'VAT', percent: '7' }],
    });
    const first = await m.credit(invoice.id, { lines: [part(invoice, 0, '50.00')] });
    expect(figures(first)).toEqual(['50.00', '9.50', '59.50']);
    await m.api.ok('POST', `/v1/credit-notes/${first.id}/void`);
    expect((await m.standing(invoice.id)).slice(0, 2)).toEqual(['open', '119.00']);
    expect(figures(await m.credit(invoice.id))).toEqual(['100.00', '19.00', '119.00']);
    await m.booksAreRight();
  });

  it('of an exempt invoice says so', async () => {
    const charity = await m.customer({ taxExempt: { reason: 'Charity' } });
    const note = await m.credit((await m.invoice(charity, ['10.00'])).id);
    expect(note.taxes).toMatchObject([
      { name: 'Tax exempt', percent: null, exemptReason: 'Charity' },
    ]);
    expect(figures(note)).toEqual(['10.00', '0.00', '10.00']);
  });

  it('keeps its taxes for good', async () => {
    await m.credit((await m.invoice(acme, ['10.00'])).id);
    const { pool } = m.api.database;
    for (const statement of [
      'update credit_note_taxes set amount = 0',
      'delete from credit_note_taxes',
    ])
      await expect(pool.query(statement)).rejects.toThrow('permission denied');
    await expect(
      pool.query(
        `insert into credit_note_taxes select id, 9, 'X', 1, null, '{1}', 0, 0 from credit_notes limit 1`,
      ),
    ).rejects.toThrow('is issued');
  });
});
