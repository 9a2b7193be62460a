import type { MeterDefinition } from '../catalog/meter-rules.ts';
import { type Pricing, pricingOf } from '../catalog/pricing-rules.ts';
import { archivedBefore } from '../archive/queries.ts';
import type { Tx } from '../db/connect.ts';
import { decimal, equals, subtract, sum, toText } from '../lib/decimal.ts';
import { measureUsage, type UsageAsk } from '../rating/queries.ts';
import {
  countedBy,
  type IgnoredSet,
  noUsage,
  rateUsage,
  takenBack,
  type Usage,
} from '../rating/rules.ts';
import { groupBy } from '../lib/group.ts';
import type { Instant } from '../lib/instant.ts';
import {
  invoicesUnlikeTheirLines,
  lineFigures,
  type LineRow,
  linesAfter,
  linesUnlikeTheirParts,
  taxesUnlikeTheirLines,
  unlikeTheLedger,
} from './explained-queries.ts';
import { checkIgnored } from './ignored-actions.ts';
import type { Since } from './since-queries.ts';
import { type Check, type Finding, ROWS_NAMED_MAX, verdict } from './verdict.ts';
import { creditNoteLinesAfter, ledgerFigures, moneyUnlikeTheLedger } from './money-queries.ts';

const LINES_PER_PAGE = 500;

/** What a line keeps of the rating that it came from. */
type Price = {
  currency: string;
  meter?: Pick<MeterDefinition, 'aggregation' | 'measure' | 'filter'>;
  model?: Pricing['model'];
  terms?: Pricing['terms'];
  /** Late usage that the line does not count. */
  ignoring?: IgnoredSet[];
  rated: {
    quantity: string;
    amount: string;
    share: string;
    billedBefore: string;
    minimum?: string;
    /** Its service period is no more: it was rated at nothing, whatever its usage. */
    gone?: true;
  };
};

/** Design §3.2: every line is computed again from its events; lines sum to invoices, invoices to the ledger. */
export async function checkExplained(tx: Tx, since: Since): Promise<Check> {
  const problems: Finding[] = [];
  const before = await archivedBefore(tx);
  for (const pageAfter of [linesAfter, creditNoteLinesAfter]) {
    for (let after = ''; ;) {
      const rows = await pageAfter(tx, since, after, LINES_PER_PAGE);
      const measured = await measureUsage(
        tx,
        rows.flatMap((row) => asksOf(row, before)),
      );
      problems.push(
        ...rows.flatMap((row) => differences(row, measured)),
        ...sharesUnexplained(rows),
      );
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.invoice_id;
    }
  }
  const ignored = await checkIgnored(tx, since);
  problems.push(
    ...ignored.problems,
    ...(await invoicesUnlikeTheirLines(tx, since)),
    ...(await taxesUnlikeTheirLines(tx, since)),
    ...(await linesUnlikeTheirParts(tx, since)),
    ...(await unlikeTheLedger(tx, since)),
    ...(await moneyUnlikeTheLedger(tx, since)),
  );
  const claim =
    'Every line equals what its events come to, and so does ignored late usage, which no line counts; breakdowns sum to their line, lines and taxes to their invoice or credit note; documents, statuses and balances are what the ledger says.';
  return verdict(
    'explained',
    claim,
    { ...(await lineFigures(tx)), ...ignored.figures, ...(await ledgerFigures(tx, since)) },
    problems.slice(0, ROWS_NAMED_MAX),
  );
}

/** Of usage that was archived nothing can be asked: its line stands as it was sealed. */
function asksOf(row: LineRow, archived: Instant | null): UsageAsk[] {
  if (archived !== null && row.period_start < archived) return [];
  const { meter, model, terms, currency, rated, ignoring = [] } = row.price as Price;
  if (meter === undefined || model === undefined || terms === undefined) return [];
  const counted = countedBy(meter, pricingOf({ model, terms }), currency);
  const shared = { subscriptionId: row.subscription_id, counted, ignoring };
  const set = {
    ...shared,
    key: `set ${row.id}`,
    from: row.payer_from,
    to: row.payer_to,
    after: row.position_after,
    upto: row.position,
  };
  const whole = {
    ...shared,
    key: `whole ${row.id}`,
    from: row.period_start,
    to: row.period_end,
    after: 0,
    upto: row.invoice_position,
  };
  return rated.gone === true ? [set] : [set, whole];
}

/** The line against the events that its set holds, and against its price. */
function differences(row: LineRow, measured: ReadonlyMap<string, Usage>): Finding[] {
  const { meter, model, terms, rated, currency } = row.price as Price;
  if (meter === undefined || model === undefined || terms === undefined) return [];
  const set = measured.get(`set ${row.id}`);
  const whole = rated.gone === true ? noUsage : measured.get(`whole ${row.id}`);
  if (set === undefined || whole === undefined) return [];
  const found: Finding[] = [];
  const wrong = (detail: string) => found.push({ row: row.id, detail });
  if (row.position_after < row.position) {
    const signed = row.event_sign > 0 ? set : takenBack(set);
    if (signed.eventCount !== row.event_count)
      wrong(`Counts ${row.event_count} events; its set holds ${signed.eventCount}.`);
    else if (!equals(signed.eventQuantity, decimal(row.event_quantity)))
      wrong(`Its events sum to ${toText(signed.eventQuantity)}, not to ${row.event_quantity}.`);
    else if (!equals(signed.eventHash, decimal(row.event_hash)))
      wrong('Its set no longer holds the same events.');
  }
  if (!equals(whole.quantity, decimal(rated.quantity)))
    wrong(`Was rated at ${rated.quantity}; the period comes to ${toText(whole.quantity)}.`);
  const minimum = rated.minimum === undefined ? null : decimal(rated.minimum);
  if (rated.gone === true) return found;
  const { amount } = rateUsage(pricingOf({ model, terms }), whole, currency, minimum);
  if (!equals(amount, decimal(rated.amount)))
    wrong(`Was rated at ${rated.amount}; the price comes to ${toText(amount)}.`);
  return found;
}

/** An invoice's lines of one obligation together are the payer's share less what was billed before. */
function sharesUnexplained(rows: readonly LineRow[]): Finding[] {
  const byObligation = groupBy(rows, (row) =>
    [row.invoice_id, row.subscription_id, row.item_id, row.period_start].join(' '),
  );
  return [...byObligation.values()].flatMap((lines) => {
    const [first] = lines;
    if (first === undefined) return [];
    const { share, billedBefore } = (first.price as Price).rated;
    const due = subtract(decimal(share), decimal(billedBefore));
    const billed = sum(lines.map((line) => decimal(line.amount)));
    return equals(due, billed)
      ? []
      : [{ row: first.id, detail: `Bills ${toText(billed)}; its rating comes to ${toText(due)}.` }];
  });
}
