import { z } from 'zod';
import { booleanQuery, instant, instantInput, pageQuery, reasonInput } from '../http/shapes.ts';
import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import type { ConflictRow, RejectRow, Replayed, StoredBody } from './kept-queries.ts';
import { differences, maskRejected } from './reject-rules.ts';

const REJECT_ID = /^rej_([1-9]\d{0,15})$/;

const rejectId = z
  .string()
  .regex(REJECT_ID, 'Expected the id of a reject, such as rej_42')
  .transform((text) => Number(REJECT_ID.exec(text)?.[1]))
  .meta({ examples: ['rej_42'] });

const outcomes = ['accepted', 'duplicate', 'conflict', 'rejected'] as const;

const filters = {
  code: z.string().max(64).optional().describe('Why it was refused, e.g. `unknown_credential`.'),
  from: instantInput.optional().describe('Refused at or after this instant.'),
  to: instantInput.optional().describe('Refused before this instant.'),
};

export const rejectList = z.strictObject({
  ...pageQuery,
  cursor: pageQuery.cursor.refine(
    (cursor) => cursor === undefined || /^\d{1,16}$/.test(cursor),
    'Expected the nextCursor of the page before',
  ),
  ...filters,
  replayed: booleanQuery.optional().describe('Whether it got through when it was sent again.'),
});

const attempt = z.object({
  at: instant,
  outcome: z.enum(outcomes),
  eventId: z.string().nullable(),
  code: z.string().nullable(),
  detail: z.string().nullable(),
});

export const reject = z
  .object({
    id: z.string(),
    recordedAt: instant,
    actor: z.string().describe('Who sent it.'),
    index: z.int().describe('Its place in the request.'),
    code: z.string(),
    pointer: z.string(),
    detail: z.string(),
    body: z
      .unknown()
      .describe('What was sent. Text that may be a key is masked; null: too large to keep.'),
    replay: attempt.nullable().describe('The last time it was sent again.'),
  })
  .meta({ id: 'Reject' });

export const rejectReplay = z
  .strictObject({
    ids: z.array(rejectId).min(1).max(limits.replayedRejectsMax).optional(),
    filter: z.strictObject(filters).optional().describe('All that are refused still and match.'),
    reason: reasonInput,
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
    path: ['ids'],
    message: 'Give ids or filter',
  })
  .meta({ id: 'RejectReplay' });

export type RejectReplay = z.output<typeof rejectReplay>;

export const replayResult = z
  .object({
    accepted: z.int(),
    duplicates: z.int(),
    conflicts: z.int(),
    rejected: z.int().describe('Refused again: they can be sent again later.'),
    remaining: z.int().describe('How many match the filter still; send the request again.'),
    items: z.array(
      z.object({
        id: z.string(),
        outcome: z.enum(outcomes),
        eventId: z.string().nullable(),
        code: z.string().nullable(),
        pointer: z.string().nullable(),
        detail: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'RejectReplayResult' });

export function rejectToApi(
  row: RejectRow,
  decrypt: (sealed: Buffer) => string,
): z.output<typeof reject> {
  const { attempt: last } = row;
  return {
    id: `rej_${row.id}`,
    recordedAt: row.recorded_at,
    actor: row.actor,
    index: row.batch_index,
    code: row.code,
    pointer: row.pointer,
    detail: row.detail,
    body: row.body === null ? null : maskRejected(decrypt(row.body), row.code),
    replay: last && {
      at: last.at,
      outcome: last.outcome,
      eventId: last.event_id,
      code: last.code,
      detail: last.detail,
    },
  };
}

export function replaysToApi(
  replays: readonly Replayed[],
  remaining: number,
): z.output<typeof replayResult> {
  const count = (outcome: Replayed['outcome']) =>
    replays.filter((replay) => replay.outcome === outcome).length;
  return {
    accepted: count('accepted'),
    duplicates: count('duplicate'),
    conflicts: count('conflict'),
    rejected: count('rejected'),
    remaining,
    items: replays.map((replay) => ({ ...replay, id: `rej_${replay.id}` })),
  };
}

// Conflicts --------------------------------------------------------------------------------------

function isConflictCursor(cursor: string): boolean {
  try {
    const parts: unknown = JSON.parse(cursor);
    if (!Array.isArray(parts) || parts.length !== 4) return false;
    const [journalId, source, clientId, hash] = parts as unknown[];
    const isText = typeof source === 'string' && typeof clientId === 'string';
    return (
      Number.isSafeInteger(journalId) &&
      isText &&
      /^[0-9a-f]{64}$/.test(typeof hash === 'string' ? hash : '')
    );
  } catch {
    return false;
  }
}

export const conflictList = z.strictObject({
  ...pageQuery,
  cursor: pageQuery.cursor.refine(
    (cursor) => cursor === undefined || isConflictCursor(cursor),
    'Expected the nextCursor of the page before',
  ),
  source: z.string().max(256).optional(),
  clientId: z.string().max(limits.eventIdCharsMax).optional().describe('The id that was sent.'),
  from: instantInput.optional().describe('Sent at or after this instant.'),
  to: instantInput.optional().describe('Sent before this instant.'),
});

const body = z.object({
  time: instant.nullable(),
  credential: z.string().nullable().describe('Masked.'),
  subscription: z.string().nullable(),
  subscriber: z.string().nullable(),
  organization: z.string().nullable(),
  product: z.string().nullable(),
  measures: z.record(z.string(), z.string()),
  cost: z.object({ amount: z.string(), currency: z.string() }).nullable(),
  attributes: z.record(z.string(), z.string()),
});
type Body = z.output<typeof body>;

export const conflict = z
  .object({
    source: z.string(),
    clientId: z.string(),
    eventId: z.string().describe('The event that stands.'),
    recordedAt: instant.describe('When this other body came.'),
    actor: z.string().describe('Who sent it.'),
    body: body.describe('What it says; it is not counted.'),
    differs: z.array(z.string()).describe('The fields in which it differs from the event.'),
  })
  .meta({ id: 'EventConflict' });

export function conflictToApi(
  row: ConflictRow,
  first: StoredBody | undefined,
): z.output<typeof conflict> {
  const sent = row.body as Omit<Body, 'credential'>;
  const shown: Body = {
    time: sent.time,
    credential: row.credential_masked,
    subscription: sent.subscription,
    subscriber: sent.subscriber,
    organization: sent.organization,
    product: sent.product,
    measures: sent.measures,
    cost: sent.cost,
    attributes: sent.attributes,
  };
  const { time, credential: _, ...others } = shown;
  const said = { ...others, credential: row.credential_key, time: time ?? timeOf(first) };
  const stands = { ...first?.body, credential: first?.credential_key ?? null, time: timeOf(first) };
  return {
    source: row.source,
    clientId: row.client_id,
    eventId: row.event_id,
    recordedAt: row.recorded_at,
    actor: row.actor,
    body: shown,
    differs: first === undefined ? [] : differences(stands, said),
  };
}

function timeOf(first: StoredBody | undefined): Instant | null {
  return first?.occurred_at ?? null;
}

// Settings ---------------------------------------------------------------------------------------

export const ingestModes = ['provision', 'strict'] as const;

const mode = z
  .enum(ingestModes)
  .describe(
    '`provision`: unknown identifiers are made where a rule says so, else the usage is unclassified. `strict`: they are refused, and kept for a replay.',
  );

export const ingestSettings = z.object({ mode, version: z.int() }).meta({ id: 'IngestSettings' });

export const ingestSettingsUpdate = z
  .strictObject({ mode, reason: reasonInput })
  .meta({ id: 'IngestSettingsUpdate' });
