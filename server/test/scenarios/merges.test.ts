import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redraftJob } from '../../src/repair/redraft-jobs.ts';
import { type Json, testApp, type TestApp } from '../support/app.ts';

/** Merges of organizations: a dated alias, previewed, applied, undone (design §4.9). */

let api: TestApp;
let planId: string;
let otherPlanId: string;

const post = (path: string, body?: object) => api.ok('POST', `/v1/${path}`, body);
const get = (path: string) => api.ok('GET', `/v1/${path}`);
const organization = async (name: string, more: object = {}): Promise<string> =>
  (await post('organizations', { name, ...more })).id;
const subscribe = async (organizationId: string, plan = planId): Promise<string> =>
  (await post('subscriptions', { organizationId, planId: plan, startAt: '2026-10-01T00:00:00Z' }))
    .id;
let sent = 0;
const send = async (claims: object, tokens: number, time: string, measure = 'tokens') => {
  const id = `e${(sent += 1)}`;
  await post('events', { id, ...claims, measures: { [measure]: tokens }, time });
  return id;
};
const ownerOf = async (clientId: string): Promise<Json> => {
  const { items } = await get(`events?source=&clientId=${clientId}`);
  const { position: _, ...attribution } = items[0].attribution;
  return attribution;
};
const rolledUp = async (more: string): Promise<Record<string, string>> => {
  const range = 'from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z';
  const { items } = await get(
    `usage?${range}&groupBy=organization&rollUp=true&measure=tokens${more}`,
  );
  return Object.fromEntries(items.map((each: Json) => [each.group.organizationId, each.quantity]));
};
const bill = async (period: string): Promise<void> => void (await post('billing-runs', { period }));
const totals = async (organizationId: string): Promise<string[]> => {
  const { items } = await get(`invoices?organizationId=${organizationId}`);
  return items
    .map(
      (each: Json) => `${each.organizationId} ${each.periodStart.slice(0, 7)} ${each.total.amount}`,
    )
    .toSorted();
};
const issueAll = async (): Promise<void> => {
  const { items } = await get('invoices?status=draft');
  for (const { id } of items) await post(`invoices/${id}/finalize`);
};
const redraft = (id: string) => redraftJob.work(api.deployment, { id }, { isLast: false });
const own = [{ measure: 'tokens', subscriptionId: 'own' }];
const merging = (organizationId: string, intoId: string, more: object = {}) =>
  post('merges', { organizationId, intoId, ...more });
const merge = async (organizationId: string, intoId: string, more: object = {}): Promise<Json> => {
  const { id } = await merging(organizationId, intoId, more);
  return post(`merges/${id}/apply`);
};

beforeEach(async () => {
  api = await testApp();
  api.setClock('2026-10-01T00:00:00Z');
  const { id: productId } = await post('products', { name: 'API' });
  const charges = [{ meter: 'tokens', model: 'perUnit', unitPrice: '0.10' }];
  await post('meters', { key: 'tokens', aggregation: 'sum', measure: 'tokens' });
  await post('meters', { key: 'images', aggregation: 'sum', measure: 'images' });
  planId = (await post('plans', { productId, name: 'Tokens', charges })).id;
  const images = [{ meter: 'images', model: 'perUnit', unitPrice: '1' }];
  otherPlanId = (await post('plans', { productId, name: 'Images', charges: images })).id;
  api.setClock('2026-10-20T00:00:00Z');
});
afterEach(async () => {
  const { checks } = await get('checks');
  await api.close();
  const problems = checks.flatMap((check: Json) => check.problems);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
});

describe('a merge', () => {
  it('moves usage from its date on, and lets old identifiers answer', async () => {
    const survivor = await organization('Acme', { externalId: 'acme' });
    const merged = await organization('Acme Labs', { externalId: 'labs' });
    await subscribe(survivor);
    const early = await send({ organization: merged }, 1, '2026-10-05T00:00:00Z');
    const late = await send({ organization: 'labs' }, 2, '2026-10-16T00:00:00Z');
    const { id, preview } = await merging(merged, survivor, { from: '2026-10-15T00:00:00Z' });
    expect(preview.flows).toMatchObject([
      { from: { organizationId: merged }, to: { organizationId: survivor }, events: 1 },
    ]);
    expect((await ownerOf(late)).organizationId).toBe(merged);
    await post(`merges/${id}/apply`);
    expect((await ownerOf(early)).organizationId).toBe(merged);
    expect((await ownerOf(late)).organizationId).toBe(survivor);
    for (const name of [merged, 'labs', 'Acme Labs']) {
      const now = await ownerOf(await send({ organization: name }, 4, '2026-10-18T00:00:00Z'));
      expect(now).toMatchObject({ organizationId: survivor, unbilledReason: null });
    }
    const before = await ownerOf(await send({ organization: 'labs' }, 8, '2026-10-14T00:00:00Z'));
    expect(before).toMatchObject({ organizationId: merged, unbilledReason: 'no_subscription' });
    expect((await get(`organizations/${merged}`)).id).toBe(survivor);
    for (const filter of ['externalId=labs', `name=${encodeURIComponent('Acme Labs')}`]) {
      const { items } = await get(`organizations?${filter}`);
      expect(items.map((each: Json) => each.id)).toEqual([survivor]);
    }
    const { items } = await get('organizations?merged=true');
    expect(items.map((each: Json) => [each.id, each.mergedInto])).toEqual([[merged, survivor]]);
  });

  it('undone, gives back what it moved and leaves what came after', async () => {
    const [survivor, merged] = [await organization('Acme'), await organization('Bolt')];
    await subscribe(survivor);
    await subscribe(merged, otherPlanId);
    const moved = await send({ organization: merged }, 1, '2026-10-16T00:00:00Z');
    const images = await send({ organization: merged }, 1, '2026-10-16T00:00:00Z', 'images');
    const before = [await ownerOf(moved), await ownerOf(images)];
    const { id } = await merge(merged, survivor, { from: '2026-10-15T00:00:00Z' });
    expect(await ownerOf(moved)).toMatchObject({ organizationId: survivor, unbilledReason: null });
    expect((await ownerOf(images)).organizationId).toBe(survivor);
    const lateBefore = await send({ organization: merged }, 1, '2026-10-17T00:00:00Z');
    api.setClock('2026-10-22T00:00:00Z');
    const after = await send({ organization: 'Bolt' }, 1, '2026-10-21T00:00:00Z');
    expect((await ownerOf(after)).organizationId).toBe(survivor);
    const undone = await post(`merges/${id}/undo`);
    expect(undone).toMatchObject({ status: 'undone', undo: { events: 2, left: 0 } });
    expect([await ownerOf(moved), await ownerOf(images)]).toEqual(before);
    // It occurred before the merge was made: then its organization answered for itself.
    expect((await ownerOf(lateBefore)).organizationId).toBe(merged);
    expect((await ownerOf(after)).organizationId).toBe(survivor);
    const later = await ownerOf(await send({ organization: 'Bolt' }, 1, '2026-10-22T00:00:00Z'));
    expect(later.organizationId).toBe(merged);
    expect((await get(`organizations/${merged}`)).id).toBe(merged);
    expect(await post(`merges/${id}/undo`)).toEqual(undone);
  });
});

describe('two customers merged in the middle of a month', () => {
  let acme: string;
  let bolt: string;
  let [ofAcme, ofBolt] = ['', ''];

  beforeEach(async () => {
    [acme, bolt] = [await organization('Acme'), await organization('Bolt', { externalId: 'bolt' })];
    const startAt = '2026-09-01T00:00:00Z';
    ofAcme = (await post('subscriptions', { organizationId: acme, planId, startAt })).id;
    ofBolt = (await post('subscriptions', { organizationId: bolt, planId, startAt })).id;
    await send({ organization: acme }, 1000, '2026-09-10T00:00:00Z');
    await send({ organization: bolt }, 2000, '2026-09-10T00:00:00Z');
    await send({ organization: bolt }, 10, '2026-10-05T00:00:00Z');
    await send({ organization: bolt }, 20, '2026-10-18T00:00:00Z');
    await send({ organization: acme }, 5, '2026-10-18T00:00:00Z');
    await bill('2026-09');
    await issueAll();
  });
  const from = '2026-10-15T00:00:00Z';
  const owed = async (id: string) => {
    const statement = await get(`statements/${id}`);
    return [
      statement.organization.id,
      statement.outstandingBalance[0].amount,
      statement.openInvoices.items.map((each: Json) => each.amountDue.amount).toSorted(),
    ];
  };

  it('asks who takes what both price, and takes no other answer', async () => {
    const { id, preview } = await merging(bolt, acme, { from });
    expect(preview.ambiguous).toEqual([
      {
        measure: 'tokens',
        choice: null,
        subscriptions: expect.arrayContaining([
          { subscriptionId: ofAcme, subscriptionName: null, organizationId: acme },
          { subscriptionId: ofBolt, subscriptionName: null, organizationId: bolt },
        ]),
      },
    ]);
    const refused = await api.call('POST', `/v1/merges/${id}/apply`);
    expect([refused.status, refused.body.code]).toEqual([422, 'choice_required']);
    const other = await subscribe(await organization('Other'));
    for (const [measure, subscriptionId, code] of [
      ['tokens', other, 'not_a_candidate'],
      ['images', 'own', 'not_ambiguous'],
    ]) {
      const choices = [{ measure, subscriptionId }];
      const wrong = await api.call('POST', '/v1/merges', {
        organizationId: bolt,
        intoId: acme,
        choices,
      });
      expect([wrong.status, wrong.body.errors[0].code]).toEqual([422, code]);
    }
  });

  it('pay together from its date on; what is open keeps its recipient and joins the statement', async () => {
    const { id, preview } = await merging(bolt, acme, { from, choices: own });
    expect(preview.documents).toMatchObject([{ total: { amount: '200.00', currency: 'USD' } }]);
    expect(
      preview.money.map((each: Json) => [each.organizationId, each.difference.amount]),
    ).toEqual(
      expect.arrayContaining([
        [acme, '2.00'],
        [bolt, '-2.00'],
      ]),
    );
    expect(await owed(bolt)).toEqual([bolt, '200.00', ['200.00']]);
    await post(`merges/${id}/apply`);
    expect(await owed(acme)).toEqual([acme, '300.00', ['100.00', '200.00']]);
    expect(await owed(bolt)).toEqual(await owed(acme));
    for (const query of ['', '?owing=true', '?sort=-outstandingBalance&currency=USD']) {
      const { items } = await get(`statements${query}`);
      expect(
        items.map((each: Json) => [each.organization.id, each.outstandingBalance[0].amount]),
      ).toEqual([[acme, '300.00']]);
    }
    const subscriptions = await get(`subscriptions?organizationId=${bolt}`);
    expect(subscriptions.items.map((each: Json) => each.organizationId)).toEqual([acme, acme]);

    api.setClock('2026-11-02T00:00:00Z');
    await bill('2026-10');
    const october = [`${acme} 2026-10 2.50`, `${bolt} 2026-10 1.00`];
    const september = [`${acme} 2026-09 100.00`, `${bolt} 2026-09 200.00`];
    expect(await totals(acme)).toEqual([...september, ...october].toSorted());
    await issueAll();
    expect((await owed(bolt))[1]).toBe('303.50');
  });

  it('billed before it was known get adjustments, and these are taken back with it', async () => {
    api.setClock('2026-11-02T00:00:00Z');
    await bill('2026-10');
    await issueAll();
    const { id } = await merge(bolt, acme, { from, choices: own });
    api.setClock('2026-12-02T00:00:00Z');
    await bill('2026-11');
    const drafts = async () =>
      (await get('invoices?status=draft')).items
        .map((each: Json) => `${each.organizationId} ${each.total.amount}`)
        .toSorted();
    const credits = async () =>
      (await get('credit-notes')).items.map(
        (each: Json) => `${each.organizationId} ${each.total.amount}`,
      );
    expect([await drafts(), await credits()]).toEqual([[`${acme} 2.00`], [`${bolt} 2.00`]]);
    await issueAll();
    await post(`merges/${id}/undo`);
    api.setClock('2027-01-02T00:00:00Z');
    await bill('2026-12');
    expect([await drafts(), (await credits()).toSorted()]).toEqual([
      [`${bolt} 2.00`],
      [`${acme} 2.00`, `${bolt} 2.00`].toSorted(),
    ]);
  });

  it('on one subscription, where that was chosen, whenever the usage was recorded', async () => {
    const choices = [{ measure: 'tokens', subscriptionId: ofAcme }];
    await merge(bolt, acme, { from, choices });
    const late = await ownerOf(await send({ organization: 'bolt' }, 1, '2026-10-16T00:00:00Z'));
    expect(late).toMatchObject({ organizationId: acme, subscriptionId: ofAcme });
    api.setClock('2026-11-02T00:00:00Z');
    await bill('2026-10');
    const { items } = await get(`invoices?organizationId=${acme}&status=draft`);
    const lines = await Promise.all(
      items.map(async ({ id }: Json) => (await get(`invoices/${id}`)).lines),
    );
    expect(lines.flat().map((line: Json) => [line.subscriptionId, line.amount.amount])).toEqual(
      expect.arrayContaining([
        [ofAcme, '2.60'],
        [ofBolt, '1.00'],
      ]),
    );
  });

  it('undone, every statement, draft and roll-up is what it was', async () => {
    await bill('2026-10');
    const figures = async () => [
      await owed(acme),
      await owed(bolt),
      await totals(acme),
      await totals(bolt),
      await rolledUp(''),
      await rolledUp('&tree=current'),
    ];
    const before = await figures();
    const { id } = await merge(bolt, acme, { from, choices: own });
    await redraft(id);
    expect(await rolledUp('')).toEqual({ [acme]: '25', [bolt]: '10' });
    expect(await rolledUp('&tree=current')).toEqual({ [acme]: '35' });
    expect(await totals(acme)).toContain(`${acme} 2026-10 2.50`);
    await post(`merges/${id}/undo`);
    await redraft(id);
    expect(await figures()).toEqual(before);
  });
});

it('a department takes another one in: its teams roll up as they did, and to the one that answers', async () => {
  const division = await organization('Division');
  const other = await organization('Other division');
  const [north, south] = [
    await organization('North', { parentId: division }),
    await organization('South', { parentId: other }),
  ];
  const [a, b] = [
    await organization('Team A', { parentId: north }),
    await organization('Team B', { parentId: south }),
  ];
  await send({ organization: a }, 1, '2026-10-05T00:00:00Z');
  await send({ organization: b }, 2, '2026-10-05T00:00:00Z');
  await send({ organization: b }, 4, '2026-10-16T00:00:00Z');
  await send({ organization: south }, 8, '2026-10-16T00:00:00Z');
  const before = await rolledUp('');
  expect(before).toEqual({
    [division]: '1',
    [north]: '1',
    [a]: '1',
    [other]: '14',
    [south]: '14',
    [b]: '6',
  });
  const { id } = await merge(south, north, { from: '2026-10-15T00:00:00Z' });
  const after = { [division]: '13', [north]: '13', [a]: '1', [b]: '6' };
  expect(await rolledUp('')).toEqual({ ...after, [other]: '2', [south]: '2' });
  expect(await rolledUp('&tree=current')).toEqual({ ...after, [division]: '15', [north]: '15' });
  expect(await rolledUp(`&organizationId=${south}`)).toEqual({
    [north]: '12',
    [south]: '2',
    [b]: '6',
  });
  const below = async (top: string) =>
    (await get(`organizations/${top}/descendants`)).items.map((each: Json) => each.name).toSorted();
  expect([await below(division), await below(other), await below(south)]).toEqual([
    ['North', 'Team A', 'Team B'],
    [],
    ['Team A', 'Team B'],
  ]);
  const above = (await get(`organizations/${b}/ancestors`)).items.map((each: Json) => each.name);
  expect(above).toEqual(['North', 'Division']);
  expect((await get(`organizations/${b}`)).parentId).toBe(north);
  await post(`merges/${id}/undo`);
  expect(await rolledUp('')).toEqual(before);
});

it('what is the billing of a whole group follows it: a payer that is merged, into one that has a payer', async () => {
  const [holding, acme, bolt, lab] = [
    await organization('Holding'),
    await organization('Acme'),
    await organization('Bolt'),
    await organization('Lab'),
  ];
  await post(`organizations/${acme}/bill-to`, { billTo: holding, from: null });
  await post(`organizations/${lab}/bill-to`, { billTo: bolt, from: null });
  await subscribe(lab);
  await send({ organization: lab }, 10, '2026-10-05T00:00:00Z');
  await send({ organization: lab }, 20, '2026-10-16T00:00:00Z');
  await merge(bolt, acme, { from: '2026-10-15T00:00:00Z' });
  api.setClock('2026-11-02T00:00:00Z');
  await bill('2026-10');
  expect(await totals(holding)).toEqual([`${holding} 2026-10 2.00`]);
  expect(await totals(bolt)).toEqual([`${bolt} 2026-10 1.00`]);
});

describe('merges upon merges', () => {
  it('stay one hop, and are undone in the order back', async () => {
    const ids: string[] = [];
    for (const name of ['A', 'B', 'C']) ids.push(await organization(name));
    const [a = '', b = '', c = ''] = ids;
    const first = await merge(a, b, { from: '2026-10-05T00:00:00Z' });
    const second = await merge(b, c, { from: '2026-10-10T00:00:00Z' });
    const at = async (day: string) =>
      (await ownerOf(await send({ organization: a }, 1, `2026-10-${day}T00:00:00Z`)))
        .organizationId;
    expect([await at('04'), await at('06'), await at('11')]).toEqual([a, b, c]);
    expect((await get(`organizations/${a}`)).id).toBe(c);
    const early = await api.call('POST', `/v1/merges/${first.id}/undo`);
    expect([early.status, early.body.code]).toEqual([409, 'invalid_state']);
    await post(`merges/${second.id}/undo`);
    expect([await at('04'), await at('06'), await at('11')]).toEqual([a, b, b]);
    await post(`merges/${first.id}/undo`);
    expect([await at('04'), await at('06'), await at('11')]).toEqual([a, a, a]);
  });

  it('never go round, nor put an organization below itself', async () => {
    const [a, b] = [await organization('A'), await organization('B')];
    const child = await organization('Child', { parentId: a });
    await merge(b, a);
    for (const [organizationId, intoId, code] of [
      [a, a, 'cycle'],
      [a, b, 'cycle'],
      [b, child, 'merged_already'],
      [a, child, 'cycle'],
      [b, 'org_00000000000000000000000000', undefined],
    ]) {
      const { status, body } = await api.call('POST', '/v1/merges', { organizationId, intoId });
      expect([status, body.errors[0]?.code], `${organizationId} ${intoId}`).toEqual([
        code === undefined ? 409 : 422,
        code,
      ]);
    }
    const moved = await api.call('POST', `/v1/organizations/${a}/move`, { parentId: child });
    expect(moved.body.errors[0].code).toBe('cycle');
    const gone = await api.call('DELETE', `/v1/organizations/${a}`);
    expect([gone.status, gone.body.code]).toEqual([409, 'in_use']);
  });
});

it('usage that is recorded while it is merged, and unmerged, is never left behind', async () => {
  const [survivor, merged] = [await organization('Acme'), await organization('Bolt')];
  await subscribe(survivor);
  const time = '2026-10-18T00:00:00Z';
  const storm = async (source: string) => {
    for (let i = 0; i < 15; i += 1)
      await post('events', {
        id: `${i}`,
        source,
        organization: 'Bolt',
        time,
        measures: { tokens: 1 },
      });
  };
  const owners = async (): Promise<unknown[]> => {
    const { items } = await get('events?limit=200');
    return [...new Set(items.map((each: Json) => each.attribution.organizationId))];
  };
  const { id } = await merging(merged, survivor, { from: '2026-10-15T00:00:00Z' });
  await storm('since');
  await Promise.all([storm('a'), storm('b'), storm('c'), post(`merges/${id}/apply`), storm('d')]);
  expect(await owners()).toEqual([survivor]);
  await Promise.all([storm('e'), storm('f'), post(`merges/${id}/undo`), storm('g')]);
  expect(await owners()).toEqual([merged]);
});
