import { asArchivedProblem } from '../archive/queries.ts';
import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import { requireLockedInvoice } from '../invoicing/invoice-actions.ts';
import { updateStatuses } from '../invoicing/invoice-queries.ts';
import { recipientOf } from '../invoicing/invoice-rules.ts';
import { findPayer, lockPayer } from '../invoicing/run-queries.ts';
import { taxerOf } from '../invoicing/tax-actions.ts';
import { taxOfRow } from '../invoicing/tax-queries.ts';
import { type Tax, taxBack, totalsOf } from '../invoicing/tax-rules.ts';
import { postCreditNote, postCreditNoteReversal, postWriteOff } from '../ledger/actions.ts';
import { balanceOf } from '../ledger/queries.ts';
import {
  add,
  compare,
  decimal,
  isZero,
  negate,
  smaller,
  sum,
  toText,
  zero,
} from '../lib/decimal.ts';
import { newId } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { invalidField, notFound, Problem } from '../lib/problem.ts';
import { notAhead } from '../payments/actions.ts';
import { allocateCredit, returnCredit } from '../payments/allocation-actions.ts';
import type { Asked } from '../payments/rules.ts';
import { issuerSnapshot } from '../sellers/queries.ts';
import {
  creditableLines,
  type CreditableLineRow,
  type CreditNoteRow,
  drawCreditNoteNumber,
  findCreditNote,
  insertCreditNote,
  type NewCreditNoteLine,
  postedOf,
  touchCreditNote,
} from './queries.ts';
import {
  creditAll,
  type Credited,
  creditNoteNumber,
  creditSome,
  requireWithinTotal,
} from './rules.ts';
import { type CreditNoteCreate, creditNoteHeaderToApi } from './schema.ts';

/** Credits an invoice, or parts of its lines. What was credited stays billed: its usage is not billed again. */
export async function createCreditNote(
  action: Action,
  input: CreditNoteCreate,
): Promise<CreditNoteRow> {
  const invoice = await requireLockedInvoice(action, input.invoiceId);
  if (invoice.status === 'draft' || invoice.status === 'void' || invoice.issued_at === null) {
    throw new Problem(
      'invalid_state',
      `The invoice ${invoice.number ?? invoice.id} is ${invoice.status}: there is nothing to credit.`,
    );
  }
  const effectiveAt = notAhead(action, input.effectiveAt, '/effectiveAt');
  if (effectiveAt < invoice.issued_at)
    throw invalidField('/effectiveAt', 'too_early', `It was issued at ${invoice.issued_at}.`);
  const lines = await creditableLines(action.tx, invoice.id);
  const parts: Credited<CreditableLineRow>[] =
    input.lines === undefined ? creditAll(lines) : creditSome(lines, input.lines, invoice.currency);
  const before = lines.map((line) => ({ line, amount: decimal(line.credited) }));
  const sumOf = (some: typeof before) => sum(some.map(({ amount }) => amount));
  requireWithinTotal(decimal(invoice.subtotal ?? invoice.total), sumOf(before), sumOf(parts));
  const ordinalsOf = (some: typeof before) =>
    some.map(({ line, amount }) => ({ ordinal: line.ordinal, amount }));
  const taxes = taxBack(
    invoice.taxes.map(taxOfRow),
    ordinalsOf(parts),
    ordinalsOf(before),
    invoice.currency,
  );
  return issueCreditNote(action, {
    organizationId: invoice.organization_id,
    currency: invoice.currency,
    invoiceId: invoice.id,
    reason: input.reason,
    effectiveAt,
    lines: parts.map(lineOfPart),
    taxes: taxes.map((tax) => ({ ...tax, lineOrdinals: ordinalsWithin(tax.lineOrdinals, parts) })),
  });
}

/** The ordinals of invoice lines → those of the lines of the credit note. */
function ordinalsWithin(
  ordinals: readonly number[],
  parts: readonly Credited<CreditableLineRow>[],
): number[] {
  return parts.flatMap(({ line }, i) => (ordinals.includes(line.ordinal) ? [i + 1] : []));
}

function lineOfPart({ line, amount }: Credited<CreditableLineRow>): NewCreditNoteLine {
  return {
    kind: 'credit',
    description: line.description,
    invoice_line_id: line.id,
    subscription_id: line.subscription_id,
    plan_id: line.plan_id,
    plan_version: line.plan_version,
    fee_id: line.fee_id,
    charge_id: line.charge_id,
    period_start: line.period_start,
    period_end: line.period_end,
    payer_from: line.payer_from,
    payer_to: line.payer_to,
    quantity: '0',
    amount: toText(amount),
    price: '{}',
    position_after: line.position,
    position: line.position,
    event_sign: 1,
    event_count: 0,
    event_quantity: '0',
    event_hash: '0',
  };
}

export type CreditNoteIssue = {
  readonly organizationId: string;
  readonly currency: string;
  /** The invoice whose amount due it lowers; null: all of it is credit of the customer. */
  readonly invoiceId: string | null;
  readonly billingRun?: { readonly id: string; readonly position: number };
  readonly reason: string;
  readonly effectiveAt: Instant;
  readonly lines: readonly NewCreditNoteLine[];
  /** The tax that it takes back. Left out: the lines are taxed as they would be on an invoice of today. */
  readonly taxes?: readonly Tax[];
};

/**
 * Issues a credit note: number, snapshot, seal, ledger. For other domains too, within their transaction; whoever calls
 * holds the payer's lock. Lines of the kind `adjustment` carry the signed set of events that they are computed from, as
 * invoice lines do, and count as billed.
 */
export async function issueCreditNote(
  action: Action,
  issue: CreditNoteIssue,
): Promise<CreditNoteRow> {
  const { organizationId, currency, invoiceId, billingRun, reason, effectiveAt } = issue;
  const payer = await findPayer(action.tx, organizationId);
  if (payer === undefined) throw new Problem('invalid_state', 'UNCLASSIFIED is never billed.');
  const seller = await drawCreditNoteNumber(action);
  const id = newId('cn', action.now);
  const subtotal = sum(issue.lines.map((line) => decimal(line.amount)));
  const taxes = issue.taxes ?? (await taxesOf(action, issue));
  const taxTotal = sum(taxes.map((tax) => tax.amount));
  const total = add(subtotal, taxTotal);
  await insertCreditNote(
    action,
    {
      id,
      seller_id: seller.id,
      organization_id: organizationId,
      invoice_id: invoiceId,
      billing_run_id: billingRun?.id ?? null,
      number: creditNoteNumber(seller.prefix, seller.number),
      number_sequence: seller.number,
      currency,
      ...totalsOf({ subtotal, taxes, taxTotal, total }),
      reason,
      position: billingRun?.position ?? null,
      recipient: JSON.stringify(recipientOf(payer)),
      issuer: JSON.stringify(await issuerSnapshot(action.tx, seller.id)),
      effective_at: effectiveAt,
    },
    issue.lines.map((line) => ({ ...line, id: newId('cnl', action.now) })),
    taxes,
  );
  const account = { organizationId, currency };
  const balance = invoiceId === null ? undefined : await balanceOf(action.tx, account, invoiceId);
  const due = decimal(balance?.amount ?? '0');
  // What had been given up is first what is not owed at all.
  const recovered = smaller(decimal(balance?.written_off ?? '0'), total);
  if (invoiceId !== null && compare(recovered, zero) > 0)
    await postWriteOff(action, account, invoiceId, negate(recovered), effectiveAt);
  await postCreditNote(action, {
    ...account,
    id,
    total,
    effectiveAt,
    invoice: invoiceId === null ? null : { id: invoiceId, due: add(due, recovered) },
  });
  if (invoiceId !== null) await updateStatuses(action, [invoiceId]);
  return recorded(action, 'creditNotes.create', null, id);
}

async function taxesOf(action: Action, issue: CreditNoteIssue): Promise<readonly Tax[]> {
  const planIds = [...new Set(issue.lines.map((line) => line.plan_id))];
  const tax = await taxerOf(action.tx, issue.organizationId, planIds);
  const lines = issue.lines.map((line) => ({
    planId: line.plan_id,
    amount: decimal(line.amount),
  }));
  return tax(lines, issue.currency).taxes;
}

/** Takes a credit note back, as a reverse entry: what it had credited is owed again. */
export async function voidCreditNote(
  action: Action,
  id: string,
  reason: string | undefined,
): Promise<CreditNoteRow> {
  const before = await requireLockedCreditNote(action, id);
  requireStanding(before);
  const posted = await postedOf(action.tx, id);
  const [onInvoice, rest] = [decimal(posted.onInvoice), decimal(posted.rest)];
  if (compare(decimal(before.left), rest) < 0) {
    throw new Problem(
      'has_payments',
      `Of ${before.number}, ${posted.rest} became credit, and ${before.left} is left of that. Take back first what it paid.`,
    );
  }
  const reversal = { id, invoiceId: before.invoice_id, onInvoice, rest };
  await postCreditNoteReversal(action, { ...accountOf(before), ...reversal }).catch(
    (error: unknown) => {
      throw asArchivedProblem(error, 'What was credited of it stands.');
    },
  );
  await touchCreditNote(action, id, 'void');
  if (before.invoice_id !== null && !isZero(onInvoice))
    await updateStatuses(action, [before.invoice_id]);
  return recorded(action, 'creditNotes.void', before, id, reason);
}

/** Applies what is left of it to invoices, from now on. */
export async function allocateCreditNote(
  action: Action,
  id: string,
  asked: readonly Asked[] | undefined,
): Promise<CreditNoteRow> {
  const before = await requireLockedCreditNote(action, id);
  requireStanding(before);
  const source = { ...accountOf(before), id, left: decimal(before.left) };
  await allocateCredit(action, source, asked, action.now);
  await touchCreditNote(action, id, 'issued');
  return recorded(action, 'creditNotes.allocate', before, id);
}

/** Takes back what the rest of it paid of another invoice. */
export async function deallocateCreditNote(
  action: Action,
  id: string,
  invoiceId: string,
  amount: Asked['amount'] | undefined,
): Promise<CreditNoteRow> {
  const before = await requireLockedCreditNote(action, id);
  requireStanding(before);
  await returnCredit(action, { ...accountOf(before), id }, invoiceId, amount);
  await touchCreditNote(action, id, 'issued');
  return recorded(action, 'creditNotes.deallocate', before, id);
}

const accountOf = (row: CreditNoteRow) => ({
  organizationId: row.organization_id,
  currency: row.currency,
});

export async function requireCreditNote(action: Action, id: string): Promise<CreditNoteRow> {
  const row = await findCreditNote(action.tx, id);
  if (row === undefined) throw notFound('credit note', id);
  return row;
}

async function requireLockedCreditNote(action: Action, id: string): Promise<CreditNoteRow> {
  const { organization_id: payerId } = await requireCreditNote(action, id);
  await lockPayer(action.tx, payerId);
  return requireCreditNote(action, id);
}

function requireStanding(note: CreditNoteRow): void {
  if (note.status !== 'issued')
    throw new Problem('invalid_state', `The credit note ${note.number} is ${note.status}.`);
}

async function recorded(
  action: Action,
  what: string,
  before: CreditNoteRow | null,
  id: string,
  reason?: string,
): Promise<CreditNoteRow> {
  const after = await requireCreditNote(action, id);
  await audit(action, {
    action: what,
    resourceId: id,
    before: before && creditNoteHeaderToApi(before),
    after: creditNoteHeaderToApi(after),
    reason,
  });
  return after;
}
