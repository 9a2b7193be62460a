import { afterAll, beforeAll, expect, it } from 'vitest';
import { redraftJob } from '../../src/repair/redraft-jobs.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { createRandom, type Random } from '../support/random.ts';

/** Merges over random customers: usage moves exactly as the alias says, and undoing returns every figure (design §4.9). */

let api: TestApp;
let plans: string[];
beforeAll(async () => {
  api = await testApp();
  api.setClock('2026-10-20T00:00:00Z');
  const { id: productId } = await post('products', { name: 'API' });
  plans = [];
  for (const measure of ['tokens', 'images']) {
    await post('meters', { key: measure, aggregation: 'sum', measure });
    const charges = [{ meter: measure, model: 'perUnit', unitPrice: '0.01' }];
    const fees = [{ name: 'Platform', amount: '5.00', timing: 'arrears' }];
    plans.push((await post('plans', { productId, name: measure, charges, fees })).id);
  }
});
afterAll(() => api.close());

const post = (path: string, body?: object) => api.ok('POST', `/v1/${path}`, body);
const get = (path: string) => api.ok('GET', `/v1/${path}`);
const day = (n: number) => `2026-10-${String(n).padStart(2, '0')}T06:30:00.000000Z`;

async function makeWorld(random: Random, seed: number) {
  const organizations: string[] = [];
  for (let i = 0; i < 6; i += 1) {
    const parentId = i > 1 && random.chance(0.6) ? random.pick(organizations) : null;
    const input = { name: `w${seed}-${i}`, externalId: `w${seed}-${i}`, parentId };
    organizations.push((await post('organizations', input)).id);
  }
  const payer = organizations[0] ?? '';
  for (const id of organizations.slice(3))
    if (random.chance(0.4))
      await post(`organizations/${id}/bill-to`, { billTo: payer, from: null });
  const subscriptions: { id: string; organizationId: string }[] = [];
  for (let i = 0; i < 5; i += 1) {
    const organizationId = random.pick(organizations);
    const input = { organizationId, planId: random.pick(plans), startAt: '2026-09-01T00:00:00Z' };
    subscriptions.push({ id: (await post('subscriptions', input)).id, organizationId });
  }
  const emails: string[] = [];
  for (let i = 0; i < 4; i += 1) {
    const organizationIds = random.shuffle(organizations).slice(0, random.integer(1, 2));
    emails.push(`p${i}@w${seed}.example`);
    await post('subscribers', { email: emails.at(-1), organizationIds });
  }
  const keys: string[] = [];
  for (let i = 0; i < 5; i += 1) {
    const bound = random.chance(0.5) ? random.pick(subscriptions) : null;
    const organizationId = bound?.organizationId ?? random.pick(organizations);
    const credentialId = `sk-w${seed}-${i}-secret`;
    const owner = { subscriberEmail: random.pick(emails), organizationId };
    const subscriptionId = bound && { subscriptionId: bound.id };
    await post('credentials', { name: `Key ${i}`, credentialId, ...owner, ...subscriptionId });
    keys.push(credentialId);
  }
  let sent = 0;
  const event = () => ({
    id: `w${seed}-${(sent += 1)}`,
    source: `w${seed}`,
    time: day(random.integer(1, 19)),
    measures: { [random.pick(['tokens', 'images'])]: random.integer(1, 500) },
    ...random.pick<object>([
      { credential: random.pick(keys) },
      { subscriber: random.pick(emails), organization: random.pick(organizations) },
      { subscriber: random.pick(emails) },
      {
        organization: random.pick([random.pick(organizations), `w${seed}-${random.integer(0, 5)}`]),
      },
      { subscription: random.pick(subscriptions).id },
    ]),
  });
  const send = (count: number) => post('events', Array.from({ length: count }, event));
  return { organizations, send, source: `w${seed}` };
}

type Owned = { id: string; at: string; organization: string; rule: string; sentence: string };

/** To whom each event is attributed, and how. */
async function owners(source: string): Promise<Owned[]> {
  const { rows } = await api.database.pool.query(
    `select distinct on (a.event_id) a.event_id as id, to_char(a.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, a.organization_id as organization,
            a.subscription_id, a.subscriber_id, a.credential_id, a.unbilled_reason, a.rule, a.reasons, a.sentence
       from attributions a join events e on e.id = a.event_id where a.sign = 1 and e.source = $1 order by a.event_id, a.journal_id desc`,
    [source],
  );
  return rows;
}

async function figures(world: { source: string; organizations: readonly string[] }): Promise<Json> {
  const range = 'from=2026-09-01T00:00:00Z&to=2026-11-01T00:00:00Z&groupBy=organization';
  const usage = async (more: string) => (await get(`usage?${range}${more}`)).items;
  const invoices = await get('invoices?limit=200');
  const statements = await get('statements?limit=200&asOf=2026-10-20T00:00:00Z');
  return {
    owners: await owners(world.source),
    usage: [
      await usage(''),
      await usage('&rollUp=true'),
      await usage('&rollUp=true&tree=current'),
      await usage(`&rollUp=true&organizationId=${world.organizations[1]}`),
    ],
    invoices: invoices.items
      .map((each: Json) =>
        [each.organizationId, each.periodStart, each.status, each.total.amount].join(' '),
      )
      .toSorted(),
    statements: statements.items.map((each: Json) => [
      each.organization,
      each.outstandingBalance,
      each.openInvoices,
    ]),
  };
}

const redraft = (id: string) => redraftJob.work(api.deployment, { id }, { isLast: false });

async function previewed(random: Random, body: object): Promise<Json> {
  // Null: it cannot be merged.
  const first = await api.call('POST', '/v1/merges', body);
  if (first.status === 422) return null;
  expect(first.status, first.text).toBe(201);
  const { ambiguous } = first.body.preview;
  if (ambiguous.length === 0) return first.body;
  const choices = ambiguous.map((each: Json) => ({
    measure: each.measure,
    subscriptionId: random.pick([
      'own',
      ...each.subscriptions.map((one: Json) => one.subscriptionId),
    ]),
  }));
  return post('merges', { ...body, choices });
}

it.each([1, 2, 3])('merged and undone, every figure is what it was (seed %i)', async (seed) => {
  const random = createRandom(seed);
  const world = await makeWorld(random, seed);
  await world.send(60);
  await post('billing-runs', { period: '2026-10' });
  const before = await figures(world);
  let merges = 0;
  for (let i = 0; i < 8 && merges < 4; i += 1) {
    const [organizationId = '', intoId = ''] = random.shuffle(world.organizations);
    const from = random.chance(0.2) ? null : day(random.integer(2, 19));
    const merge = await previewed(random, { organizationId, intoId, from });
    if (merge === null) continue;
    merges += 1;
    await post(`merges/${merge.id}/apply`);
    await redraft(merge.id);
    const after = new Map((await owners(world.source)).map((each) => [each.id, each]));
    for (const was of before.owners as Owned[]) {
      const isMerged = was.organization === organizationId && (from === null || was.at >= from);
      const expected = isMerged ? intoId : was.organization;
      // A membership in what was merged counts for a claim of the survivor, where before the primary one did.
      const may = was.rule === 'subscriber_primary' ? [expected, intoId] : [expected];
      expect(may, `${was.id} of step ${i}`).toContain(after.get(was.id)?.organization);
    }
    await post(`merges/${merge.id}/undo`);
    await redraft(merge.id);
    expect(await figures(world), `step ${i}`).toEqual(before);
  }
  expect(merges).toBeGreaterThan(1);
  const { checks } = await get('checks');
  expect(checks.flatMap((check: Json) => check.problems)).toEqual([]);
});

it('merged, used and undone later: what occurred in between stays, all else returns (seed 7)', async () => {
  const random = createRandom(7);
  const world = await makeWorld(random, 7);
  await world.send(60);
  const before = new Map((await owners(world.source)).map((each) => [each.id, each.organization]));
  const [organizationId = '', intoId = ''] = world.organizations.slice(1);
  api.setClock(day(15));
  const merge = await previewed(random, { organizationId, intoId, from: day(5) });
  if (merge === null) throw new Error('It cannot be merged');
  await post(`merges/${merge.id}/apply`);
  await world.send(60);
  api.setClock(day(19));
  await post(`merges/${merge.id}/undo`);
  await world.send(60);
  const seen = new Set<string>();
  for (const { id, at, organization, sentence } of await owners(world.source)) {
    const stays = at >= day(15) && at < day(19);
    seen.add(`${organization === intoId} ${stays}`);
    if (stays) expect(organization, `${id} ${at}: ${sentence}`).not.toBe(organizationId);
    else if (before.has(id)) expect(organization, `${id} ${at}: ${sentence}`).toBe(before.get(id));
  }
  expect(seen.size).toBe(4);
  const { checks } = await get('checks');
  expect(checks.flatMap((check: Json) => check.problems)).toEqual([]);
});
