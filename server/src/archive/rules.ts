import type { Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { Problem } from '../lib/problem.ts';

/** The tables that are partitioned by month. */
export const tables = ['events', 'attributions'] as const;
export type Partitioned = (typeof tables)[number];

/** `2026-11`, one before: `2026-10`. */
export function monthsBefore(month: string, count: number): string {
  const [year = 0, ordinal = 1] = month.split('-').map(Number);
  const months = year * 12 + ordinal - 1 - count;
  const text = (value: number, digits: number) => String(value).padStart(digits, '0');
  return `${text(Math.floor(months / 12), 4)}-${text((months % 12) + 1, 2)}`;
}

/** Usage may still be late, and customers still ask: only months that ended so long ago are archived. */
export function refuseRecent(before: string, now: Instant): void {
  const latest = monthsBefore(now.slice(0, 7), limits.archivedAfterMonths);
  if (before <= latest) return;
  throw new Problem(
    'invalid_state',
    `Only months that ended ${limits.archivedAfterMonths} months ago or earlier are archived: ask for those before ${latest}.`,
  );
}

/** `events`, `2025-10` → `events_2025_10`. */
export const partitionOf = (table: Partitioned, month: string): string =>
  `${table}_${month.replace('-', '_')}`;

export const fileOf = (table: Partitioned, month: string): string => `${table}-${month}.csv.gz`;
export const manifestOf = (month: string): string => `archive-${month}.json`;

export type ArchiveFile = {
  readonly table: Partitioned;
  readonly file: string;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly sha256: string;
};

/** What a month held, and where it is now. */
export type Manifest = {
  readonly month: string;
  /** The files hold what was recorded up to here. */
  readonly position: number;
  readonly events: number;
  readonly entries: number;
  readonly attributed: number;
  readonly unclassified: number;
  readonly corrections: number;
  readonly throughBindings: number;
  /** Measure → how many events carry it, and their sum; '': the events themselves and their cost. */
  readonly usage: Readonly<Record<string, { events: number; quantity: string }>>;
  /** The attributes that usage by the hour tells apart. */
  readonly attributes: readonly string[];
  readonly files: readonly ArchiveFile[];
};
