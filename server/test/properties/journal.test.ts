import { afterAll, beforeAll, expect, it } from 'vitest';
import { currentPosition } from '../../src/db/act.ts';
import { testApp, type TestApp } from '../support/app.ts';
import { createRandom } from '../support/random.ts';

/** Positions number what is committed, in the order in which it was seen to be: gapless, and never again otherwise. */

let api: TestApp;
beforeAll(async () => {
  api = await testApp();
});
afterAll(() => api.close());

const positions = async () => {
  const { rows } = await api.database.pool.query<{ id: number; position: number | null }>(
    'select id, position from journal order by id',
  );
  return rows;
};
const isNumbered = (row: { position: number | null }) => row.position !== null;

it('are gapless and never change, however many record, roll back and number at once', async () => {
  const random = createRandom(7);
  for (let round = 0; round < 30; round += 1) {
    const before = (await positions()).filter(isNumbered);
    const seen = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const choice = random.integer(0, 3);
        if (choice === 0) return currentPosition(api.database);
        const refusal = new Error('rolled back');
        await api
          .act(async (action) => {
            if (choice === 1) throw refusal;
            if (choice === 2) await currentPosition(api.database);
            return action.journalId;
          })
          .catch((error: unknown) => {
            if (error !== refusal) throw error;
          });
        return 0;
      }),
    );
    const latest = await currentPosition(api.database);
    expect(Math.max(0, ...seen)).toBeLessThanOrEqual(latest);
    const after = await positions();
    expect(after.filter((row) => !isNumbered(row))).toEqual([]);
    expect(after.map(({ position }) => Number(position)).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: latest }, (_, i) => i + 1),
    );
    for (const row of before) expect(after).toContainEqual(row);
  }
});

it('of a transaction that is held open come after all that was numbered meanwhile', async () => {
  let ended = 0;
  const held = api.act(async (action) => {
    await api.act(() => Promise.resolve());
    ended = await currentPosition(api.database);
    return action.journalId;
  });
  const id = await held;
  expect(await currentPosition(api.database)).toBe(ended + 1);
  expect(await positions()).toContainEqual({ id, position: ended + 1 });
});

it('nothing recorded after a position has a lower id than the floor of it', async () => {
  // Some are held open, one within another, while others are numbered.
  const holding = (depth: number): Promise<void> =>
    api.act(async () => {
      await api.act(() => Promise.resolve());
      if (depth > 0) await holding(depth - 1);
      await currentPosition(api.database);
    });
  await holding(3);
  const latest = await currentPosition(api.database);
  const { rows } = await api.database.pool.query<{
    position: number;
    floor: number;
    lowest: number;
  }>(
    `select p as position, journal_floor(p) as floor, (select min(id) from journal where position > p) as lowest
       from generate_series(0, ${latest}::bigint) p`,
  );
  for (const { position, floor, lowest } of rows)
    expect({ position, floor }).toEqual({ position, floor: lowest });
  const { rows: stragglers } = await api.database.pool.query('select from journal_stragglers');
  expect(stragglers.length).toBeGreaterThan(2);
});
