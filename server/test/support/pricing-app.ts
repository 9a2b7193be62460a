import { expect } from 'vitest';
import { type Json, testApp, type TestApp } from './app.ts';

/** An API with a product and meters of every kind; and the verbs that tests of pricing are made of. */
export type PricingApp = {
  api: TestApp;
  productId: string;
  plan: (terms: object) => Promise<Json>;
  /** Status, pointer and code of the problem that a plan of these terms is refused with. */
  refused: (terms: object) => Promise<unknown[]>;
  customer: (name?: string) => Promise<Json>;
  /** A new customer on a new plan, from 1 October. */
  subscribe: (terms: object, changes?: object) => Promise<Json>;
  /** Sends events of a subscription: one token each on 5 October, unless they say otherwise. */
  use: (subscription: Json, ...used: object[]) => Promise<void>;
  /** Bills a month; answers the customer's newest invoice. */
  invoiceOf: (organizationId: string, period?: string) => Promise<Json>;
  booksAreRight: () => Promise<void>;
};

const meters = [
  { key: 'tokens', aggregation: 'sum', measure: 'tokens' },
  { key: 'seats', aggregation: 'unique', measure: 'seat' },
  { key: 'peak', aggregation: 'max', measure: 'gigabytes' },
  { key: 'calls', aggregation: 'count' },
  { key: 'eu_calls', aggregation: 'count', filter: { region: 'eu' } },
  { key: 'us_calls', aggregation: 'count', filter: { region: ['us', 'ca'] } },
];

export async function pricingApp(): Promise<PricingApp> {
  const api = await testApp();
  const { id: productId } = await api.ok('POST', '/v1/products', { name: 'Inference' });
  for (const meter of meters) await api.ok('POST', '/v1/meters', meter);
  let events = 0;
  const plan = (terms: object) =>
    api.ok('POST', '/v1/plans', { productId, name: 'Plan', ...terms });
  const customer = (name = 'Acme') => api.ok('POST', '/v1/organizations', { name });
  return {
    api,
    productId,
    plan,
    customer,
    refused: async (terms) => {
      const body = { productId, name: 'No', ...terms };
      const answer = await api.call('POST', '/v1/plans', body);
      const [error] = answer.body.errors ?? [];
      return [answer.status, error?.pointer, error?.code];
    },
    subscribe: async (terms, changes = {}) => {
      const [{ id: planId }, { id: organizationId }] = [await plan(terms), await customer()];
      const startAt = '2026-10-01T00:00:00Z';
      return api.ok('POST', '/v1/subscriptions', { organizationId, planId, startAt, ...changes });
    },
    use: async (subscription, ...used) => {
      const sent = used.map((each) => ({
        id: `e${(events += 1)}`,
        time: '2026-10-05T00:00:00Z',
        subscription: subscription.id,
        measures: { tokens: 1 },
        ...each,
      }));
      const answer = await api.ok('POST', '/v1/events', sent);
      expect(answer).toMatchObject({ accepted: used.length });
    },
    invoiceOf: async (organizationId, period = '2026-10') => {
      await api.ok('POST', '/v1/billing-runs', { period });
      const { items } = await api.ok('GET', `/v1/invoices?organizationId=${organizationId}`);
      return items[0] === undefined ? null : api.ok('GET', `/v1/invoices/${items[0].id}`);
    },
    booksAreRight: async () => {
      const { checks } = await api.ok('GET', '/v1/checks');
      expect(checks.filter((check: Json) => !check.ok)).toEqual([]);
    },
  };
}

export const linesOf = (invoice: Json) =>
  invoice.lines.map((line: Json) => [line.kind, line.quantity, line.amount.amount]);
