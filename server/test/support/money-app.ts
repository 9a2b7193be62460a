import { sql } from 'kysely';
import { expect } from 'vitest';
import { newId } from '../../src/lib/id.ts';
import { type Json, testApp, type TestApp } from './app.ts';

/** An API in which customers owe what a test says: invoices are drafted beside the billing runs, and issued by the API. */
export type MoneyApp = {
  api: TestApp;
  customer: (fields?: object) => Promise<string>;
  /** Drafts an invoice with a line of each amount; answers its id. */
  draft: (organizationId: string, amounts: string | string[], currency?: string) => Promise<string>;
  /** The same, issued. */
  invoice: (organizationId: string, amounts: string | string[], currency?: string) => Promise<Json>;
  /** Records a payment; without allocations the oldest is paid first. */
  pay: (organizationId: string, amount: string, fields?: object) => Promise<Json>;
  credit: (invoiceId: string, fields?: object) => Promise<Json>;
  /** Status, due, paid, credited and written off of an invoice. */
  standing: (invoiceId: string) => Promise<string[]>;
  /** Outstanding and unapplied credit of a customer in a currency, now. */
  owes: (organizationId: string, currency?: string) => Promise<string[]>;
  /** Status, code and pointer of the problem that a call is refused with; insists that nothing was recorded. */
  refused: (method: string, path: string, body?: unknown) => Promise<unknown[]>;
  booksAreRight: () => Promise<void>;
};

export async function moneyApp(): Promise<MoneyApp> {
  const api = await testApp();
  const { id: productId } = await api.ok('POST', '/v1/products', { name: 'Retainer' });
  const { id: planId } = await api.ok('POST', '/v1/plans', {
    productId,
    name: 'Retainer',
    fees: [{ name: 'Retainer', amount: '1.00', timing: 'arrears' }],
  });
  const subscriptions = new Map<string, string>();
  let drafts = 0;
  let named = 0;

  const customer = async (fields: object = {}): Promise<string> => {
    const body = { name: `Customer ${(named += 1)}`, ...fields };
    const { id } = await api.ok('POST', '/v1/organizations', body);
    const startAt = '2020-01-01T00:00:00Z';
    const asked = { organizationId: id, planId, startAt };
    subscriptions.set(id, (await api.ok('POST', '/v1/subscriptions', asked)).id);
    return id;
  };

  /** Ids sort by the millisecond that they were made in. */
  const tick = () => api.setClock(1);

  const draft: MoneyApp['draft'] = (organizationId, given, currency = 'USD') => {
    tick();
    return api.act(async (action) => {
      const amounts = [given].flat();
      const id = newId('inv', action.now);
      const month = `'2000-01-01T00:00:00Z'::timestamptz + interval '1 month' * ${(drafts += 1)}`;
      const [from, to] = [sql.raw(month), sql.raw(`${month} + interval '1 month'`)];
      await sql`
        insert into invoices (id, seller_id, organization_id, status, currency, period_start, period_end, position, total, recipient, issuer, journal_id, created_at, updated_at)
        select ${id}, 'default', ${organizationId}, 'draft', ${currency}, ${from}, ${to}, 0, sum(a::numeric), '{"name": "Draft"}', '{"name": "Draft"}', ${action.journalId}, ${action.now}, ${action.now}
          from unnest(${amounts}::text[]) a`.execute(action.tx);
      for (const [i, amount] of amounts.entries()) {
        const price = {
          currency,
          rated: { quantity: '1', amount, share: amount, billedBefore: '0' },
        };
        await sql`
          insert into invoice_lines (id, invoice_id, ordinal, kind, description, subscription_id, plan_id, plan_version, fee_id, period_start, period_end, payer_from, payer_to, quantity, amount, price, position)
          select ${newId('lin', action.now)}, ${id}, ${i + 1}, 'fee', ${`Retainer ${i + 1}`}, ${subscriptions.get(organizationId)}, ${planId}, 1, f.id,
                 ${from} + interval '1 second' * ${i}, ${to}, ${from}, ${to}, 1, ${amount}, ${JSON.stringify(price)}, 0
            from plan_fees f where f.plan_id = ${planId}`.execute(action.tx);
      }
      return id;
    });
  };

  const recorded = async () => {
    const { rows } = await api.database.pool.query<{ counts: string }>(
      `select concat_ws(' ', (select count(*) from ledger_entries), (select count(*) from payments), (select count(*) from credit_notes),
              (select count(*) from refunds), (select string_agg(status || version, ',' order by id) from invoices), (select next_credit_note_number from sellers)) as counts`,
    );
    return rows[0]?.counts;
  };

  return {
    api,
    customer,
    draft,
    invoice: async (...asked) => api.ok('POST', `/v1/invoices/${await draft(...asked)}/finalize`),
    pay: (organizationId, amount, fields = {}) => {
      tick();
      const money = { amount, currency: 'USD' };
      return api.ok('POST', '/v1/payments', { organizationId, amount: money, ...fields });
    },
    credit: (invoiceId, fields = {}) => {
      tick();
      return api.ok('POST', '/v1/credit-notes', { invoiceId, reason: 'Agreed', ...fields });
    },
    standing: async (id) => {
      const found = await api.ok('GET', `/v1/invoices/${id}`);
      const { amountDue, amountPaid, amountCredited, amountWrittenOff } = found;
      const amounts = [amountDue, amountPaid, amountCredited, amountWrittenOff];
      return [found.status, ...amounts.map(({ amount }: Json) => amount)];
    },
    owes: async (organizationId, currency = 'USD') => {
      const statement = await api.ok('GET', `/v1/statements/${organizationId}`);
      const of = (amounts: Json[]) =>
        amounts.find((each) => each.currency === currency)?.amount ?? 'none';
      return [of(statement.outstandingBalance), of(statement.unappliedCredit)];
    },
    refused: async (method, path, body) => {
      const before = await recorded();
      const answer = await api.call(method, path, body);
      expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
      expect(await recorded(), 'a refusal records nothing').toBe(before);
      const [error] = answer.body.errors ?? [];
      return [answer.status, answer.body.code, error?.pointer];
    },
    booksAreRight: async () => {
      const { checks } = await api.ok('GET', '/v1/checks');
      expect(checks.filter((check: Json) => !check.ok)).toEqual([]);
    },
  };
}
