import { expect } from 'vitest';
import { currentPosition } from '../../src/db/act.ts';
import { findNews, type News } from '../../src/invoicing/news-queries.ts';
import type { TestApp } from './app.ts';

/**
 * What a billing run would look at again now is the same whether it is looked for where there can be any or in all that
 * was ever billed; answers of how many service periods and cycles there is some.
 */
export async function newsIsWhole({
  database,
}: Pick<TestApp, 'database'>): Promise<{ periods: number; cycles: number }> {
  const position = await currentPosition(database);
  const everybody = await database.db.selectFrom('subscriptions').select('id').execute();
  const found = plain(await findNews(database.db, position));
  const whole = plain(
    await findNews(
      database.db,
      position,
      everybody.map(({ id }) => id),
    ),
  );
  expect(found).toEqual(whole);
  return { periods: whole.periods.length, cycles: whole.cycles.length };
}

function plain({ periods, changes, cycles, payerIds }: News) {
  const placesOf = (some: News['periods']) =>
    [...some].flatMap(([id, starts]) => [...starts].map((start) => `${id} ${start}`)).toSorted();
  return {
    periods: placesOf(periods),
    changes: placesOf(changes),
    cycles: [...cycles]
      .flatMap(([payerId, some]) => some.map((each) => `${payerId} ${JSON.stringify(each)}`))
      .toSorted(),
    payerIds: [...payerIds].toSorted(),
  };
}
