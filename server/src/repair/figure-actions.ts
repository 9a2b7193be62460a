import type { Moves } from '../attribution/move-actions.ts';
import type { Action } from '../db/act.ts';
import { type DraftHeader, draftsOf } from '../invoicing/draft-queries.ts';
import { type Outlook, outlookAt } from '../invoicing/outlook-actions.ts';
import { add, decimal, type Decimal, equals, subtract, sum, zero } from '../lib/decimal.ts';
import { groupBy } from '../lib/group.ts';
import { limits } from '../lib/limits.ts';
import { money } from '../lib/money.ts';
import {
  type FlowRow,
  flowsOf,
  movedCosts,
  organizationNames,
  payersAt,
  touchedStretches,
} from './figure-queries.ts';
import type { Preview } from './reattribution-schema.ts';

const NOTHING: Preview = {
  measures: [],
  costs: [],
  flows: [],
  flowsLeftOut: 0,
  money: [],
  adjustments: [],
  adjustmentsLeftOut: 0,
  drafts: [],
};

/**
 * What moves and what it does to anybody's money, read from the entries that were just made: at `position` they are
 * not there yet, at `asIf` they are.
 */
export async function previewOf(
  action: Action,
  moves: Moves,
  { position, asIf }: { position: number; asIf: number },
): Promise<Preview> {
  const { span, measures } = moves;
  if (span === null) return NOTHING;
  const flows = await flowsOf(action, span, limits.previewItemsMax);
  const costs = await movedCosts(action, span);
  const stretches = await touchedStretches(action, span);
  const before = await outlookAt(action.tx, stretches, position);
  const after = await outlookAt(action.tx, stretches, asIf);
  const changes = changesBetween(before, after);
  const payerIds = [...new Set(changes.map(({ payerId }) => payerId))].toSorted();
  const names = await organizationNames(action, payerIds);
  const adjustments = changes.filter(({ invoiceNumbers }) => invoiceNumbers.length > 0);
  return {
    measures: [...measures],
    costs,
    flows: flows.map(flowToApi),
    flowsLeftOut: (flows[0]?.flows ?? 0) - flows.length,
    money: moneyOf(changes, names),
    adjustments: adjustments.slice(0, limits.previewItemsMax).map(adjustmentToApi),
    adjustmentsLeftOut: Math.max(0, adjustments.length - limits.previewItemsMax),
    drafts: await draftsAnew(action, payerIds, changes),
  };
}

/** One payer's charge over one service period, before and after; only where its usage or its amount differ. */
type Change = Omit<Outlook, 'due' | 'eventHash'> & { before: Decimal; after: Decimal };

function changesBetween(before: readonly Outlook[], after: readonly Outlook[]): Change[] {
  const [was, will] = [before, after].map((some) => new Map(some.map((each) => [each.key, each])));
  const keys = [...new Set([...before, ...after].map(({ key }) => key))].toSorted();
  return keys.flatMap((key) => {
    const [a, b] = [was?.get(key), will?.get(key)];
    const either = b ?? a;
    if (either === undefined) return [];
    const shareOf = (outlook: Outlook | undefined) =>
      outlook === undefined ? either.billed : add(outlook.billed, outlook.due);
    const isSame =
      equals(shareOf(a), shareOf(b)) && equals(a?.eventHash ?? zero, b?.eventHash ?? zero);
    return isSame ? [] : [{ ...either, before: shareOf(a), after: shareOf(b) }];
  });
}

function moneyOf(changes: readonly Change[], names: ReadonlyMap<string, string>): Preview['money'] {
  const groups = groupBy(changes, ({ payerId, currency }) => `${payerId} ${currency}`);
  return [...groups.values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const { payerId, currency } = first;
    const [before, after] = [sum(some.map((c) => c.before)), sum(some.map((c) => c.after))];
    return [
      {
        organizationId: payerId,
        organizationName: names.get(payerId) ?? payerId,
        before: money(before, currency),
        after: money(after, currency),
        difference: money(subtract(after, before), currency),
      },
    ];
  });
}

function adjustmentToApi(change: Change): Preview['adjustments'][number] {
  const { currency, before, after, billed } = change;
  return {
    organizationId: change.payerId,
    invoiceNumbers: [...change.invoiceNumbers],
    subscriptionId: change.subscriptionId,
    subscriptionName: change.subscriptionName,
    charge: change.charge,
    periodStart: change.period.start,
    periodEnd: change.period.end,
    billed: money(billed, currency),
    difference: money(subtract(after, before), currency),
    adjustment: money(subtract(after, billed), currency),
  };
}

/** A draft takes what falls due in its cycle, and what follows up on invoices of before. */
async function draftsAnew(
  { tx }: Action,
  payerIds: readonly string[],
  changes: readonly Change[],
): Promise<Preview['drafts']> {
  if (payerIds.length === 0) return [];
  const drafts = await draftsOf(tx, payerIds);
  const isOn = (draft: (typeof drafts)[number]) => (change: Change) =>
    change.payerId === draft.organization_id &&
    change.currency === draft.currency &&
    change.period.end <= draft.period_end;
  return drafts.filter((draft) => changes.some(isOn(draft))).map(draftToApi);
}

/** The drafts of whoever pays for these organizations, and their own. */
export async function draftsOfPayers(
  { tx, now }: Action,
  organizationIds: readonly string[],
): Promise<Preview['drafts']> {
  const payers = await payersAt(tx, organizationIds, now);
  return (await draftsOf(tx, [...organizationIds, ...payers])).map(draftToApi);
}

function draftToApi(draft: DraftHeader): Preview['drafts'][number] {
  return {
    invoiceId: draft.id,
    organizationId: draft.organization_id,
    periodStart: draft.period_start,
    periodEnd: draft.period_end,
    total: money(decimal(draft.total), draft.currency),
  };
}

function flowToApi(row: FlowRow): Preview['flows'][number] {
  return {
    from: {
      organizationId: row.from_organization,
      organizationName: row.from_name,
      subscriptionId: row.from_subscription,
      unbilledReason: row.from_reason,
    },
    to: {
      organizationId: row.to_organization,
      organizationName: row.to_name,
      subscriptionId: row.to_subscription,
      unbilledReason: row.to_reason,
    },
    events: row.events,
  };
}
