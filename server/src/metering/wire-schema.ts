import type { z } from 'zod';
import { decimal } from '../lib/decimal.ts';
import { money } from '../lib/money.ts';
import type {
  EventRow,
  HistoryRow,
  TraceCreditRow,
  TraceIgnoredRow,
  TraceLineRow,
  TraceNames,
} from './event-queries.ts';
import type { attributionShape, event, trace } from './schema.ts';

type Trace = z.output<typeof trace>;

function attributionToApi(
  row: Omit<HistoryRow, 'sign' | 'recorded_at' | 'actor' | 'operation' | 'reason'>,
): z.output<typeof attributionShape> {
  return {
    credentialId: row.credential_id,
    subscriberId: row.subscriber_id,
    organizationId: row.organization_id,
    subscriptionId: row.subscription_id,
    rule: row.rule,
    reasons: row.reasons,
    unbilledReason: row.unbilled_reason,
    claimConflicts: row.claim_conflicts,
    sentence: row.sentence,
    position: row.position,
  };
}

export function eventToApi(row: EventRow): z.output<typeof event> {
  return {
    id: row.id,
    source: row.source,
    clientId: row.client_id,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    position: row.position,
    claim: {
      credential: row.credential_masked,
      subscription: row.subscription_claim,
      subscriber: row.subscriber_claim,
      organization: row.organization_claim,
      product: row.product_claim,
    },
    measures: row.measures,
    cost:
      row.cost_amount === null || row.cost_currency === null
        ? null
        : { amount: row.cost_amount, currency: row.cost_currency },
    attributes: row.attributes,
    attribution: attributionToApi({ ...row, position: row.attribution_position }),
  };
}

/** Where the event ended up. */
type TraceDocuments = {
  readonly lines: TraceLineRow[];
  readonly credits: readonly TraceCreditRow[];
  readonly ignored: readonly TraceIgnoredRow[];
};

export function traceToApi(
  row: EventRow,
  names: TraceNames,
  { lines, credits, ignored }: TraceDocuments,
  history: HistoryRow[],
): Trace {
  return {
    event: eventToApi(row),
    rule: row.rule,
    sentence: row.sentence,
    hops: hopsOf(row, names, lines),
    ...documentsToApi({ lines, credits, ignored }),
    history: history.map((entry) => ({
      ...attributionToApi(entry),
      sign: entry.sign,
      recordedAt: entry.recorded_at,
      actor: entry.actor,
      operation: entry.operation,
      reason: entry.reason,
    })),
  };
}

function documentsToApi({
  lines,
  credits,
  ignored,
}: TraceDocuments): Pick<Trace, 'lines' | 'creditNoteLines' | 'ignored'> {
  return {
    lines: lines.map((line) => ({
      lineId: line.line_id,
      description: line.description,
      amount: money(decimal(line.amount), line.currency),
      payerId: line.payer_id,
      invoiceId: line.invoice_id,
      invoiceNumber: line.invoice_number,
      invoiceStatus: line.invoice_status,
      kind: line.kind,
      meter: line.meter,
      sign: line.sign,
      periodStart: line.period_start,
      periodEnd: line.period_end,
    })),
    creditNoteLines: credits.map((line) => ({
      lineId: line.line_id,
      description: line.description,
      amount: money(decimal(line.amount), line.currency),
      creditNoteId: line.credit_note_id,
      creditNoteNumber: line.credit_note_number,
      creditNoteStatus: line.credit_note_status,
      payerId: line.payer_id,
      meter: line.meter,
      sign: line.sign,
      periodStart: line.period_start,
      periodEnd: line.period_end,
    })),
    ignored: ignored.map((row) => ({
      id: row.id,
      payerId: row.payer_id,
      subscriptionId: row.subscription_id,
      meter: row.meter,
      position: row.position,
    })),
  };
}

function hopsOf(row: EventRow, names: TraceNames, lines: TraceLineRow[]): Trace['hops'] {
  const last = lines.at(-1);
  const hops: Trace['hops'] = [
    {
      kind: 'event',
      id: row.id,
      name: row.client_id,
      detail: `Occurred ${row.occurred_at}, recorded ${row.recorded_at}.`,
    },
    {
      kind: 'credential',
      id: row.credential_id,
      name: names.credential_name ?? row.credential_masked,
      detail:
        row.credential_id !== null
          ? `Sent as ${row.credential_masked ?? 'another identifier'}.`
          : row.credential_masked === null
            ? 'The event names no credential.'
            : row.reasons.includes('unknown_credential')
              ? `${row.credential_masked} is not a known credential.`
              : `${row.credential_masked} named no credential then.`,
    },
    {
      kind: 'subscriber',
      id: row.subscriber_id,
      name: names.subscriber_name,
      detail: row.subscriber_id === null ? 'No subscriber is known for it.' : 'Used the service.',
    },
    {
      kind: 'organization',
      id: row.organization_id,
      name: names.organization_name,
      detail: row.sentence,
    },
    {
      kind: 'subscription',
      id: row.subscription_id,
      name: names.subscription_name ?? names.plan_name,
      detail:
        row.subscription_id === null
          ? `Not billed: ${row.unbilled_reason?.replaceAll('_', ' ') ?? ''}.`
          : `Billed under ${names.plan_name ?? 'its plan'}.`,
    },
  ];
  if (last === undefined) return hops;
  const number = last.invoice_number ?? 'a draft';
  hops.push(
    {
      kind: 'invoiceLine',
      id: last.line_id,
      name: last.description,
      detail: `${last.kind === 'adjustment' ? 'An adjustment of' : 'Usage of'} ${last.period_start} to ${last.period_end}.`,
    },
    {
      kind: 'invoice',
      id: last.invoice_id,
      name: last.invoice_number,
      detail: `On ${number} (${last.invoice_status.replaceAll('_', ' ')}).`,
    },
    {
      kind: 'statement',
      id: names.payer_id,
      name: names.payer_name,
      detail: `Owed by ${names.payer_name ?? 'nobody'}.`,
    },
  );
  return hops;
}
