import type { MeterDefinition } from '../catalog/meter-rules.ts';
import { type Pricing, pricingOf } from '../catalog/pricing-rules.ts';
import type { BreakdownBy } from '../lib/breakdown.ts';
import { type Decimal, decimal, isZero, subtract, toText, zero } from '../lib/decimal.ts';
import type { Instant } from '../lib/instant.ts';
import type { IgnoredSet } from '../rating/rules.ts';
import { countedBy, takenBack, type UsagePart } from '../rating/rules.ts';
import { shareOutWorth, worthOf } from '../rating/worth-rules.ts';

/** A line as its breakdown looks at it: the set of its events, its amount and its price as it keeps it. */
export type BrokenLine = {
  readonly id: string;
  readonly subscription_id: string;
  readonly payer_from: Instant;
  readonly payer_to: Instant;
  readonly position_after: number;
  readonly position: number;
  readonly event_sign: number;
  readonly quantity: string;
  readonly amount: string;
  readonly price: unknown;
};

/** Of what a line keeps of its price, what a breakdown needs; a fee has no model. */
type Price = {
  readonly currency: string;
  readonly meter?: Pick<MeterDefinition, 'aggregation' | 'measure' | 'filter'>;
  readonly model?: Pricing['model'];
  readonly terms?: Pricing['terms'];
  readonly ignoring?: readonly IgnoredSet[];
  readonly rated: {
    readonly lineTopUp?: string;
    readonly breakdown?: readonly {
      readonly value: string | null;
      readonly quantity: string;
      readonly amount: string;
    }[];
  };
};

export type LinePart = {
  /** `fixed`: no usage of the line caused it. `rest`: of all those that are not named. */
  readonly kind: 'usage' | 'fixed' | 'rest';
  readonly value: string | null;
  readonly quantity: string;
  readonly amount: string;
  readonly eventCount: number;
  readonly eventQuantity: string;
};

/** The set of events to measure part by part; null where the line has none. */
export function askOf(line: BrokenLine) {
  const { meter, model, terms, currency, ignoring } = line.price as Price;
  if (meter === undefined || model === undefined || terms === undefined) return null;
  if (line.position_after === line.position) return null;
  return {
    key: line.id,
    subscriptionId: line.subscription_id,
    from: line.payer_from,
    to: line.payer_to,
    after: line.position_after,
    upto: line.position,
    ...(ignoring && { ignoring }),
    counted: countedBy(meter, pricingOf({ model, terms }), currency),
  };
}

/**
 * Shares a line out by the one allocator (design §4.5): what usage costs in proportion to each part's own quantity,
 * price by price; a fee, what fills up a minimum, and what no event of the line caused, to `fixedTo`. The parts sum to
 * the line exactly.
 */
export function partsOfLine(
  line: BrokenLine,
  measured: readonly UsagePart[],
  fixedTo: string | null,
): LinePart[] {
  const { rated, currency, model, terms } = line.price as Price;
  const amount = decimal(line.amount);
  if (measured.length === 0 || model === undefined || terms === undefined)
    return isZero(amount) ? [] : [fixedPart(fixedTo, amount, line.quantity)];
  const parts = line.event_sign < 0 ? measured.map(reversed) : measured;
  const ofFixed = decimal(rated.lineTopUp ?? '0');
  const groups = (rated.breakdown ?? []).map((group) => ({
    value: group.value,
    quantity: decimal(group.quantity),
    amount: decimal(group.amount),
  }));
  const pricing = pricingOf({ model, terms });
  const weights = parts.map(({ usage }, i) => ({
    key: String(i).padStart(6, '0'),
    weight: worthOf(usage, groups, pricing),
  }));
  const amounts = shareOutWorth(subtract(amount, ofFixed), weights, currency);
  const rows = parts.map(({ value, isRest, usage }, i): LinePart => ({
    kind: isRest ? 'rest' : 'usage',
    value,
    quantity: toText(usage.quantity),
    amount: toText(amounts.get(weights[i]?.key ?? '') ?? zero),
    eventCount: usage.eventCount,
    eventQuantity: toText(usage.eventQuantity),
  }));
  return isZero(ofFixed) ? rows : [...rows, fixedPart(fixedTo, ofFixed, '0')];
}

function fixedPart(value: string | null, amount: Decimal, quantity: string): LinePart {
  const nothing = { eventCount: 0, eventQuantity: '0' };
  return { kind: 'fixed', value, quantity, amount: toText(amount), ...nothing };
}

function reversed(part: UsagePart): UsagePart {
  return { ...part, usage: takenBack(part.usage) };
}

const nobody: Readonly<Record<string, string>> = {
  organization: 'No organization',
  subscriber: 'No subscriber',
  credential: 'No credential',
  tag: 'No tag',
};
const FIXED_LABEL = 'not by usage';
const REST_LABEL = 'All others';

/** What a part is called: by its name as of that day, where it has one. */
export function labelOf(
  by: BreakdownBy,
  { kind, value }: Pick<LinePart, 'kind' | 'value'>,
  names: ReadonlyMap<string, string>,
  isOnlyPart: boolean,
): string {
  if (kind === 'rest') return REST_LABEL;
  const name = value === null ? null : (names.get(value) ?? value);
  if (name !== null) return kind === 'fixed' && !isOnlyPart ? `${name}, ${FIXED_LABEL}` : name;
  return kind === 'fixed' ? 'Not by usage' : (nobody[by] ?? `No ${by.slice(by.indexOf(':') + 1)}`);
}

/** In the order of their names; what has none, the rest and what is not by usage come last. */
export function inPartOrder<T extends LinePart & { readonly label: string }>(
  parts: readonly T[],
): T[] {
  const rank = ({ kind, value }: T) =>
    kind === 'fixed' ? 3 : kind === 'rest' ? 2 : value === null ? 1 : 0;
  const keyOf = (part: T) => `${rank(part)} ${part.label} ${part.value ?? ''}`;
  return parts
    .map((part) => ({ part, key: keyOf(part) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ part }) => part);
}
