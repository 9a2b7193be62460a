import { z } from 'zod';
import { decimalText, idOf, instant, pageOf, pageQuery } from '../http/shapes.ts';
import { decimal, negate, toText } from '../lib/decimal.ts';
import { isId } from '../lib/id.ts';
import { type Instant, parseInstant } from '../lib/instant.ts';
import type { SignedFigures, UsageEvent } from '../rating/event-set-queries.ts';
import { plain } from './invoice-schema.ts';

export const lineParams = z.strictObject({ id: idOf('lin') });
export const creditLineParams = z.strictObject({ id: idOf('cnl') });

type EventCursor = { occurredAt: Instant; id: string };

function parseCursor(cursor: string): EventCursor | null {
  const [at = '', id = '', ...more] = cursor.split(' ');
  const occurredAt = parseInstant(at);
  return occurredAt === at && isId('evt', id) && more.length === 0 ? { occurredAt, id } : null;
}

export const lineEventsQuery = z.strictObject({
  ...pageQuery,
  cursor: pageQuery.cursor.transform((text, context): EventCursor | undefined => {
    const cursor = text === undefined ? undefined : parseCursor(text);
    if (cursor !== null) return cursor;
    context.addIssue({ code: 'custom', message: 'Expected the nextCursor of the page before' });
    return z.NEVER;
  }),
});

const lineEvent = z
  .object({
    id: z.string(),
    sign: z.int().describe('1: added by the line; -1: taken back by it.'),
    occurredAt: instant,
    recordedAt: instant,
    quantity: decimalText.describe('What the event adds before its sign.'),
    source: z.string(),
    clientId: z.string(),
    credential: z.string().nullable().describe('As it was sent. Masked.'),
    credentialId: z.string().nullable(),
    subscriberId: z.string().nullable(),
    organizationId: z.string().describe('Whose usage it is, by the entries of this line.'),
  })
  .meta({ id: 'InvoiceLineEvent' });

const figures = {
  eventCount: z.int().describe('Of all pages: the sum of the signs.'),
  eventQuantity: decimalText.describe('Of all pages: the sum of sign × quantity.'),
  eventHash: decimalText,
};

export const lineEvents = pageOf(lineEvent)
  .extend({
    ...figures,
    computed: z
      .object({
        added: z.int(),
        removed: z.int(),
        ...figures,
        equalsLine: z.boolean().describe('Whether the events still are those of the line.'),
      })
      .nullable()
      .describe('The same figures, computed from the events themselves; with the first page.'),
  })
  .meta({ id: 'InvoiceLineEvents' });

/** What is kept of a set, as signed. */
export type SetFigures = {
  readonly event_sign: number;
  readonly event_count: number;
  readonly event_quantity: string;
  readonly event_hash: string;
};

export function lineFigures(line: SetFigures) {
  return {
    eventCount: line.event_count,
    eventQuantity: plain(line.event_quantity),
    eventHash: plain(line.event_hash),
  };
}

/** The figures of a set, as signed by its line, beside those that the line keeps. */
export function computedFigures(line: SetFigures, set: SignedFigures) {
  const taken = line.event_sign < 0;
  const signed = (text: string) => toText(taken ? negate(decimal(text)) : decimal(text));
  const own = {
    eventCount: taken ? 0 - set.eventCount : set.eventCount,
    eventQuantity: signed(set.eventQuantity),
    eventHash: signed(set.eventHash),
  };
  const kept = lineFigures(line);
  return {
    added: taken ? set.removed : set.added,
    removed: taken ? set.added : set.removed,
    ...own,
    equalsLine:
      own.eventCount === kept.eventCount &&
      own.eventQuantity === kept.eventQuantity &&
      own.eventHash === kept.eventHash,
  };
}

export function lineEventToApi(event: UsageEvent, lineSign: number): z.output<typeof lineEvent> {
  return { ...event, sign: event.sign * lineSign, quantity: plain(event.quantity) };
}
