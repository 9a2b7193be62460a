import { queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { pageItems } from '../../lib/paging.ts';
import type { Search } from '../../lib/search.ts';
import type { statement, statements } from '../../lib/searches.ts';
import { endOfDay, startOfDay, today } from '../../lib/times.ts';

export type StatementsSearch = Search<typeof statements>;
export type StatementSearch = Search<typeof statement>;

const of = (...key: readonly unknown[]): readonly unknown[] => ['statements', ...key];

/** As of the end of a day; today has not ended, so that is now. */
export function asOfInstant(date: string | undefined): string | undefined {
  return date === undefined || date >= today() ? undefined : endOfDay(date);
}

export const statementsQuery =
  ({ asOf, owing }: StatementsSearch) =>
  (cursor: string | undefined) =>
    queryOptions({
      queryKey: of('list', { asOf, owing }, cursor ?? null),
      queryFn: async ({ signal }) =>
        api().statements.list(
          { asOf: asOfInstant(asOf), owing, cursor, limit: pageItems },
          { signal },
        ),
    });

export function statementTerms({ asOf, knownAt, from, to }: StatementSearch) {
  return {
    asOf: asOfInstant(asOf),
    knownAt,
    // Both days are in the range; the API's end is not.
    ...(from !== undefined &&
      to !== undefined &&
      from <= to && { from: startOfDay(from), to: startOfDay(dayAfter(to)) }),
  };
}

function dayAfter(date: string): string {
  const next = new Date(`${date}T12:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

export const statementQuery = (organizationId: string, search: StatementSearch) =>
  queryOptions({
    queryKey: of('one', organizationId, search),
    queryFn: ({ signal }) =>
      api().statements.get(organizationId, statementTerms(search), { signal }),
  });
