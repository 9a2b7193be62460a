import { type Decimal, isNegative, isZero, sum } from '../lib/decimal.ts';
import { groupBy } from '../lib/group.ts';
import { obligationKey, pairKey } from './obligation-rules.ts';
import type { LineDraft } from './settle-rules.ts';

/** What becomes of usage that is recorded after its service period was billed. */
export const latePolicies = ['adjustNextInvoice', 'creditNote', 'ignore'] as const;
export type LatePolicy = (typeof latePolicies)[number];

/** That of the subscription, or else of the payer, or else of the deployment. */
export function latePolicyOf(
  subscription: unknown,
  payer: unknown,
  deployment: LatePolicy,
): LatePolicy {
  return policyIn(subscription) ?? policyIn(payer) ?? deployment;
}

function policyIn(setting: unknown): LatePolicy | undefined {
  return (setting as { policy?: LatePolicy } | null)?.policy;
}

/** On which documents lines go. */
export type Documents = {
  /** The regular invoice of the cycle. */
  readonly invoice: readonly LineDraft[];
  /** An invoice beside it. */
  readonly standalone: readonly LineDraft[];
  /** Credit notes: each credits what one fee or charge over one service period comes to. */
  readonly credits: readonly (readonly LineDraft[])[];
};

/**
 * Lines go on the cycle's invoice, adjustments among them, with two exceptions (design §4.7):
 *
 * - Where the policy is `creditNote`, adjustments have documents of their own: credits a credit note, debits a
 *   standalone invoice.
 * - What would make the invoice ask for less than nothing, or of which there is no invoice to set it off against, is a
 *   credit note, the latest service periods first. While the cycle goes on (`isOver`: false) credits wait instead:
 *   there may be more to set them off against.
 *
 * Nothing is invoiced while no line has an amount: what is found for it later is billed then. `totalOf`: what lines ask
 * for, with what comes on top of them.
 */
export function documentsFor(
  lines: readonly LineDraft[],
  totalOf: (some: readonly LineDraft[]) => Decimal,
  isOver: boolean,
): Documents {
  const adjustments = [
    ...groupBy(
      lines.filter(({ kind }) => kind === 'adjustment'),
      (line) => obligationKey(line.obligation),
    ),
  ].toSorted(([a], [b]) => (latest(a) < latest(b) ? 1 : -1));
  const apart = new Set<LineDraft>();
  const setApart = (some: readonly LineDraft[]) => some.forEach((line) => apart.add(line));
  const credits: (readonly LineDraft[])[] = [];
  const standalone: LineDraft[] = [];
  for (const [, some] of adjustments) {
    const due = amountOf(some);
    if (some[0]?.obligation.subscription.late !== 'creditNote' || isZero(due)) continue;
    setApart(some);
    if (isNegative(due)) credits.push(some);
    else standalone.push(...some);
  }
  for (const [, some] of adjustments) {
    const left = lines.filter((line) => !apart.has(line));
    if (!isNegative(totalOf(left))) break;
    if (!isNegative(amountOf(some)) || some.some((line) => apart.has(line))) continue;
    setApart(some);
    credits.push(some);
  }
  const left = lines.filter((line) => !apart.has(line));
  const invoice = left.every((line) => isZero(line.amount)) ? [] : left;
  const issued = isOver ? credits : [];
  return { invoice, standalone, credits: invoice.length > 0 ? issued : withZeros(issued, left) };
}

/** Adjustments that change events but no amount go with a credit of the same service period, if no invoice takes them. */
function withZeros(
  credits: readonly (readonly LineDraft[])[],
  left: readonly LineDraft[],
): (readonly LineDraft[])[] {
  const zeros = groupBy(
    left.filter(({ kind }) => kind === 'adjustment'),
    (line) => pairKey(line.obligation),
  );
  return credits.map((credit) => {
    const key = credit[0] && pairKey(credit[0].obligation);
    const some = key === undefined ? [] : (zeros.get(key) ?? []);
    if (key !== undefined) zeros.delete(key);
    return [...credit, ...some];
  });
}

/** The names of obligations by their period, then by name. */
function latest(key: string): string {
  const [subscription = '', start = '', item = ''] = key.split(' ');
  return `${start} ${subscription} ${item}`;
}

const amountOf = (some: readonly LineDraft[]) => sum(some.map((line) => line.amount));
