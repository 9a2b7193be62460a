import { z } from 'zod';
import { instant } from '../http/shapes.ts';
import type { AuditRow } from './queries.ts';
import type { TimelineHistoryRow } from './timeline-queries.ts';

const snapshot = z.record(z.string(), z.unknown()).nullable();

export const historyEntry = z
  .object({
    at: instant,
    actor: z.string(),
    actorName: z
      .string()
      .nullable()
      .describe('What the API key or the person was called at the time.'),
    action: z.string(),
    before: snapshot,
    after: snapshot,
    reason: z.string().nullable(),
  })
  .meta({ id: 'HistoryEntry' });

const recording = z.object({
  at: instant,
  position: z.int().nullable(),
  actor: z.string(),
  action: z.string().nullable(),
  reason: z.string().nullable(),
});

export const timelineEntry = z
  .object({
    timeline: z.string().describe('Which of its timelines, e.g. `binding`, `parent`.'),
    from: instant.nullable().describe('null: since ever'),
    to: instant.nullable().describe('null: until further notice'),
    value: z.record(z.string(), z.union([z.string(), z.boolean()]).nullable()),
    recorded: recording,
    superseded: recording
      .nullable()
      .describe('When it ceased to be what is believed; null: it still is.'),
  })
  .meta({ id: 'TimelineEntry' });

/** Who changed one resource, what, when and why; oldest first. */
export const history = z.object({ items: z.array(historyEntry) });

/** The same for what owns usage, with its timelines: what was in force when, as recorded, superseded rows included. */
export const ownershipHistory = history.extend({
  timeline: z.array(timelineEntry).describe('In the order in which it was recorded.'),
});

export type TimelineEntryApi = z.output<typeof timelineEntry>;

export function timelineToApi(
  timeline: string,
  rows: readonly TimelineHistoryRow[],
  valueOf: (value: Record<string, unknown>) => TimelineEntryApi['value'],
): TimelineEntryApi[] {
  return rows.map(({ from, to, value, recorded, superseded }) => ({
    timeline,
    from,
    to,
    value: valueOf(value),
    recorded,
    superseded,
  }));
}

/** Several timelines of one resource, together in the order of recording. */
export function inOrderOfRecording(entries: readonly TimelineEntryApi[]): TimelineEntryApi[] {
  return entries.toSorted((a, b) =>
    a.recorded.at === b.recorded.at ? 0 : a.recorded.at < b.recorded.at ? -1 : 1,
  );
}

export function historyToApi(rows: AuditRow[]): z.output<typeof history> {
  return {
    items: rows.map((row) => ({
      at: row.at,
      actor: row.actor,
      actorName: row.actor_name,
      action: row.action,
      before: row.before as Record<string, unknown> | null,
      after: row.after as Record<string, unknown> | null,
      reason: row.reason,
    })),
  };
}
