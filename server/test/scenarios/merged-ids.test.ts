import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Json, testApp, type TestApp } from '../support/app.ts';
import { planOf } from '../support/usage.ts';

/** Whoever asks by the id of a merged organization, or of its survivor (design §4.9). */

let api: TestApp;
let planId: string;

const post = (path: string, body?: object) => api.ok('POST', `/v1/${path}`, body);
const get = (path: string) => api.ok('GET', `/v1/${path}`);
const organization = async (name: string): Promise<string> =>
  (await post('organizations', { name })).id;
let sent = 0;
const send = async (claims: object, quantity: number, time: string, measure = 'tokens') => {
  const id = `e${(sent += 1)}`;
  await post('events', { id, ...claims, measures: { [measure]: quantity }, time });
  return id;
};
const ownerOf = async (clientId: string): Promise<Json> =>
  (await get(`events?source=&clientId=${clientId}`)).items[0].attribution;
const told = async (more: string): Promise<Record<string, string>> => {
  const range = 'from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z';
  const { items } = await get(`usage?${range}&groupBy=organization&measure=tokens${more}`);
  return Object.fromEntries(items.map((each: Json) => [each.group.organizationId, each.quantity]));
};
const merge = async (organizationId: string, intoId: string, from: string): Promise<void> => {
  const { id } = await post('merges', { organizationId, intoId, from });
  await post(`merges/${id}/apply`);
};

beforeEach(async () => {
  api = await testApp();
  api.setClock('2026-10-01T00:00:00Z');
  ({ planId } = await planOf(api));
  api.setClock('2026-10-20T00:00:00Z');
});
afterEach(async () => {
  const { checks } = await get('checks');
  await api.close();
  const problems = checks.flatMap((check: Json) => check.problems);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
});

describe('what was merged', () => {
  it('is found by words of either name, and by how they begin', async () => {
    const [survivor, merged] = [
      await organization('Acme Robotics'),
      await organization('Ocme Ltd'),
    ];
    await merge(merged, survivor, '2026-10-10T00:00:00Z');
    const found = async (search: string): Promise<string[]> =>
      (await get(`organizations?search=${encodeURIComponent(search)}`)).items.map(
        ({ id }: Json): string => id,
      );
    for (const search of ['acme', 'ROBO ac', 'ocme', "robotics' | &!"])
      expect(await found(search)).toEqual([survivor]);
    for (const search of ['cme', 'acme labs', '', ' & ']) expect(await found(search)).toEqual([]);
  });

  it('keeps what was given to it by hand, which is found by either id', async () => {
    const [survivor, merged] = [await organization('Acme'), await organization('Acme Labs')];
    await send({ organization: survivor }, 3, '2026-10-12T00:00:00Z');
    await send({ organization: merged }, 20, '2026-10-12T00:00:00Z');
    const given = await send({ organization: survivor }, 100, '2026-10-12T00:00:00Z');
    const { items } = await get(`events?source=&clientId=${given}`);
    const { id } = await post('reattributions', {
      selection: { eventIds: [items[0].id] },
      owner: { organizationId: merged },
    });
    await post(`reattributions/${id}/apply`);
    await merge(merged, survivor, '2026-10-10T00:00:00Z');
    expect((await ownerOf(given)).organizationId).toBe(merged);
    const before = await send({ organization: merged }, 7, '2026-10-02T00:00:00Z');
    expect((await ownerOf(before)).organizationId).toBe(merged);
    // Told apart by whom it is attributed to, it is its own row; rolled up, its survivor has it.
    const attributed = { [survivor]: '23', [merged]: '107' };
    expect(await told('')).toMatchObject(attributed);
    expect(await told('&rollUp=true')).toMatchObject({ [survivor]: '123', [merged]: '7' });
    // By either id it is found, and what had been before the merge by its own.
    const found = (whose: string, more: string) => told(`&organizationId=${whose}${more}`);
    expect(await found(merged, '')).toEqual(attributed);
    expect(await found(survivor, '')).toEqual({ [survivor]: '23', [merged]: '100' });
    expect(await found(merged, '&rollUp=true')).toEqual({ [survivor]: '123', [merged]: '7' });
    expect(await found(survivor, '&rollUp=true')).toEqual({ [survivor]: '123' });
  });

  it('is asked for by either id in every list, and pays for either', async () => {
    const [survivor, merged] = [await organization('Acme'), await organization('Acme Labs')];
    await post('subscriptions', {
      organizationId: merged,
      planId,
      startAt: '2026-10-01T00:00:00Z',
    });
    const old = await send({ organization: merged }, 10, '2026-10-05T00:00:00Z');
    api.setClock('2026-11-01T06:00:00Z');
    await post('billing-runs', { period: '2026-10' });
    const drafts = await get('invoices?status=draft');
    for (const { id } of drafts.items) await post(`invoices/${id}/finalize`);
    const link = await post('share-links', { organizationId: merged, name: 'Books' });
    await merge(merged, survivor, '2026-11-01T00:00:00Z');
    const late = await send({ organization: merged }, 1, '2026-11-01T01:00:00Z', 'videos');
    const clientIds = async (id: string) =>
      (await post('events/search', { organizationId: id })).items.map(
        (each: Json) => each.clientId,
      );
    expect(await clientIds(merged)).toEqual([late, old]);
    expect(await clientIds(survivor)).toEqual([late]);
    for (const id of [merged, survivor]) {
      const links = await get(`share-links?organizationId=${id}`);
      expect(links.items.map((each: Json) => each.id)).toEqual([link.id]);
      const groups = await get(`unclassified?organizationId=${id}&reached=organization`);
      expect(groups.items.map((each: Json) => each.organizationId)).toEqual([survivor]);
    }
    const { items } = await get(`invoices?organizationId=${survivor}`);
    const [invoice] = items;
    expect([invoice.organizationId, invoice.total.amount]).toEqual([merged, '0.10']);
    const paying = (organizationId: string, amount: object) => ({
      organizationId,
      amount,
      allocations: [{ invoiceId: invoice.id, amount }],
    });
    const dollars = (amount: string) => ({ amount, currency: 'USD' });
    const paid = await post('payments', paying(survivor, dollars('0.04')));
    expect(paid.organizationId).toBe(merged);
    await post('payments', paying(merged, dollars('0.06')));
    expect((await get(`invoices/${invoice.id}`)).status).toBe('paid');
    const stranger = await organization('Stranger');
    const { status } = await api.call('POST', '/v1/payments', paying(stranger, dollars('1')));
    expect(status).toBe(422);
  });
});
