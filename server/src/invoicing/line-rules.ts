import { isNegative, toText } from '../lib/decimal.ts';
import { epochMs, type Instant, plusMs } from '../lib/instant.ts';
import type { Period } from '../lib/period.ts';
import { anchorAt } from '../subscriptions/period-rules.ts';
import type { LineDraft } from './settle-rules.ts';

/** In the order a reader expects: by subscription, what is new before what follows up, by time, as in the plan. */
export function inOrder(lines: readonly LineDraft[]): LineDraft[] {
  const rank = { fee: '0', usage: '1', adjustment: '2' };
  const ordinalOf = ({ obligation: { plan, item } }: LineDraft) =>
    [...plan.fees, ...plan.charges].findIndex(({ id }) => id === item.id);
  const keyOf = (line: LineDraft) =>
    [
      line.obligation.subscription.id,
      rank[line.kind],
      line.obligation.period.start,
      String(ordinalOf(line)).padStart(4, '0'),
      line.set.from,
      String(line.set.after).padStart(16, '0'),
      line.obligation.item.id,
    ].join(' ');
  return lines
    .map((line) => ({ line, key: keyOf(line) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ line }) => line);
}

/** What the line is for, in words; an adjustment names the service period and the invoice that it follows. */
export function describeLine({ obligation, kind, adjusts, cutOff, amount }: LineDraft): string {
  const { subscription, plan, item, period } = obligation;
  const what = `${subscription.name ?? plan.name}: ${item.name}`;
  if (kind !== 'adjustment') return what;
  const { timeZone } = anchorAt(subscription.terms, subscription.plans, period.start);
  const when = describePeriod(cutOff ?? period, timeZone);
  const follows =
    adjusts.length === 0 ? 'which had no line for it' : `invoice ${adjusts.join(', ')}`;
  if (cutOff !== null && isNegative(amount)) return `${what}, credit for ${when} (${follows})`;
  return `${what}, adjustment of ${when} (${follows})`;
}

/** `2026-10-01 to 2026-10-31`: first and last day, as a calendar in the zone has them. */
export function describePeriod({ start, end }: Period, timeZone: string): string {
  return `${localDate(start, timeZone)} to ${localDate(plusMs(end, -1), timeZone)}`;
}

const calendars = new Map<string, Intl.DateTimeFormat>();

/** `2026-10-01`: what a calendar in the zone shows. */
export function localDate(at: Instant, timeZone: string): string {
  let calendar = calendars.get(timeZone);
  if (calendar === undefined) {
    calendar = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
    calendars.set(timeZone, calendar);
  }
  return calendar.format(epochMs(at));
}

/** Everything that the amount was computed from, as it was: a line explains itself for ever. */
export function priceSnapshot({
  obligation: { plan, item, subscription },
  ignoring,
  rated,
}: LineDraft): object {
  const shared = {
    planName: plan.name,
    subscriptionName: subscription.name,
    currency: plan.currency,
    name: item.name,
    rated,
    ...(ignoring.length > 0 && { ignoring }),
  };
  if (item.kind === 'fee')
    return { ...shared, timing: item.timing, price: item.price, unitPrice: toText(item.amount) };
  const { definition, pricing } = item;
  return {
    ...shared,
    model: pricing.model,
    terms: pricing.terms,
    unitPrice: 'unitPrice' in pricing.terms ? pricing.terms.unitPrice : null,
    meter: {
      id: item.meterId,
      key: item.meterKey,
      version: item.meterVersion,
      aggregation: definition.aggregation,
      measure: definition.measure,
      filter: definition.filter,
    },
  };
}
