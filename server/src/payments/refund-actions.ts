import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import { lockPayer } from '../invoicing/run-queries.ts';
import { postRefund } from '../ledger/actions.ts';
import { type OpenCreditRow, openCredits } from '../ledger/queries.ts';
import { drawInOrder } from '../ledger/rules.ts';
import { decimal, sum, toText } from '../lib/decimal.ts';
import { newId } from '../lib/id.ts';
import { notAhead, requireCustomer } from './actions.ts';
import { findRefund, insertRefund, type RefundRow } from './refund-queries.ts';
import { type RefundCreate, refundToApi } from './refund-schema.ts';
import { refusal } from './rules.ts';

/** Records that money was given back: out of what is left of payments and credit notes, the oldest first. */
export async function createRefund(action: Action, input: RefundCreate): Promise<RefundRow> {
  const { organizationId, method, reference, reason } = input;
  const { amount, currency } = input.amount;
  await requireCustomer(action, organizationId);
  const refundedAt = notAhead(action, input.refundedAt, '/refundedAt');
  await lockPayer(action.tx, organizationId);
  const account = { organizationId, currency };
  const drawn = draw(input, await openCredits(action.tx, account), refundedAt);
  const id = newId('rfd', action.now);
  await insertRefund(action, {
    id,
    organization_id: organizationId,
    currency,
    amount,
    method: method ?? null,
    reference: reference ?? null,
    reason: reason ?? null,
    refunded_at: refundedAt,
  });
  await postRefund(action, { ...account, id, refundedAt }, drawn);
  const row = await findRefund(action.tx, id);
  if (row === undefined) throw new Error(`${id} is not there`);
  await audit(action, {
    action: 'refunds.create',
    resourceId: id,
    before: null,
    after: refundToApi(row),
    reason,
  });
  return row;
}

function draw(input: RefundCreate, open: readonly OpenCreditRow[], refundedAt: string) {
  const named = input.paymentId ?? input.creditNoteId;
  const credits = open
    .filter(({ id, since }) => (named === undefined || id === named) && since <= refundedAt)
    .map(({ id, left }) => ({ id, left: decimal(left) }));
  const { amount, currency } = input.amount;
  const drawn = drawInOrder(credits, decimal(amount));
  if (drawn !== null) return drawn;
  const there = toText(sum(credits.map(({ left }) => left)));
  const where = named === undefined ? '' : ` of ${named}`;
  throw refusal(
    'exceeds_credit',
    '/amount',
    `${there} ${currency} is left${where} at that time: a refund takes no more than that.`,
  );
}
