import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Customary } from '@customary/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replay } from '../../src/cli/replay/replay.ts';
import { testApp, type Json, type TestApp } from '../support/app.ts';

/** Real requests of two LLM services; not in this repository, so the test runs where they lie beside it. */
const files = ['code', 'conv'].map((name) =>
  fileURLToPath(
    new URL(`../../../../shared/traces/AzureLLMInferenceTrace_${name}.csv`, import.meta.url),
  ),
);
const PRICES = { input_tokens: '0.000003', output_tokens: '0.000015' };
const CREDENTIALS = ['sk-trace-1', 'sk-trace-2', 'sk-trace-3'];
const silent = { write: () => undefined, isTty: false, columns: 80 };

/** What the invoice must come to: from the files and the prices alone, in millionths of a cent, half-even. */
function expectedCents(): bigint {
  const totals = { input_tokens: 0n, output_tokens: 0n };
  for (const file of files) {
    for (const line of readFileSync(file, 'utf8').trim().split(/\r?\n/).slice(1)) {
      const [, context = '', generated = ''] = line.split(',');
      totals.input_tokens += BigInt(context);
      totals.output_tokens += BigInt(generated);
    }
  }
  const cents = (units: bigint, price: string) => {
    const scaled = units * BigInt(price.replace('0.', '')) * 100n;
    const [whole, rest, half] = [scaled / 1_000_000n, scaled % 1_000_000n, 500_000n];
    return rest > half || (rest === half && whole % 2n === 1n) ? whole + 1n : whole;
  };
  return (
    cents(totals.input_tokens, PRICES.input_tokens) +
    cents(totals.output_tokens, PRICES.output_tokens)
  );
}

describe.skipIf(!files.every((file) => existsSync(file)))('a real trace, end to end', () => {
  let test: TestApp;
  let api: Customary;

  beforeAll(async () => {
    test = await testApp();
    test.setClock('2026-11-01T06:00:00Z');
    const baseUrl = await test.app.listen({ host: '127.0.0.1', port: 0 });
    api = new Customary({ baseUrl, apiKey: await test.key('admin') });
    await signUp();
  });

  afterAll(() => test.close());

  async function signUp(): Promise<void> {
    for (const key of Object.keys(PRICES))
      await test.ok('POST', '/v1/meters', { key, aggregation: 'sum', measure: key });
    const product = await test.ok('POST', '/v1/products', { name: 'LLM' });
    const plan = await test.ok('POST', '/v1/plans', {
      productId: product.id,
      name: 'Tokens',
      charges: Object.entries(PRICES).map(([meter, unitPrice]) => ({
        meter,
        model: 'perUnit',
        unitPrice,
      })),
    });
    const organization = await test.ok('POST', '/v1/organizations', { name: 'Trace' });
    const subscriber = await test.ok('POST', '/v1/subscribers', {
      email: 'llm@trace.example',
      organizationIds: [organization.id],
    });
    const subscription = await test.ok('POST', '/v1/subscriptions', {
      organizationId: organization.id,
      planId: plan.id,
      startAt: '2026-10-01T00:00:00Z',
    });
    for (const credentialId of CREDENTIALS) {
      await test.ok('POST', '/v1/credentials', {
        name: credentialId,
        subscriberId: subscriber.id,
        organizationId: organization.id,
        subscriptionId: subscription.id,
        credentialId,
      });
    }
  }

  async function replayAll() {
    const totals = { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0 };
    for (const file of files) {
      const { totals: some } = await replay(
        api,
        {
          file,
          period: '2026-10',
          spread: true,
          source: null,
          models: [],
          parallel: 2,
          credentials: async () => CREDENTIALS,
        },
        silent,
      );
      for (const key of ['accepted', 'duplicates', 'conflicts', 'rejected'] as const)
        totals[key] += some[key];
    }
    return totals;
  }

  const figures = async () => {
    const usage = await test.ok(
      'GET',
      '/v1/usage?from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z&groupBy=credential',
    );
    const { items } = await test.ok('GET', '/v1/invoices');
    const statements = await test.ok('GET', '/v1/statements?asOf=2026-12-01T00:00:00Z&knownAt=1');
    return { usage: usage.items, invoices: items, statements: statements.items };
  };

  it('28,185 events are accepted; a second replay is 28,185 duplicates and changes no figure', async () => {
    expect(await replayAll()).toEqual({
      accepted: 28_185,
      duplicates: 0,
      conflicts: 0,
      rejected: 0,
    });
    const before = await figures();
    expect(await replayAll()).toEqual({
      accepted: 0,
      duplicates: 28_185,
      conflicts: 0,
      rejected: 0,
    });
    expect(await figures()).toEqual(before);
  });

  it('the finalized invoice is, to the cent, what the files and the prices come to', async () => {
    await test.ok('POST', '/v1/billing-runs', { period: '2026-10' });
    const { items } = await test.ok('GET', '/v1/invoices');
    expect(items).toHaveLength(1);
    const invoice = await test.ok('POST', `/v1/invoices/${items[0].id}/finalize`);
    const cents = expectedCents();
    expect(invoice.total).toEqual({
      amount: `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`,
      currency: 'USD',
    });
    expect(invoice.number).toBe('INV-000001');
    const statement = await test.ok('GET', `/v1/statements/${invoice.organizationId}`);
    expect(statement.outstandingBalance).toEqual([invoice.total]);
  });

  it('the checks pass, and count every event', async () => {
    const { checks } = await test.ok('GET', '/v1/checks');
    expect(checks.filter((check: Json) => !check.ok)).toEqual([]);
    expect(checks[0].figures).toMatchObject({
      accepted: '28185',
      duplicates: '28185',
      attributed: '28185',
      unclassified: '0',
    });
  });

  it('any event is traced to the line, the invoice and the statement', async () => {
    const { items } = await test.ok('GET', '/v1/events?limit=3');
    for (const { id } of items) {
      const trace = await test.ok('GET', `/v1/events/${id}/trace`);
      expect(trace.hops.map((hop: Json) => hop.kind).slice(-3)).toEqual([
        'invoiceLine',
        'invoice',
        'statement',
      ]);
      expect(trace.lines).toHaveLength(2);
    }
  });
});
