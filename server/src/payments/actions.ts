import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import { updateStatuses } from '../invoicing/invoice-queries.ts';
import { lockPayer } from '../invoicing/run-queries.ts';
import { postPayment, postPaymentReversal } from '../ledger/actions.ts';
import { lastEffectOf } from '../ledger/queries.ts';
import { decimal, isZero } from '../lib/decimal.ts';
import { newId } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { invalidField, notFound, Problem, unknownReference } from '../lib/problem.ts';
import { standingIds } from '../organizations/alias-queries.ts';
import { allocateCredit, returnCredit } from './allocation-actions.ts';
import {
  findCustomer,
  findPayment,
  insertPayment,
  payableInvoices,
  type PaymentRow,
  touchPayment,
} from './queries.ts';
import { type Asked, refusal } from './rules.ts';
import { type PaymentCreate, paymentToApi } from './schema.ts';

/** Records that money came in, and applies it: as asked for, or to the invoice due first. */
export async function createPayment(action: Action, given: PaymentCreate): Promise<PaymentRow> {
  await requireCustomer(action, given.organizationId);
  const input = { ...given, organizationId: await accountOf(action, given) };
  const receivedAt = notAhead(action, input.receivedAt, '/receivedAt');
  await lockPayer(action.tx, input.organizationId);
  const { amount, currency } = input.amount;
  const payment = {
    id: newId('pay', action.now),
    organizationId: input.organizationId,
    currency,
    left: decimal(amount),
  };
  await insertPayment(action, {
    id: payment.id,
    organization_id: payment.organizationId,
    currency,
    amount,
    method: input.method ?? null,
    reference: input.reference ?? null,
    received_at: receivedAt,
  });
  await postPayment(action, { ...payment, amount: payment.left, receivedAt });
  await allocateCredit(action, payment, input.allocations, receivedAt);
  return recorded(action, 'payments.create', null, payment.id);
}

/** Applies what is left of it, from now on. */
export async function allocatePayment(
  action: Action,
  id: string,
  asked: readonly Asked[] | undefined,
): Promise<PaymentRow> {
  const before = await requireLockedPayment(action, id);
  requireReceived(before);
  await allocateCredit(action, sourceOf(before), asked, action.now);
  await touchPayment(action, id);
  return recorded(action, 'payments.allocate', before, id);
}

/** Takes back what it paid of an invoice: that is due again, and the payment has as much left. */
export async function deallocatePayment(
  action: Action,
  id: string,
  invoiceId: string,
  amount: Asked['amount'] | undefined,
): Promise<PaymentRow> {
  const before = await requireLockedPayment(action, id);
  requireReceived(before);
  await returnCredit(action, sourceOf(before), invoiceId, amount);
  await touchPayment(action, id);
  return recorded(action, 'payments.deallocate', before, id);
}

/** It bounced, or was charged back: what it had paid is due again. */
export async function reversePayment(
  action: Action,
  id: string,
  input: { reversedAt?: Instant | undefined; reason?: string | undefined },
): Promise<PaymentRow> {
  const before = await requireLockedPayment(action, id);
  requireReceived(before);
  if (!isZero(decimal(before.refunded))) {
    throw new Problem(
      'invalid_state',
      `${before.refunded} ${before.currency} of the payment was refunded: what was given back cannot bounce.`,
    );
  }
  const reversedAt = notAhead(action, input.reversedAt, '/reversedAt');
  const last = await lastEffectOf(action.tx, id);
  if (last !== null && reversedAt < last)
    throw invalidField('/reversedAt', 'too_early', `It was still being applied at ${last}.`);
  const invoiceIds = await postPaymentReversal(action, {
    ...sourceOf(before),
    amount: decimal(before.amount),
    reversedAt,
  });
  await updateStatuses(action, invoiceIds);
  await touchPayment(action, id, reversedAt);
  return recorded(action, 'payments.reverse', before, id, input.reason);
}

const sourceOf = (row: PaymentRow) => ({
  id: row.id,
  organizationId: row.organization_id,
  currency: row.currency,
  left: decimal(row.left),
});

/**
 * Whose account it is for. Open documents of what was merged keep their recipient and are on the statement of whoever
 * answers for it, so either may be named as the payer of an invoice of the other: it is owed on the account it is on.
 */
async function accountOf(
  action: Action,
  { organizationId, allocations = [] }: PaymentCreate,
): Promise<string> {
  const ids = allocations.map(({ invoiceId }) => invoiceId);
  const invoices = ids.length === 0 ? [] : [...(await payableInvoices(action.tx, ids)).values()];
  const owing = [...new Set(invoices.map((invoice) => invoice.organization_id))];
  const [only] = owing;
  if (only === undefined || owing.length > 1 || only === organizationId) return organizationId;
  const [standing, named] = await standingIds(action.tx, [only, organizationId], action.now);
  return standing === named ? only : organizationId;
}

/** A customer that can owe. */
export async function requireCustomer(action: Action, id: string): Promise<void> {
  const customer = await findCustomer(action.tx, id);
  if (customer === undefined) throw unknownReference('/organizationId', 'organization');
  if (customer.unclassified)
    throw refusal(
      'unprocessable',
      '/organizationId',
      'UNCLASSIFIED owes nothing and pays nothing.',
    );
}

/** Now, or what was asked for, which has happened. */
export function notAhead(action: Action, asked: Instant | undefined, pointer: string): Instant {
  if (asked !== undefined && asked > action.now)
    throw invalidField(pointer, 'in_the_future', 'It has to have happened.');
  return asked ?? action.now;
}

/** The payment, and its payer's account locked until the transaction ends. */
async function requireLockedPayment(action: Action, id: string): Promise<PaymentRow> {
  const { organization_id: payerId } = await requirePayment(action, id);
  await lockPayer(action.tx, payerId);
  return requirePayment(action, id);
}

async function requirePayment(action: Action, id: string): Promise<PaymentRow> {
  const row = await findPayment(action.tx, id);
  if (row === undefined) throw notFound('payment', id);
  return row;
}

function requireReceived(payment: PaymentRow): void {
  if (payment.status !== 'received')
    throw new Problem('invalid_state', `The payment ${payment.id} is ${payment.status}.`);
}

async function recorded(
  action: Action,
  what: string,
  before: PaymentRow | null,
  id: string,
  reason?: string,
): Promise<PaymentRow> {
  const after = await requirePayment(action, id);
  await audit(action, {
    action: what,
    resourceId: id,
    before: before && paymentToApi(before),
    after: paymentToApi(after),
    reason,
  });
  return after;
}
