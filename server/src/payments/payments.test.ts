import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
const toInvoice = (invoiceId: string, amount: string, currency = 'USD') => ({
  invoiceId,
  amount: { amount, currency },
});

describe('a payment', () => {
  it('pays what is due, the invoice due first first, and leaves the rest as credit', async () => {
    const [first, second] = [await m.invoice(acme, '100.00'), await m.invoice(acme, '50.00')];
    const payment = await m.pay(acme, '120.00', { method: 'bank transfer', reference: 'TRN 7' });
    expect(payment).toMatchObject({
      status: 'received',
      amount: usd('120.00'),
      unappliedAmount: usd('0.00'),
      method: 'bank transfer',
      reference: 'TRN 7',
      allocations: [
        { invoiceId: first.id, invoiceNumber: first.number, amount: usd('100.00') },
        { invoiceId: second.id, amount: usd('20.00') },
      ],
    });
    expect(await m.standing(first.id)).toEqual(['paid', '0.00', '100.00', '0.00', '0.00']);
    expect(await m.standing(second.id)).toEqual([
      'partially_paid',
      '30.00',
      '20.00',
      '0.00',
      '0.00',
    ]);
    const more = await m.pay(acme, '100.00');
    expect(more).toMatchObject({ unappliedAmount: usd('70.00') });
    expect(await m.standing(second.id)).toEqual(['paid', '0.00', '50.00', '0.00', '0.00']);
    expect(await m.owes(acme)).toEqual(['0.00', '70.00']);
    await m.booksAreRight();
  });

  it('that is more than is due is used by the next invoices of the currency, and by no other', async () => {
    await m.pay(acme, '130.00');
    const yen = await m.invoice(acme, '5000', 'JPY');
    expect(await m.standing(yen.id)).toEqual(['open', '5000', '0', '0', '0']);
    const first = await m.invoice(acme, '100.00');
    expect(await m.standing(first.id)).toEqual(['paid', '0.00', '100.00', '0.00', '0.00']);
    const second = await m.invoice(acme, '100.00');
    expect(await m.standing(second.id)).toEqual([
      'partially_paid',
      '70.00',
      '30.00',
      '0.00',
      '0.00',
    ]);
    expect(await m.owes(acme)).toEqual(['70.00', '0.00']);
    expect(await m.owes(acme, 'JPY')).toEqual(['5000', '0']);
  });

  it('goes where it is told to, in parts', async () => {
    const [first, second] = [await m.invoice(acme, '100.00'), await m.invoice(acme, '50.00')];
    const allocations = [toInvoice(second.id, '50'), toInvoice(first.id, '0.01')];
    const payment = await m.pay(acme, '60.00', { allocations });
    expect(payment.unappliedAmount).toEqual(usd('9.99'));
    expect((await m.standing(first.id))[1]).toBe('99.99');
    const rest = await m.api.ok('POST', `/v1/payments/${payment.id}/allocate`);
    expect(rest).toMatchObject({ unappliedAmount: usd('0.00'), version: 2 });
    expect((await m.standing(first.id))[1]).toBe('90.00');
    expect((await m.pay(acme, '10.00', { allocations: [] })).unappliedAmount).toEqual(usd('10.00'));
  });

  it('can be taken back from an invoice, which is due again', async () => {
    const invoice = await m.invoice(acme, '100.00');
    const payment = await m.pay(acme, '80.00');
    const back = (body: object) =>
      m.api.ok('POST', `/v1/payments/${payment.id}/deallocate`, { invoiceId: invoice.id, ...body });
    expect((await back({ amount: usd('30.00') })).unappliedAmount).toEqual(usd('30.00'));
    expect(await m.standing(invoice.id)).toEqual([
      'partially_paid',
      '50.00',
      '50.00',
      '0.00',
      '0.00',
    ]);
    expect(await back({})).toMatchObject({ allocations: [], unappliedAmount: usd('80.00') });
    expect(await m.standing(invoice.id)).toEqual(['open', '100.00', '0.00', '0.00', '0.00']);
    expect(
      await m.refused('POST', `/v1/payments/${payment.id}/deallocate`, { invoiceId: invoice.id }),
    ).toEqual([409, 'invalid_state', '/invoiceId']);
  });

  it('that bounces makes what it had paid due again', async () => {
    const [first, second] = [await m.invoice(acme, '100.00'), await m.invoice(acme, '50.00')];
    const payment = await m.pay(acme, '160.00');
    m.api.setClock('2026-10-05T12:00:00Z');
    const reason = { reason: 'Returned by the bank' };
    expect(await m.api.ok('POST', `/v1/payments/${payment.id}/reverse`, reason)).toMatchObject({
      status: 'reversed',
      reversedAt: '2026-10-05T12:00:00.000000Z',
      unappliedAmount: usd('0.00'),
      allocations: [],
    });
    for (const { id, total } of [first, second])
      expect(await m.standing(id)).toEqual(['open', total.amount, '0.00', '0.00', '0.00']);
    expect(await m.owes(acme)).toEqual(['150.00', '0.00']);
    for (const verb of ['reverse', 'allocate'])
      expect(await m.refused('POST', `/v1/payments/${payment.id}/${verb}`)).toEqual([
        409,
        'invalid_state',
        undefined,
      ]);
    await m.booksAreRight();
  });

  it('received before an invoice was issued pays it as of the day that it was', async () => {
    m.api.setClock('2026-10-10T12:00:00Z');
    const invoice = await m.invoice(acme, '100.00');
    m.api.setClock('2026-10-12T12:00:00Z');
    await m.pay(acme, '40.00', { receivedAt: '2026-10-08T00:00:00Z' });
    const on = async (asOf: string) => {
      const found = await m.api.ok('GET', `/v1/statements/${acme}?asOf=${asOf}T23:00:00Z`);
      return [found.outstandingBalance[0]?.amount, found.unappliedCredit[0]?.amount];
    };
    expect(await on('2026-10-07')).toEqual([undefined, undefined]);
    expect(await on('2026-10-08')).toEqual(['0.00', '40.00']);
    expect(await on('2026-10-10')).toEqual(['60.00', '0.00']);
    expect((await m.standing(invoice.id))[0]).toBe('partially_paid');
  });

  it('is found by its customer, invoice, reference, status, currency and day, and by what is left of it', async () => {
    const invoice = await m.invoice(acme, '10.00');
    const paid = await m.pay(acme, '10.00', {
      reference: 'R-1',
      receivedAt: '2026-09-01T00:00:00Z',
    });
    const left = await m.pay(acme, '5.00', { reference: 'R-2' });
    const yen = await m.pay(acme, '5', { amount: { amount: '500', currency: 'JPY' } });
    const found = async (query: string) =>
      (await m.api.ok('GET', `/v1/payments?organizationId=${acme}${query}`)).items.map(
        ({ id }: { id: string }) => id,
      );
    expect(await found('')).toEqual([yen.id, left.id, paid.id]);
    expect(await found(`&invoiceId=${invoice.id}`)).toEqual([paid.id]);
    expect(await found('&reference=R-2')).toEqual([left.id]);
    expect(await found('&unapplied=true')).toEqual([yen.id, left.id]);
    expect(await found('&unapplied=false')).toEqual([paid.id]);
    expect(await found('&currency=JPY')).toEqual([yen.id]);
    expect(await found('&receivedTo=2026-09-02T00:00:00Z')).toEqual([paid.id]);
    expect(await found('&receivedFrom=2026-09-02T00:00:00Z&status=received')).toHaveLength(2);
    expect(await found('&status=reversed')).toEqual([]);
    expect(await m.api.ok('GET', `/v1/payments/${paid.id}`)).toEqual(paid);
  });

  it('twice under one idempotency key is one', async () => {
    const body = { organizationId: acme, amount: usd('5.00') };
    const options = { idempotencyKey: `pay ${acme}` };
    const first = await m.api.ok('POST', '/v1/payments', body, options);
    expect(await m.api.ok('POST', '/v1/payments', body, options)).toEqual(first);
    expect(await m.owes(acme)).toEqual(['0.00', '5.00']);
  });
});

describe('is refused, and nothing is recorded', () => {
  const payment = (allocations: object[], amount = usd('500.00')) =>
    ['POST', '/v1/payments', { organizationId: acme, amount, allocations }] as const;

  it('paying more than is due', async () => {
    const { id } = await m.invoice(acme, '100.00');
    expect(await m.refused(...payment([toInvoice(id, '100.01')]))).toEqual([
      422,
      'exceeds_amount_due',
      '/allocations/0/amount',
    ]);
  });

  it('allocating more than was paid', async () => {
    const { id } = await m.invoice(acme, '100.00');
    expect(await m.refused(...payment([toInvoice(id, '100.00')], usd('99.99')))).toEqual([
      422,
      'exceeds_credit',
      '/allocations',
    ]);
  });

  it('paying in another currency', async () => {
    const { id } = await m.invoice(acme, '100.00');
    const refusal = [422, 'currency_mismatch', '/allocations/0/amount/currency'];
    expect(await m.refused(...payment([toInvoice(id, '10.00', 'EUR')]))).toEqual(refusal);
    const euros = { amount: '10.00', currency: 'EUR' };
    expect(await m.refused(...payment([toInvoice(id, '10.00', 'EUR')], euros))).toEqual(refusal);
  });

  it('paying a draft, or what is void', async () => {
    const draft = await m.draft(acme, '100.00');
    const refusal = [409, 'invalid_state', '/allocations/0/invoiceId'];
    expect(await m.refused(...payment([toInvoice(draft, '1.00')]))).toEqual(refusal);
    const { id } = await m.invoice(acme, '100.00');
    await m.api.ok('POST', `/v1/invoices/${id}/void`);
    expect(await m.refused(...payment([toInvoice(id, '1.00')]))).toEqual(refusal);
  });

  it('paying what another customer owes, what does not exist, or one invoice twice', async () => {
    const { id } = await m.invoice(await m.customer(), '100.00');
    const at = '/allocations/0/invoiceId';
    expect(await m.refused(...payment([toInvoice(id, '1.00')]))).toEqual([
      422,
      'unprocessable',
      at,
    ]);
    const none = 'inv_01KAPZ5N3V8Q4M7W2T6R9Y0BXC';
    expect(await m.refused(...payment([toInvoice(none, '1')]))).toEqual([422, 'unprocessable', at]);
    const mine = await m.invoice(acme, '100.00');
    const twice = [toInvoice(mine.id, '1.00'), toInvoice(mine.id, '1.00')];
    expect(await m.refused(...payment(twice))).toEqual([
      400,
      'invalid_request',
      '/allocations/1/invoiceId',
    ]);
  });

  it.each([
    ['0.00', 'USD', '/amount/amount'],
    ['-1.00', 'USD', '/amount/amount'],
    ['1.001', 'USD', '/amount/amount'],
    ['1.5', 'JPY', '/amount/amount'],
    ['1.2345', 'KWD', '/amount/amount'],
    ['1.00', 'XXX', '/amount/currency'],
    ['much', 'USD', '/amount/amount'],
  ])('an amount of %s %s', async (amount, currency, pointer) => {
    const body = { organizationId: acme, amount: { amount, currency } };
    expect(await m.refused('POST', '/v1/payments', body)).toEqual([
      400,
      'invalid_request',
      pointer,
    ]);
  });

  it('a payment of tomorrow, of nobody, or of UNCLASSIFIED', async () => {
    const body = { organizationId: acme, amount: usd('1.00') };
    const call = (changes: object) => m.refused('POST', '/v1/payments', { ...body, ...changes });
    expect(await call({ receivedAt: '2026-10-02T00:00:00Z' })).toEqual([
      400,
      'invalid_request',
      '/receivedAt',
    ]);
    for (const id of ['org_01KAPZ5N3V8Q4M7W2T6R9Y0BXC', 'org_00000000000000000000000000'])
      expect(await call({ organizationId: id })).toEqual([422, 'unprocessable', '/organizationId']);
  });
});

describe('a refund', () => {
  it('comes out of what is left, the oldest first, or out of what is named', async () => {
    const old = await m.pay(acme, '30.00', { receivedAt: '2026-09-01T00:00:00Z' });
    const young = await m.pay(acme, '50.00');
    const refund = await m.api.ok('POST', '/v1/refunds', {
      organizationId: acme,
      amount: usd('40.00'),
      reason: 'Left us',
    });
    expect(refund.sources).toEqual([
      { paymentId: old.id, creditNoteId: null, amount: usd('30.00') },
      { paymentId: young.id, creditNoteId: null, amount: usd('10.00') },
    ]);
    expect(await m.owes(acme)).toEqual(['0.00', '40.00']);
    const named = { organizationId: acme, amount: usd('0.01'), paymentId: old.id };
    expect(await m.refused('POST', '/v1/refunds', named)).toEqual([
      422,
      'exceeds_credit',
      '/amount',
    ]);
    expect(await m.api.ok('GET', `/v1/payments/${young.id}`)).toMatchObject({
      refundedAmount: usd('10.00'),
      unappliedAmount: usd('40.00'),
    });
    expect(await m.refused('POST', `/v1/payments/${young.id}/reverse`)).toEqual([
      409,
      'invalid_state',
      undefined,
    ]);
    const list = await m.api.ok('GET', `/v1/refunds?paymentId=${old.id}`);
    expect(list.items).toEqual([refund]);
    await m.booksAreRight();
  });

  it('is never more than is left, nor of before it was there', async () => {
    await m.pay(acme, '30.00', { receivedAt: '2026-09-10T00:00:00Z' });
    const body = { organizationId: acme, amount: usd('30.01') };
    const refusal = [422, 'exceeds_credit', '/amount'];
    expect(await m.refused('POST', '/v1/refunds', body)).toEqual(refusal);
    const early = { ...body, amount: usd('30'), refundedAt: '2026-09-09T00:00:00Z' };
    expect(await m.refused('POST', '/v1/refunds', early)).toEqual(refusal);
    const euros = { ...body, amount: { amount: '1', currency: 'EUR' } };
    expect(await m.refused('POST', '/v1/refunds', euros)).toEqual(refusal);
  });
});

describe('two at once', () => {
  it('never pay one invoice twice', async () => {
    const { id } = await m.invoice(acme, '100.00');
    const body = {
      organizationId: acme,
      amount: usd('100.00'),
      allocations: [toInvoice(id, '100')],
    };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => m.api.call('POST', '/v1/payments', body)),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201, 422, 422, 422, 422,
    ]);
    const oldest = await m.invoice(acme, '70.00');
    await Promise.all(Array.from({ length: 4 }, () => m.pay(acme, '30.00')));
    expect((await m.standing(oldest.id))[0]).toBe('paid');
    expect(await m.owes(acme)).toEqual(['0.00', '50.00']);
    await m.booksAreRight();
  });
});
