import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { createRandom } from '../support/random.ts';
import { planOf } from '../support/usage.ts';

/**
 * What is moved in the middle of a month: earlier usage stays, later usage goes. Invoices, statements and roll-ups are
 * compared with sums that the test takes from the events it has sent (design §3.2, §4.1).
 */

const PRICE_CENTS = 1; // per token, as `planOf` has it
const MIDDLE = '2026-09-15T00:00:00.000000Z';

type Sent = { time: string; tokens: number };

let api: TestApp;
let planId: string;
let made = 0;

beforeAll(async () => {
  api = await testApp();
  ({ planId } = await planOf(api));
});
beforeEach(() => void api.setClock('2026-09-30T23:00:00Z'));
afterAll(() => api.close());

const post = (path: string, body: object = {}) => api.ok('POST', `/v1/${path}`, body);
const organization = async (more: object = {}): Promise<string> =>
  (await post('organizations', { name: `Owner ${(made += 1)}`, ...more })).id;
const subscription = async (organizationId: string): Promise<string> => {
  const body = { organizationId, planId, startAt: '2026-09-01T00:00:00Z', name: 'S' };
  return (await post('subscriptions', body)).id;
};

/** Two hundred events all over September, some of them at the very instants that a move begins and ends at. */
async function use(claim: object, seed: number): Promise<Sent[]> {
  const random = createRandom(seed);
  const at = () =>
    `2026-09-${String(random.integer(1, 30)).padStart(2, '0')}T${String(random.integer(0, 22)).padStart(2, '0')}:00:00.000000Z`;
  const times = [MIDDLE, '2026-09-14T23:59:59.999999Z', ...Array.from({ length: 198 }, at)];
  const sent = times.map((time) => ({ time, tokens: random.integer(1, 500) }));
  const events = sent.map(({ time, tokens }) => ({
    id: `m${(made += 1)}`,
    time,
    measures: { tokens },
    ...claim,
  }));
  expect(await post('events', events)).toMatchObject({ accepted: 200 });
  return sent;
}

const before = ({ time }: Sent) => time < MIDDLE;
const after = ({ time }: Sent) => time >= MIDDLE;
const tokensOf = (sent: Sent[]) => sent.reduce((total, { tokens }) => total + tokens, 0);
const amountOf = (sent: Sent[]) => ((tokensOf(sent) * PRICE_CENTS) / 100).toFixed(2);

const bill = async () => {
  api.setClock('2026-10-02T00:00:00Z');
  expect(await post('billing-runs', { period: '2026-09' })).toMatchObject({ status: 'succeeded' });
};
const invoiced = async (organizationId: string) => {
  const { items } = await api.ok('GET', `/v1/invoices?organizationId=${organizationId}`);
  return items.map((invoice: Json) => invoice.total.amount);
};
const used = async (organizationId: string, rollUp = true): Promise<string> => {
  const range = 'from=2026-09-01T00:00:00Z&to=2026-10-01T00:00:00Z';
  const path = `/v1/usage?${range}&organizationId=${organizationId}&rollUp=${rollUp}`;
  const { items } = await api.ok('GET', path);
  return items.find((item: Json) => item.measure === 'tokens')?.quantity ?? '0';
};

describe('a key moved in the middle of the month', () => {
  /** Two customers under one group, a key of the first, its usage. */
  const world = async (seed: number) => {
    const group = await organization();
    const [a, b] = [
      await organization({ parentId: group }),
      await organization({ parentId: group }),
    ];
    const [, ofB] = [await subscription(a), await subscription(b)];
    const email = `s${(made += 1)}@mail.example`;
    const { id: subscriberId } = await post('subscribers', { email, organizationIds: [a, b] });
    const credentialId = `sk-moved-${(made += 1)}-000000`;
    const owner = { subscriberId, organizationId: a };
    const { id } = await post('credentials', { name: 'k', credentialId, ...owner });
    const move = () =>
      post(`credentials/${id}/move`, { organizationId: b, subscriptionId: ofB, from: MIDDLE });
    return { group, a, b, move, send: () => use({ credential: credentialId }, seed) };
  };

  it.each([
    ['before the usage is recorded', 1, ['move', 'send', 'bill']],
    ['after it was recorded', 2, ['send', 'move', 'bill']],
    ['after it was billed in drafts, which are made again', 3, ['send', 'bill', 'move', 'bill']],
  ] as const)('%s', async (_when, seed, steps) => {
    const { group, a, b, move, send } = await world(seed);
    let sent: Sent[] = [];
    for (const step of steps) {
      if (step === 'move') await move();
      if (step === 'send') sent = await send();
      if (step === 'bill') await bill();
    }
    expect(await invoiced(a)).toEqual([amountOf(sent.filter(before))]);
    expect(await invoiced(b)).toEqual([amountOf(sent.filter(after))]);
    expect(await used(a)).toBe(String(tokensOf(sent.filter(before))));
    expect(await used(b)).toBe(String(tokensOf(sent.filter(after))));
    expect(await used(group)).toBe(String(tokensOf(sent)));
  });
});

describe('a team put under another parent in the middle of the month', () => {
  it('rolls up to each parent for its days, and each pays for them', async () => {
    const [a, b] = [await organization(), await organization()];
    await subscription(a);
    await subscription(b);
    const team = await organization({ parentId: a });
    const sent = await use({ organization: team }, 4);
    await post(`organizations/${team}/move`, { parentId: b, from: MIDDLE, reason: 'reorganized' });
    await bill();
    expect(await invoiced(a)).toEqual([amountOf(sent.filter(before))]);
    expect(await invoiced(b)).toEqual([amountOf(sent.filter(after))]);
    expect([await used(a), await used(b), await used(team)]).toEqual(
      [sent.filter(before), sent.filter(after), sent].map((part) => String(tokensOf(part))),
    );
    expect(await used(a, false)).toBe('0');
  });
});

describe('a payer changed in the middle of the month', () => {
  it('owes for the days since; usage rolls up as before', async () => {
    const [company, other] = [await organization(), await organization()];
    const team = await organization({ parentId: company, billTo: company });
    await subscription(team);
    const sent = await use({ organization: team }, 5);
    await post(`organizations/${team}/bill-to`, { billTo: other, from: MIDDLE, reason: 'sold' });
    await bill();
    expect(await invoiced(company)).toEqual([amountOf(sent.filter(before))]);
    expect(await invoiced(other)).toEqual([amountOf(sent.filter(after))]);
    expect(await invoiced(team)).toEqual([]);
    expect([await used(company), await used(other), await used(team)]).toEqual(
      [sent, [], sent].map((part) => String(tokensOf(part))),
    );
  });
});

it('the books prove it', async () => {
  const { checks } = await api.ok('GET', '/v1/checks');
  expect(checks.filter((check: Json) => !check.ok)).toEqual([]);
});
