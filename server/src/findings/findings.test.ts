import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Json } from '../../test/support/app.ts';
import { moneyApp, type MoneyApp } from '../../test/support/money-app.ts';
import { planOf, type Usage, usageOf } from '../../test/support/usage.ts';
import { currentPosition } from '../db/act.ts';
import { foldUnclassified } from '../unclassified/fold-actions.ts';
import { findingKinds, leftOut } from './rules.ts';

/** Each kind is found with its evidence, and goes when its fix is called as it is given. */
let m: MoneyApp;
let usage: Usage;
let planId: string;

beforeAll(async () => {
  m = await moneyApp();
  usage = usageOf(m.api);
  m.api.setClock('2026-05-01T00:00:00Z');
  ({ planId } = await planOf(m.api));
});
afterAll(() => m.api.close());

const post = (path: string, body: object): Promise<Json> => m.api.ok('POST', `/v1/${path}`, body);
const organization = (name: string, more: object = {}) => {
  m.api.setClock(1);
  return post('organizations', { name, ...more });
};
const fold = async () => {
  await currentPosition(m.api.database);
  while (await foldUnclassified(m.api.database));
};
const subscribe = (organizationId: string, more: object = {}) =>
  post('subscriptions', { organizationId, planId, startAt: '2026-05-01T00:00:00Z', ...more });
const member = (email: string, ...organizationIds: string[]) =>
  post('subscribers', { email, organizationIds });
const key = (name: string, subscriberId: string, organizationId: string) =>
  post('credentials', {
    name,
    subscriberId,
    organizationId,
    credentialId: `sk-${name}-0123456789`,
  });
const found = async (kind: string): Promise<Json[]> =>
  (await m.api.ok('GET', `/v1/findings?kind=${kind}`)).items;

/** The only finding of a kind; its fix is called with what only a person can give, and then it is gone. */
async function mended(kind: string, given: object = {}): Promise<Json> {
  const items = await found(kind);
  expect(items).toHaveLength(1);
  const [{ fix }] = items;
  expect(Object.keys(given)).toEqual(fix.needs);
  const answer = await m.api.ok(fix.method, fix.path, { ...fix.body, ...given });
  if (fix.path === '/v1/merges') await post(`merges/${answer.id}/apply`, {});
  expect(await found(kind)).toEqual([]);
  return items[0];
}

it('says nothing of a model that is as it should be', async () => {
  const { id } = await organization('Blameless', { billing: { email: 'bills@blameless.example' } });
  const team = await organization('Blameless Team', { parentId: id, billTo: id });
  await subscribe(id);
  await subscribe(team.id);
  const { id: ada } = await member('ada@blameless.example', id, team.id);
  await member('ada@gmail.com', id);
  await key('blameless', ada, team.id);
  expect((await m.api.ok('GET', '/v1/findings')).items).toEqual([]);
});

it('finds customers that share a mail domain, and merges the newer into the older', async () => {
  const older = await organization('Globex');
  const newer = await organization('Cyclops', { billing: { email: 'bills@globex.example' } });
  await member('hank@globex.example', older.id);
  await member('scorpio@gmail.com', newer.id);
  expect(await mended('sharedDomain')).toMatchObject({
    summary: '2 customers share the mail domain globex.example',
    evidence: [
      { label: 'Globex', value: older.id },
      { label: 'Cyclops', value: newer.id },
    ],
    fix: { body: { organizationId: newer.id, intoId: older.id } },
  });
});

it.each([
  ['Initech', 'INITECH, Inc.'],
  ['Hooli Systems', 'Hooly Systems'],
  ['Vandelay', 'Vandeley Ltd'],
])('finds that %s and %s are nearly one name', async (name, other) => {
  const older = await organization(name);
  const newer = await organization(other);
  expect(await mended('similarName')).toMatchObject({
    organization: { id: newer.id, name: other },
    evidence: [{ label: 'this' }, { label: 'other', value: `${name} (${older.id})` }],
  });
});

it('takes numbered names, short ones and those of teams for what they are', async () => {
  for (const name of ['Customer 17', 'Customer 18', 'Abc', 'Abd']) await organization(name);
  for (const company of ['Stark', 'Wayne']) {
    const { id } = await organization(company);
    await organization('Engineering', { parentId: id });
  }
  expect(await found('similarName')).toEqual([]);
});

it('finds a team that is about to get an invoice of its own, and bills it to its customer', async () => {
  const root = await organization('Umbrella');
  const team = await organization('Hive', { parentId: root.id });
  const deep = await organization('Red Queen', { parentId: team.id, billTo: root.id });
  for (const { id } of [root, team, deep]) await subscribe(id);
  expect(await mended('separateInvoice')).toMatchObject({
    summary: 'Hive of Umbrella is about to get an invoice of its own',
    fix: { path: `/v1/organizations/${team.id}`, body: { billTo: root.id } },
  });
});

it('finds two subscriptions that price one meter, until the newer has ended', async () => {
  const { id } = await organization('Tyrell');
  const first = await subscribe(id, { name: 'First' });
  m.api.setClock(1);
  const second = await subscribe(id, { name: 'Second' });
  const [item] = await found('sameMeterTwice');
  expect(item).toMatchObject({
    evidence: [
      { label: 'meter', value: 'tokens' },
      { label: 'First', value: first.id },
      { label: 'Second', value: second.id },
    ],
  });
  await m.api.ok(item.fix.method, item.fix.path, item.fix.body);
  expect(await found('sameMeterTwice')).toHaveLength(1);
  m.api.setClock('2026-06-01T00:00:00Z');
  expect(await found('sameMeterTwice')).toEqual([]);
});

it('finds a key that is in another organization than its subscriber', async () => {
  const [home, elsewhere] = [await organization('Home'), await organization('Elsewhere')];
  const { id } = await member('lost@home.example', home.id);
  const credential = await key('lost', id, elsewhere.id);
  const item = await mended('organizationMismatch');
  expect(item.fix).toMatchObject({ path: `/v1/credentials/${credential.id}/move` });
  expect(JSON.stringify(item)).not.toContain('0123456789');
});

it('makes a subscriber of nobody a member of where the key is', async () => {
  const { id } = await organization('Adopter');
  const { id: subscriberId } = await post('subscribers', { email: 'nobody@orphan.example' });
  await key('orphan', subscriberId, id);
  expect((await mended('organizationMismatch')).fix).toMatchObject({ method: 'PATCH' });
});

it('finds unclassified usage that grows, and what its sender leaves out', async () => {
  const send = async (time: string, count: number) => {
    for (let i = 0; i < count; i += 1) await usage.send({ subscriber: 'bot@grow.example', time });
  };
  m.api.setClock('2026-06-20T12:00:00Z');
  await send('2026-06-10T00:00:00Z', 9);
  await send('2026-06-18T00:00:00Z', 9);
  await fold();
  expect(await found('growingUnclassified'), 'as many as before').toEqual([]);
  await send('2026-06-19T00:00:00Z', 1);
  await fold();
  const [item] = await found('growingUnclassified');
  expect(item).toMatchObject({
    organization: null,
    evidence: [
      { label: 'reason', value: 'unknown_subscriber' },
      { label: 'left out by its sender', value: 'credential, subscription' },
    ],
    fix: { path: '/v1/unclassified/claim', needs: ['organizationId'] },
  });
  const { id } = await organization('Grower');
  await m.api.ok('POST', item.fix.path, { ...item.fix.body, organizationId: id });
  await fold();
  const [reached] = await found('growingUnclassified');
  expect(reached).toMatchObject({ organization: { id }, fix: { needs: ['planId'] } });
  await m.api.ok('POST', reached.fix.path, { ...reached.fix.body, planId });
  await fold();
  expect(await found('growingUnclassified')).toEqual([]);
  expect(leftOut('none')).toEqual(['credential', 'subscription', 'subscriber', 'organization']);
});

it('finds a key that nobody has used for ninety days, from its last use on', async () => {
  const { id } = await organization('Sleeper', { billing: { email: 'bills@sleeper.example' } });
  const { id: subscriberId } = await member('dev@sleeper.example', id);
  const credential = await key('sleeper', subscriberId, id);
  await usage.send({ credential: 'sk-sleeper-0123456789', time: '2026-06-20T12:00:00Z' });
  const mine = async () =>
    (await found('unusedCredential')).filter(({ organization: o }) => o.id === id);
  m.api.setClock('2026-09-18T12:00:00Z');
  expect(await mine()).toEqual([]);
  m.api.setClock('2026-09-18T12:00:01Z');
  const [item] = await mine();
  expect(item.evidence).toContainEqual({
    label: 'last seen',
    value: '2026-06-20T12:00:00.000000Z',
  });
  await m.api.ok('POST', `/v1/credentials/${credential.id}/revoke`, item.fix.body);
  expect(await mine()).toEqual([]);
});

it('finds who owes and cannot be written to, and keeps the rest of the address', async () => {
  const payer = await m.customer({ billing: { city: 'Springfield' } });
  await m.invoice(payer, '40');
  await member('cfo@springfield.example', payer);
  const item = await mended('noBillingEmail');
  expect(item).toMatchObject({
    organization: { id: payer },
    evidence: [{ label: 'USD', value: '40 outstanding, 0 unapplied credit' }],
    fix: { body: { billing: { city: 'Springfield', email: 'cfo@springfield.example' } } },
  });
});

it('pages through all kinds, each finding once', async () => {
  const { items } = await m.api.ok('GET', '/v1/findings?limit=200');
  const paged: Json[] = [];
  let cursor = '';
  do {
    const page = await m.api.ok('GET', `/v1/findings?limit=1${cursor}`);
    expect(page.items.length).toBeLessThanOrEqual(1);
    paged.push(...page.items);
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
  } while (cursor !== '');
  expect(paged).toEqual(items);
  expect(items.length).toBeGreaterThan(1);
  const order = items.map(({ kind }: Json) => findingKinds.indexOf(kind));
  expect(order).toEqual(order.toSorted((a: number, b: number) => a - b));
});
