import { z } from 'zod';
import { BackupFileError } from './backup-archive.ts';

/**
 * What a backup says of itself. `manifest.json` comes first: what to build before the rows; `summary.json` last: what
 * must have arrived. Between them, table by table, `tables/<name>/<part>`: rows as COPY writes them (text format).
 */
export const FORMAT = 'customary-backup';
export const FORMAT_VERSION = 1;

const manifestShape = z.object({
  format: z.literal(FORMAT),
  formatVersion: z.number().int(),
  customary: z.string(),
  postgres: z.string(),
  createdAt: z.string(),
  /** The journal's latest position in the snapshot. */
  position: z.number().int(),
  /** Tells which secret key opens what is encrypted in here; the key itself is not in the file. */
  secretKeyFingerprint: z.string().nullable(),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  /** In an order in which they can be filled: what is referred to comes first. */
  tables: z.array(
    z.object({
      name: z.string(),
      columns: z.array(z.string()).min(1),
      months: z.array(z.string()),
    }),
  ),
});

const tableSummary = z.object({
  rows: z.number().int(),
  bytes: z.number().int(),
  /** Of the rows as they are in the file. */
  sha256: z.string(),
  /** Of the rows as they are in the database, whatever their order. */
  digest: z.string(),
});

const sequence = z.object({ table: z.string(), column: z.string(), last: z.string().nullable() });

const summaryShape = z.object({
  tables: z.record(z.string(), tableSummary),
  sequences: z.array(sequence),
});

export type Manifest = z.output<typeof manifestShape>;
export type TableSummary = z.output<typeof tableSummary>;
export type Sequence = z.output<typeof sequence>;
export type Summary = z.output<typeof summaryShape>;

export const MANIFEST = 'manifest.json';
export const SUMMARY = 'summary.json';

export function partName(table: string, part: number): string {
  return `tables/${table}/${String(part).padStart(6, '0')}`;
}

/** The table that an entry holds rows of, or null. */
export function tableOf(entryName: string): string | null {
  return /^tables\/([a-z0-9_]+)\/\d+$/.exec(entryName)?.[1] ?? null;
}

export function readManifest(body: Buffer): Manifest {
  const value = parse(body);
  const { format, formatVersion } = value as { format?: unknown; formatVersion?: unknown };
  if (format === FORMAT && formatVersion !== FORMAT_VERSION) {
    throw new BackupFileError(
      `The backup has format ${String(formatVersion)}, this version of Customary reads ${FORMAT_VERSION}: restore it with the version that made it.`,
    );
  }
  return checked(manifestShape, value);
}

export function readSummary(body: Buffer): Summary {
  return checked(summaryShape, parse(body));
}

function checked<Shape extends z.ZodType>(shape: Shape, value: unknown): z.output<Shape> {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BackupFileError('The file is damaged, or it is not a backup of Customary.');
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
