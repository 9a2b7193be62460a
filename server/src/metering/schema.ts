import { LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import {
  currencyInput,
  decimalText,
  idOf,
  instant,
  instantInput,
  losslessNumber,
  money,
  notNegative,
} from '../http/shapes.ts';
import { isCredentialId } from '../credentials/rules.ts';
import { limits } from '../lib/limits.ts';

const claimInput = z.string().min(1).max(256);
const attributeValueCharsMax = 4096;

/** Taken as it is written: a name that were trimmed could fall together with another, and one of them go missing. */
const measureName = z
  .string()
  .min(1)
  .max(limits.nameCharsMax)
  .refine((name) => name === name.trim(), 'Must not begin or end with a space');

/** The value of an attribute: numbers and booleans are kept as text, with every digit. */
const attributeValue = z
  .union([z.string().max(attributeValueCharsMax), z.number(), z.boolean(), losslessNumber])
  .transform((value) => (value instanceof LosslessNumber ? value.value : String(value)))
  .meta({ description: 'Text; numbers and booleans are kept as text.' });

export const eventInput = z
  .strictObject({
    id: z
      .string()
      .min(1)
      .max(limits.eventIdCharsMax)
      .describe('Your id of the event. With `source` it counts once, for ever.'),
    source: z
      .string()
      .max(256)
      .default('')
      .describe('Who sends it; ids are unique within a source.'),
    time: instantInput.optional().describe('When it occurred; default: when it is recorded.'),
    credential: z
      .string()
      .refine(isCredentialId, 'Expected a credential ID of 1 to 512 characters')
      .optional()
      .describe('The credential ID that the application used. Shown masked, always.'),
    subscription: claimInput.optional().describe('Id or external id.'),
    subscriber: claimInput.optional().describe('E-mail or subscriber id.'),
    organization: claimInput.optional().describe('Id, external id or name.'),
    product: claimInput.optional().describe('Id, external id or name.'),
    measures: z
      .record(measureName, notNegative)
      .refine((measures) => Object.keys(measures).length >= 1, 'At least one measure')
      .refine(
        (measures) => Object.keys(measures).length <= limits.eventMeasuresMax,
        `At most ${limits.eventMeasuresMax} measures`,
      )
      .describe('What was used, e.g. `{"input_tokens": 812}`; numbers or decimal strings.'),
    cost: z
      .strictObject({ amount: notNegative, currency: currencyInput })
      .optional()
      .describe('What it cost you, if you know.'),
    attributes: z
      .record(measureName, attributeValue)
      .refine(
        (attributes) => Object.keys(attributes).length <= limits.eventAttributesMax,
        `At most ${limits.eventAttributesMax} attributes`,
      )
      .default({}),
  })
  .meta({ id: 'NewEvent' });

export type EventInput = z.output<typeof eventInput>;

/** What `POST /v1/events` takes, for the document; each event is validated on its own. */
export const ingestBody = z.union([eventInput, z.array(eventInput).max(limits.batchEventsMax)]);

export const ingestResult = z
  .object({
    accepted: z.int(),
    duplicates: z.int().describe('Sent before with the same body.'),
    conflicts: z
      .array(z.object({ index: z.int(), id: z.string() }))
      .describe('Sent before with another body: the first stands, this one is kept beside it.'),
    rejected: z.array(
      z.object({ index: z.int(), code: z.string(), pointer: z.string(), detail: z.string() }),
    ),
  })
  .meta({ id: 'IngestResult' });

export type IngestResult = z.output<typeof ingestResult>;

const nullableText = z.string().nullable();

export const attributionShape = z
  .object({
    credentialId: nullableText,
    subscriberId: nullableText,
    organizationId: z.string(),
    subscriptionId: nullableText,
    rule: z.string(),
    reasons: z.array(z.string()),
    unbilledReason: nullableText,
    claimConflicts: z.array(z.string()),
    sentence: z.string(),
    position: z
      .int()
      .nullable()
      .describe('Null for a moment after recording, until the journal is numbered.'),
  })
  .meta({ id: 'Attribution' });

export const event = z
  .object({
    id: z.string(),
    source: z.string(),
    clientId: z.string(),
    occurredAt: instant,
    recordedAt: instant,
    position: z.int().nullable(),
    claim: z.object({
      credential: nullableText.describe('Masked.'),
      subscription: nullableText,
      subscriber: nullableText,
      organization: nullableText,
      product: nullableText,
    }),
    measures: z.record(z.string(), decimalText),
    cost: money.nullable(),
    attributes: z.record(z.string(), z.string()),
    attribution: attributionShape,
  })
  .meta({ id: 'Event' });

export const eventParams = z.strictObject({ id: idOf('evt') });

const hop = z.object({
  kind: z.enum([
    'event',
    'credential',
    'subscriber',
    'organization',
    'subscription',
    'invoiceLine',
    'invoice',
    'statement',
  ]),
  id: nullableText,
  name: nullableText.describe('As it is called now; credentials are masked.'),
  detail: z.string(),
});

export const trace = z
  .object({
    event,
    rule: z.string(),
    sentence: z.string(),
    hops: z.array(hop).describe('From the event to the statement, as far as it goes.'),
    lines: z.array(
      z.object({
        lineId: z.string(),
        description: z.string(),
        amount: money.describe('Of the whole line.'),
        invoiceId: z.string(),
        invoiceNumber: nullableText.describe('Null while it is a draft.'),
        invoiceStatus: z.string(),
        payerId: z.string().describe('On whose statement it is: `GET /v1/statements/{payerId}`.'),
        kind: z.string(),
        meter: z.string(),
        sign: z.int().describe('-1 where the line takes the event back out.'),
        periodStart: instant,
        periodEnd: instant,
      }),
    ),
    creditNoteLines: z
      .array(
        z.object({
          lineId: z.string(),
          description: z.string(),
          amount: money.describe('Of the whole line: what the customer gets.'),
          creditNoteId: z.string(),
          creditNoteNumber: z.string(),
          creditNoteStatus: z.string(),
          payerId: z.string(),
          meter: z.string(),
          sign: z.int().describe('-1 where the line takes the event back out.'),
          periodStart: instant,
          periodEnd: instant,
        }),
      )
      .describe('Adjustments that are on credit notes.'),
    ignored: z
      .array(
        z.object({
          id: z.string().describe('`GET /v1/ignored-usage/{id}`.'),
          payerId: z.string(),
          subscriptionId: z.string(),
          meter: z.string(),
          position: z.int(),
        }),
      )
      .describe('Where it came too late, and the policy was to ignore that: it is on no line.'),
    history: z
      .array(
        attributionShape.extend({
          sign: z.int(),
          recordedAt: instant,
          actor: z.string().describe('Who recorded it: an API key, a person, or `system`.'),
          operation: z.string().describe('What they did, e.g. `events.ingest`.'),
          reason: nullableText.describe('What they gave as their reason.'),
        }),
      )
      .describe('Every entry: a correction reverses the one before.'),
  })
  .meta({ id: 'Trace' });
