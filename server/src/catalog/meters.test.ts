import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testApp, type TestApp } from '../../test/support/app.ts';
import { ensureMeters } from './meter-actions.ts';

let api: TestApp;
beforeAll(async () => (api = await testApp()));
afterAll(() => api.close());

const sum = (key: string) => ({ key, aggregation: 'sum', measure: key });
const keysLike = async (start: string, query = '') => {
  const { items } = await api.ok('GET', `/v1/meters?limit=200${query}`);
  return items
    .map(({ key }: { key: string }) => key)
    .filter((key: string) => key.startsWith(start))
    .toSorted();
};

const nameInAPlan = async (meter: string) => {
  const { id: productId } = await api.ok('POST', '/v1/products', { name: 'Any' });
  const charges = [{ meter, model: 'perUnit', unitPrice: '1' }];
  await api.ok('POST', '/v1/plans', { productId, name: 'Any', charges });
};

describe('a meter', () => {
  it('is created with its defaults, and read back', async () => {
    const made = await api.ok('POST', '/v1/meters', sum('made'));
    expect(made).toMatchObject({
      key: 'made',
      aggregation: 'sum',
      measure: 'made',
      filter: {},
      splitBy: [],
      meterVersion: 1,
      autoCreated: false,
      archivedAt: null,
      version: 1,
    });
    expect(await api.ok('GET', `/v1/meters/${made.id}`)).toEqual(made);
    expect((await api.ok('GET', '/v1/meters?key=made')).items).toEqual([made]);
  });

  it('has another version when it counts something else, and only then', async () => {
    const { id } = await api.ok('POST', '/v1/meters', {
      ...sum('versioned'),
      filter: { model: 'a' },
      splitBy: ['team'],
    });
    const changed = await api.ok('PATCH', `/v1/meters/${id}`, { filter: { model: ['a', 'b'] } });
    expect(changed).toMatchObject({
      meterVersion: 2,
      version: 2,
      filter: { model: ['a', 'b'] },
      splitBy: ['team'],
      aggregation: 'sum',
    });
    expect(
      await api.ok('PATCH', `/v1/meters/${id}`, { filter: { model: ['b', 'a'] } }),
    ).toMatchObject({ meterVersion: 2, version: 3 });
    expect(
      await api.ok('PATCH', `/v1/meters/${id}`, { aggregation: 'count', measure: null }),
    ).toMatchObject({ meterVersion: 3, measure: null });
  });

  it('is refused under a key that is taken, with the id of who has it', async () => {
    const { id } = await api.ok('POST', '/v1/meters', sum('taken'));
    const { status, body } = await api.call('POST', '/v1/meters', sum('taken'));
    expect([status, body.code, body.existingId, body.errors[0].pointer]).toEqual([
      409,
      'already_exists',
      id,
      '/key',
    ]);
  });

  it('is removed where no plan ever named it and no event brought it about', async () => {
    const { id } = await api.ok('POST', '/v1/meters', sum('mistake'));
    await api.ok('PATCH', `/v1/meters/${id}`, { splitBy: ['a'] });
    expect((await api.call('DELETE', `/v1/meters/${id}`)).status).toBe(204);
    expect((await api.call('GET', `/v1/meters/${id}`)).status).toBe(404);
    await api.act((action) => ensureMeters(action, ['brought']));
    const [brought] = (await api.ok('GET', '/v1/meters?key=brought')).items;
    expect(await api.ok('DELETE', `/v1/meters/${brought.id}`)).toMatchObject({
      archivedAt: api.now(),
    });
  });

  it('frees its key when it is archived', async () => {
    const first = await api.ok('POST', '/v1/meters', sum('reused'));
    await nameInAPlan('reused');
    expect(await api.ok('DELETE', `/v1/meters/${first.id}`)).toMatchObject({
      archivedAt: api.now(),
      version: 2,
    });
    const second = await api.ok('POST', '/v1/meters', sum('reused'));
    expect(second.id).not.toBe(first.id);
    expect((await api.ok('GET', '/v1/meters?key=reused&archived=true')).items).toMatchObject([
      { id: first.id },
    ]);
    expect((await api.ok('GET', '/v1/meters?key=reused')).items).toMatchObject([{ id: second.id }]);
  });

  it('is changed only in the version that was read', async () => {
    const { id } = await api.ok('POST', '/v1/meters', sum('guarded'));
    expect(
      (await api.call('PATCH', `/v1/meters/${id}`, { splitBy: ['a'] }, { ifMatch: 7 })).status,
    ).toBe(412);
    expect((await api.call('DELETE', `/v1/meters/${id}`, undefined, { ifMatch: 7 })).status).toBe(
      412,
    );
    expect(
      (await api.call('PATCH', `/v1/meters/${id}`, { splitBy: ['a'] }, { ifMatch: 1 })).status,
    ).toBe(200);
  });

  it.each([
    ['no measure', { key: 'bad', aggregation: 'max' }, '/measure'],
    ['an unknown aggregation', { key: 'bad', aggregation: 'mean', measure: 'x' }, '/aggregation'],
    ['an unknown field', { ...sum('bad'), colour: 'red' }, '/colour'],
    ['an empty key', { ...sum('bad'), key: '' }, '/key'],
    ['a key like an id', sum('mtr_x'), '/key'],
    ['a filter by a number', { ...sum('bad'), filter: { model: 3 } }, '/filter/model'],
    ['a filter by nothing', { ...sum('bad'), filter: { model: [] } }, '/filter/model'],
  ])('with %s is refused by name', async (_, body, pointer) => {
    const answer = await api.call('POST', '/v1/meters', body);
    expect([answer.status, answer.body.errors.map((e: { pointer: string }) => e.pointer)]).toEqual([
      400,
      [pointer],
    ]);
    expect(await keysLike('bad')).toEqual([]);
  });

  it('keeps its key', async () => {
    const { id } = await api.ok('POST', '/v1/meters', sum('kept'));
    expect(
      (await api.call('PATCH', `/v1/meters/${id}`, { key: 'other' })).body.errors[0],
    ).toMatchObject({ pointer: '/key', code: 'unknown_field' });
  });

  it('needs a permission', async () => {
    const key = await api.key('meters.read');
    expect((await api.call('POST', '/v1/meters', sum('denied'), { key })).status).toBe(403);
    expect((await api.call('GET', '/v1/meters', undefined, { key })).status).toBe(200);
  });
});

describe('a measure never seen before', () => {
  it('gets a sum meter of its own name, once', async () => {
    await api.act((action) => ensureMeters(action, ['seen_b', 'seen_a', 'seen_b']));
    await api.act((action) => ensureMeters(action, ['seen_a', 'seen_c']));
    expect(await keysLike('seen_')).toEqual(['seen_a', 'seen_b', 'seen_c']);
    const [meter] = (await api.ok('GET', '/v1/meters?key=seen_a')).items;
    expect(meter).toMatchObject({
      aggregation: 'sum',
      measure: 'seen_a',
      meterVersion: 1,
      autoCreated: true,
    });
  });

  it('is known under the key of any meter, and not made again once archived', async () => {
    const { id } = await api.ok('POST', '/v1/meters', {
      key: 'known_a',
      aggregation: 'max',
      measure: 'else',
    });
    await nameInAPlan('known_a');
    await api.ok('DELETE', `/v1/meters/${id}`);
    await api.ok('POST', '/v1/meters', sum('known_b'));
    await api.act((action) => ensureMeters(action, ['known_a', 'known_b']));
    expect(await keysLike('known_')).toEqual(['known_b']);
  });

  it('is met by many at once', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `race_${String(i).padStart(2, '0')}`);
    const shuffled = [names, names.toReversed(), [...names.slice(7), ...names.slice(0, 7)], names];
    await Promise.all(shuffled.map((each) => api.act((action) => ensureMeters(action, each))));
    expect(await keysLike('race_')).toEqual(names);
  });
});

it('versions never change, even by raw SQL', async () => {
  const { pool } = api.database;
  await expect(pool.query('update meter_versions set version = 9')).rejects.toThrow(
    /permission denied/,
  );
  await expect(pool.query('delete from meter_versions')).rejects.toThrow(/permission denied/);
});
