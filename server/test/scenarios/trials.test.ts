import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { linesOf as lines, pricingApp, type PricingApp } from '../support/pricing-app.ts';

/** Set-up fees and trials. */

let api: TestApp;
let booksAreRight: PricingApp['booksAreRight'];
let invoiceOf: PricingApp['invoiceOf'];
let subscribe: PricingApp['subscribe'];
let use: PricingApp['use'];

beforeAll(async () => {
  ({ api, booksAreRight, invoiceOf, subscribe, use } = await pricingApp());
});
afterAll(() => api.close());
beforeEach(() => void api.setClock('2026-11-01T06:00:00Z'));

describe('fees and trials', () => {
  const terms = {
    trialDays: 14,
    fees: [
      { name: 'Platform', amount: '10', timing: 'advance' },
      { name: 'Set-up', amount: '99', timing: 'setUp' },
    ],
    charges: [{ meter: 'tokens', model: 'perUnit', unitPrice: '1', minimum: '5' }],
  };

  it('bills the set-up at the start, and nothing else of a trial; whole periods follow it', async () => {
    api.setClock('2026-10-05T00:00:00Z');
    const subscription = await subscribe(terms);
    expect(subscription).toMatchObject({
      status: 'trialing',
      trialEndAt: '2026-10-15T00:00:00.000000Z',
      anchorDay: 15,
      currentPeriod: { start: '2026-10-01T00:00:00.000000Z', end: '2026-10-15T00:00:00.000000Z' },
    });
    const { items } = await api.ok(
      'GET',
      `/v1/subscriptions?status=trialing&organizationId=${subscription.organizationId}`,
    );
    expect(items).toHaveLength(1);
    api.setClock('2026-11-01T06:00:00Z');
    await use(
      subscription,
      { measures: { tokens: 1000 }, time: '2026-10-14T23:59:59.999999Z' },
      { measures: { tokens: 7 }, time: '2026-10-15T00:00:00Z' },
    );
    const october = await invoiceOf(subscription.organizationId);
    expect(lines(october)).toEqual([
      ['fee', '1', '99.00'],
      ['fee', '1', '10.00'],
    ]);
    expect(october.lines[1].periodStart).toBe('2026-10-15T00:00:00.000000Z');
    await api.ok('POST', `/v1/invoices/${october.id}/finalize`);
    api.setClock('2026-12-01T06:00:00Z');
    expect(lines(await invoiceOf(subscription.organizationId, '2026-11'))).toEqual([
      ['fee', '1', '10.00'],
      ['usage', '7', '7.00'],
    ]);
    expect(await api.ok('GET', `/v1/subscriptions/${subscription.id}`)).toMatchObject({
      status: 'active',
    });
    await booksAreRight();
  });

  it('takes another end of the trial, or none, from the subscription', async () => {
    const none = await subscribe(terms, { trialEndAt: null });
    expect(none).toMatchObject({ trialEndAt: null, anchorDay: 1, status: 'active' });
    const longer = await subscribe(terms, { trialEndAt: '2026-11-20T00:00:00Z' });
    expect(longer).toMatchObject({ status: 'trialing', anchorDay: 20 });
    const answer = await api.call('POST', '/v1/subscriptions', {
      organizationId: none.organizationId,
      planId: none.planId,
      startAt: '2026-10-01T00:00:00Z',
      trialEndAt: '2026-10-01T00:00:00Z',
    });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/trialEndAt']);
  });

  it('bills a trial that was cancelled no more than its set-up', async () => {
    const subscription = await subscribe(terms, { endAt: '2026-10-10T00:00:00Z' });
    await use(subscription, { measures: { tokens: 1000 } });
    expect(lines(await invoiceOf(subscription.organizationId))).toEqual([['fee', '1', '99.00']]);
    expect(await invoiceOf(subscription.organizationId, '2026-11')).toMatchObject({
      periodStart: '2026-10-01T00:00:00.000000Z',
    });
  });
});
