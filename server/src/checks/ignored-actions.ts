import { archivedBefore } from '../archive/queries.ts';
import type { Tx } from '../db/connect.ts';
import { decimal, equals } from '../lib/decimal.ts';
import { measureUsage, type UsageAsk } from '../rating/queries.ts';
import { noUsage } from '../rating/rules.ts';
import type { Since } from './since-queries.ts';
import type { Finding } from './verdict.ts';
import {
  ignoredAfter,
  ignoredFigures,
  type IgnoredRow,
  linesIgnoringOther,
} from './ignored-queries.ts';

const ROWS_PER_PAGE = 500;

/** Late usage that was ignored is what its events come to, and what lines leave out is nothing else. */
export async function checkIgnored(
  tx: Tx,
  since: Since,
): Promise<{ figures: Record<string, string>; problems: Finding[] }> {
  const problems: Finding[] = [];
  const before = await archivedBefore(tx);
  for (let after = ''; ;) {
    const rows = await ignoredAfter(tx, since, after, ROWS_PER_PAGE);
    const here = rows.filter((row) => before === null || row.occurred_from >= before);
    const measured = await measureUsage(tx, here.map(askOf));
    for (const row of here) {
      const { eventCount, eventQuantity, eventHash } = measured.get(row.id) ?? noUsage;
      const isSame =
        eventCount === row.event_count &&
        equals(eventQuantity, decimal(row.event_quantity)) &&
        equals(eventHash, decimal(row.event_hash));
      if (!isSame)
        problems.push({
          row: row.id,
          detail: `Ignores ${row.event_count} events; its set holds ${eventCount}, or others.`,
        });
    }
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.id;
  }
  problems.push(...(await linesIgnoringOther(tx, since)));
  return { figures: await ignoredFigures(tx), problems };
}

function askOf(row: IgnoredRow): UsageAsk {
  const set = {
    from: row.occurred_from,
    to: row.occurred_to,
    after: row.position_after,
    upto: row.position,
  };
  return {
    ...set,
    key: row.id,
    subscriptionId: row.subscription_id,
    counted: row.counted,
    ignoring: [set],
    onlyIgnored: true,
  };
}
