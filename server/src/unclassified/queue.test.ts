import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../../test/support/app.ts';
import { planOf, type Usage, usageOf } from '../../test/support/usage.ts';
import { currentPosition } from '../db/act.ts';
import { foldUnclassified, rebuildUnclassified } from './fold-actions.ts';

/** The work queue says the same whether its read model is folded or not, and what it says is what is recorded. */

let api: TestApp;
let usage: Usage;
let planId: string;

beforeAll(async () => {
  api = await testApp();
  usage = usageOf(api);
  ({ planId } = await planOf(api));
});
afterAll(() => api.close());

const list = async (query = ''): Promise<Json[]> =>
  (await api.ok('GET', `/v1/unclassified?limit=200&${query}`)).items;
const fold = async () => {
  await currentPosition(api.database);
  while (await foldUnclassified(api.database));
};
const organization = async (name: string, more: object = {}): Promise<string> =>
  (await api.ok('POST', '/v1/organizations', { name, ...more })).id;

describe('the queue', () => {
  it('groups by what would decide first, and says why, how much and since when', async () => {
    const acme = await organization('Acme', { associatedDomains: ['acme.example'] });
    const at = (day: number) => `2026-09-${day}T10:00:00Z`;
    for (const [day, fields] of [
      [11, { credential: 'sk-unknown-000001', organization: 'Acmee' }],
      [12, { credential: 'sk-unknown-000001', subscriber: 'x@y.example', measures: { tokens: 5 } }],
      [13, { subscriber: 'ada@mail.acme.example' }],
      [14, { organization: 'acme ' }],
      [15, { subscription: 'sold', subscriber: 'x@y.example' }],
      [16, { source: 'gateway' }],
      [17, { organization: acme, cost: { amount: '0.25', currency: 'USD' } }],
    ] as const)
      await usage.send({ time: at(day), ...fields });
    const items = await list();
    expect(
      items.map((item) => [
        item.kind,
        item.identifier,
        item.reason,
        item.events,
        item.organizationName,
      ]),
    ).toEqual([
      ['organization', acme, 'no_subscription', 1, 'Acme'],
      ['none', null, 'no_identifier', 1, null],
      ['subscription', 'sold', 'unknown_subscription', 1, null],
      ['organization', 'acme ', 'unknown_organization', 1, null],
      ['subscriber', 'ada@mail.acme.example', 'unknown_subscriber', 1, null],
      ['credential', 'sk-…01', 'unknown_credential', 2, null],
    ]);
    expect(items[1]).toMatchObject({ source: 'gateway' });
    expect(items[0]).toMatchObject({
      costs: [{ amount: '0.25', currency: 'USD' }],
      atStake: { basis: 'cost', amount: { amount: '0.25', currency: 'USD' } },
    });
    expect(items[5]).toMatchObject({
      firstSeenAt: '2026-09-11T10:00:00.000000Z',
      lastSeenAt: '2026-09-12T10:00:00.000000Z',
      measures: [{ measure: 'tokens', quantity: '6' }],
    });
    const best = (item: Json) => item.suggestions.map((each: Json) => each.evidence[0].kind);
    expect(items.map(best)).toEqual([
      [],
      [],
      [],
      ['case_or_space'],
      ['parent_domain'],
      ['one_edit'],
    ]);
    for (const item of items)
      expect(await api.ok('GET', `/v1/unclassified/${item.id}`)).toEqual(item);

    await fold();
    expect(await list()).toEqual(items);
    await usage.send({ time: at(18), credential: 'sk-unknown-000001' });
    const [first, ...others] = await list();
    expect(first).toMatchObject({
      kind: 'credential',
      events: 3,
      lastSeenAt: '2026-09-18T10:00:00.000000Z',
    });
    expect(others.map((item) => item.id)).toEqual(items.slice(0, 5).map((item) => item.id));
    await fold();
    const folded = await list();
    expect(folded).toEqual([first, ...others]);
    await rebuildUnclassified(api.database);
    expect(await list()).toEqual(folded);
  });

  it('pages by either sort, folded or not, and filters', async () => {
    for (let i = 0; i < 7; i += 1) {
      const events = Array.from({ length: 1 + (i % 3) }, (_, j) => ({
        id: `p-${i}-${j}`,
        time: `2026-09-20T0${i}:00:00Z`,
        credential: `sk-paged-${i}-000000`,
        measures: { tokens: 1 },
      }));
      await api.ok('POST', '/v1/events', events);
      if (i === 3) await fold();
    }
    for (const sort of ['lastSeen', 'events']) {
      const all = await list(`sort=${sort}&kind=credential`);
      expect(all).toHaveLength(8);
      const walked: Json[] = [];
      for (let cursor = ''; ;) {
        const page = await api.ok(
          'GET',
          `/v1/unclassified?limit=3&kind=credential&sort=${sort}${cursor}`,
        );
        walked.push(...page.items);
        if (page.nextCursor === null) break;
        cursor = `&cursor=${page.nextCursor}`;
      }
      expect(walked).toEqual(all);
    }
    expect(await list('reached=organization')).toHaveLength(1);
    expect(await list('reason=no_identifier')).toHaveLength(1);
    const { nextCursor } = await api.ok('GET', '/v1/unclassified?limit=1&sort=events');
    const mixed = await api.call('GET', `/v1/unclassified?sort=lastSeen&cursor=${nextCursor}`);
    expect(mixed.status).toBe(400);
    expect((await api.call('GET', '/v1/unclassified?cursor=eA')).status).toBe(400);
  });

  it('prices what is at stake by the plan it would fall under, and points to near misses without showing them', async () => {
    const globex = await organization('Globex');
    const { id: subscriberId } = await api.ok('POST', '/v1/subscribers', {
      email: 'bo@globex.example',
      organizationIds: [globex],
    });
    const subscription = { organizationId: globex, planId, startAt: '2026-09-01T00:00:00Z' };
    const { id: subscriptionId } = await api.ok('POST', '/v1/subscriptions', subscription);
    const known = { name: 'k', credentialId: 'glx-live-4e2f9a7c1b', subscriberId };
    const { id } = await api.ok('POST', '/v1/credentials', { ...known, organizationId: globex });
    const ids = [
      'GLX-live-4e2f9a7c1b',
      'glx-live-4e2f9a7c1',
      'glx-live-0000000001',
      'glx-live-4e2f9a7c1b ',
    ];
    for (const credential of ids)
      await usage.send({ credential, time: '2026-09-25T00:00:00Z', measures: { tokens: 250 } });
    const items = (await list('kind=credential')).filter((item) => item.lastSeenAt > '2026-09-25');
    const evidence: string[] = items.map((item) => item.suggestions[0].evidence[0].kind);
    expect(evidence.toSorted()).toEqual([
      'case_or_space',
      'case_or_space',
      'one_edit',
      'sibling_credential',
    ]);
    for (const item of items) {
      expect(item).toMatchObject({
        atStake: {
          basis: 'plan',
          amount: { amount: '2.50', currency: 'USD' },
          planId,
          subscriptionId,
        },
        suggestions: [{ organizationId: globex, credentialId: id }],
      });
      for (const secret of [...ids, known.credentialId])
        expect(JSON.stringify(item)).not.toContain(secret);
    }
  });

  it('shrinks as usage finds its owner, and forgets a group that is empty', async () => {
    const initech = await organization('Initech');
    const { id: subscriberId } = await api.ok('POST', '/v1/subscribers', {
      email: 'sam@initech.example',
      organizationIds: [initech],
    });
    await usage.send({ credential: 'itk-000000001', time: '2026-09-02T00:00:00Z' });
    await usage.send({ credential: 'itk-000000001', time: '2026-09-04T00:00:00Z' });
    await fold();
    const own = { name: 'k', credentialId: 'itk-000000001', subscriberId, organizationId: initech };
    const { id } = await api.ok('POST', '/v1/credentials', {
      ...own,
      from: '2026-09-03T00:00:00Z',
    });
    const groups = async () =>
      (await list())
        .filter((item) => item.identifier === 'it…01')
        .map((item): [string, number, string] => [
          item.reason,
          item.events,
          item.firstSeenAt.slice(0, 10),
        ]);
    const shrunk: [string, number, string][] = [
      ['no_subscription', 1, '2026-09-04'],
      ['unknown_credential', 1, '2026-09-02'],
    ];
    const counts = (rows: [string, number, string][]) =>
      rows.map(([reason, events]) => `${reason} ${events}`).toSorted();
    expect(counts(await groups())).toEqual(counts(shrunk));
    // Until it is folded, what is left of a group may show the day that has left it.
    await fold();
    expect(await groups()).toEqual(shrunk);
    await api.ok('POST', '/v1/subscriptions', {
      organizationId: initech,
      planId,
      startAt: '2026-09-01T00:00:00Z',
    });
    await api.ok('POST', `/v1/credentials/${id}/revoke`, { from: '2026-09-04T00:00:00Z' });
    await fold();
    expect(await groups()).toEqual([
      ['credential_ended', 1, '2026-09-04'],
      ['unknown_credential', 1, '2026-09-02'],
    ]);
    const before = await list();
    await rebuildUnclassified(api.database);
    expect(await list()).toEqual(before);
  });
});
