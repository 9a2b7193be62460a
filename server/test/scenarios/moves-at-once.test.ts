import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { moveCredential } from '../../src/credentials/actions.ts';
import { requireCredential } from '../../src/credentials/change-actions.ts';
import { changeOwnership } from '../../src/repair/actions.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { adminClient } from '../support/database.ts';
import { misplaced, planOf, type Usage, usageOf } from '../support/usage.ts';

/**
 * Moves of the same usage at once, beside recording and billing: nothing waits in a circle, and nothing counts twice.
 * A third session holds what both want until both wait, so that they meet for certain.
 */

let api: TestApp;
let usage: Usage;
let holder: pg.Client;
let planId: string;
let made = 0;

beforeAll(async () => {
  api = await testApp();
  usage = usageOf(api);
  holder = await adminClient(api.database.url);
  await holder.query('set search_path = customary, public');
  ({ planId } = await planOf(api));
});
afterAll(async () => {
  const problems = [...(await misplaced(api)), ...(await heldTwice()), ...(await failedChecks())];
  const deadlocks = await holder.query(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  );
  await holder.end();
  await api.close();
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  if (deadlocks.rows[0].deadlocks > 0) throw new Error(JSON.stringify(deadlocks.rows));
});

/** Events that somebody holds other than once or not at all: what the sum over everybody does not show. */
async function heldTwice(): Promise<string[]> {
  const { rows } = await api.database.pool.query<{ event_id: string }>(
    `select event_id from attributions group by event_id, organization_id, subscription_id having sum(sign) not in (0, 1)`,
  );
  return rows.map((row) => row.event_id);
}

async function failedChecks(): Promise<Json[]> {
  const { checks } = await api.ok('GET', '/v1/checks');
  return checks.flatMap((check: Json) => check.problems);
}

/** Until so many sessions of this database wait for another. */
async function untilWaiting(sessions: number): Promise<void> {
  for (let tries = 0; tries < 5000; tries += 1) {
    const { rows } = await api.database.pool.query<{ waiting: number }>(
      `select count(distinct l.pid)::int as waiting from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where not l.granted and a.datname = current_database()`,
    );
    if ((rows[0]?.waiting ?? 0) >= sessions) return;
  }
  throw new Error(`never did ${sessions} sessions wait`);
}

const post = (path: string, body?: object) => api.ok('POST', `/v1/${path}`, body);
const on = (day: number) => `2026-09-${String(day).padStart(2, '0')}T00:00:00Z`;
const customer = async () => {
  const { id: organizationId } = await post('organizations', { name: `Owner ${(made += 1)}` });
  const { id: subscriptionId } = await post('subscriptions', {
    organizationId,
    planId,
    startAt: on(1),
  });
  return { organizationId, subscriptionId };
};
const key = async (organizationId: string): Promise<Json> => {
  const body = { email: `s${(made += 1)}@mail.example`, organizationIds: [organizationId] };
  const { id: subscriberId } = await post('subscribers', body);
  const credentialId = `sk-at-once-${(made += 1)}-000000`;
  const credential = await post('credentials', {
    name: 'k',
    credentialId,
    subscriberId,
    organizationId,
  });
  return { ...credential, secret: credentialId };
};

it('whoever corrects last has the last word, in whatever order they began', async () => {
  const [a, b, c] = [await customer(), await customer(), await customer()];
  const { secret, id } = await key(a.organizationId);
  const event = await usage.send({ credential: secret, time: on(20) });
  const moveTo = (organizationId: string) => ({ organizationId, from: on(1) });
  let goOn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  let begun: () => void = () => undefined;
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  // Its journal row is drawn already; another move overtakes it.
  const slow = api.act(async (action) => {
    begun();
    await held;
    const move = async () =>
      moveCredential(action, await requireCredential(action, id), {
        ...moveTo(c.organizationId),
        from: null,
      });
    return changeOwnership(action, move);
  });
  await hasBegun;
  await post(`credentials/${id}/move`, moveTo(b.organizationId));
  goOn();
  await slow;
  expect(await usage.owner(event)).toMatchObject({ organizationId: c.organizationId });
  await post(`credentials/${id}/move`, moveTo(a.organizationId));
  expect(await usage.owner(event)).toMatchObject({ organizationId: a.organizationId });
  const { history } = await usage.trace(event);
  const sums = new Map<string, number>();
  for (const { organizationId, sign } of history)
    sums.set(organizationId, (sums.get(organizationId) ?? 0) + sign);
  expect(Object.fromEntries(sums)).toEqual({
    [a.organizationId]: 1,
    [b.organizationId]: 0,
    [c.organizationId]: 0,
  });
});

it('of two re-attributions of the same usage one applies and the other is stale, while it is recorded and billed', async () => {
  const [a, b, c] = [await customer(), await customer(), await customer()];
  const { secret } = await key(a.organizationId);
  const events = Array.from({ length: 200 }, (_, i) => ({
    id: `at-once-${i}`,
    credential: secret,
    time: on(1 + (i % 28)),
    measures: { tokens: 1 },
  }));
  await post('events', events);
  const selection = { organizationId: a.organizationId };
  const first = await post('reattributions', {
    selection,
    owner: { organizationId: b.organizationId },
  });
  const second = await post('reattributions', {
    selection,
    owner: { organizationId: c.organizationId },
  });

  await holder.query('begin');
  await holder.query('select from reattributions where id = any($1) for update', [
    [first.id, second.id],
  ]);
  const applying = [first, second].map(({ id }) =>
    api.call('POST', `/v1/reattributions/${id}/apply`),
  );
  await untilWaiting(2);
  const [run, recorded] = await Promise.all([
    post('billing-runs', { period: '2026-09' }),
    post('events', [...events.slice(0, 50), { ...events[0], id: 'at-once-new' }]),
  ]);
  expect(run).toMatchObject({ status: 'succeeded' });
  expect(recorded).toMatchObject({ accepted: 1, duplicates: 50 });
  await holder.query('rollback');

  const answers = await Promise.all(applying);
  expect(answers.map(({ status, body }) => String(body.code ?? status)).toSorted()).toEqual([
    '200',
    'preview_stale',
  ]);
  const winner = answers[0]?.status === 200 ? b : c;
  const held = async (organizationId: string) => {
    const query = `from=2026-09-01T00:00:00Z&to=2026-10-01T00:00:00Z&organizationId=${organizationId}`;
    const { items } = await api.ok('GET', `/v1/usage?${query}`);
    return items.find((item: Json) => item.measure === 'tokens')?.quantity ?? '0';
  };
  expect(await held(winner.organizationId)).toBe('200');
  expect(await held(a.organizationId)).toBe('1');
});

it('moves, verbs, new keys, usage and billing at once come to an end, and to one place for each event', async () => {
  const [a, b] = [await customer(), await customer()];
  const keys = [await key(a.organizationId), await key(a.organizationId)];
  const send = (round: number) =>
    post('events', [
      ...keys.map(({ secret }, i) => ({
        id: `all-${round}-${i}`,
        credential: secret,
        time: on(10),
        measures: { tokens: 1 },
      })),
      // A key that nobody knows makes this batch run alone.
      {
        id: `all-${round}-new`,
        credential: `sk-all-new-${round}-0000`,
        subscription: a.subscriptionId,
        time: on(10),
        measures: { tokens: 1 },
      },
    ]);
  await send(0);
  for (let round = 1; round <= 4; round += 1) {
    const [from, to] = round % 2 === 1 ? [a, b] : [b, a];
    const owner = { organizationId: to.organizationId };
    const previews = await Promise.all(
      keys.map(({ id }) =>
        post('reattributions', { selection: { credentialId: id, ...from }, owner }),
      ),
    );
    const undone = await Promise.all([
      ...previews.map(async ({ id }) => {
        const applied = await api.call('POST', `/v1/reattributions/${id}/apply`);
        return applied.status === 200 && round === 4
          ? api.call('POST', `/v1/reattributions/${id}/undo`)
          : applied;
      }),
      ...keys.map(({ id }) =>
        api.call('POST', `/v1/credentials/${id}/move`, { ...owner, from: on(5) }),
      ),
      api.call('POST', '/v1/billing-runs', { period: '2026-09' }),
      send(round).then((body) => ({ status: 200, body })),
    ]);
    for (const { status, body } of undone)
      expect(status < 300 || body.code === 'preview_stale', JSON.stringify(body)).toBe(true);
    expect(await misplaced(api)).toEqual([]);
    expect(await heldTwice()).toEqual([]);
  }
});
