import { LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { type BreakdownBy, breakdownKinds, isBreakdownBy } from '../lib/breakdown.ts';
import { decimal, decimalPlaces, isNegative, isZero, normalDecimal } from '../lib/decimal.ts';
import { isId, type IdPrefix } from '../lib/id.ts';
import { parseInstant, type Instant } from '../lib/instant.ts';
import { limits } from '../lib/limits.ts';
import { isCurrency, minorUnits } from '../lib/money.ts';
import { isTimeZone } from '../lib/period.ts';

/** Shapes that all resources share. Inputs are strict: an unknown field is an error that names it. */

export function idOf(prefix: IdPrefix) {
  return z
    .string()
    .refine((text) => isId(prefix, text), `Expected an id that begins with ${prefix}_`)
    .meta({
      pattern: `^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`,
      examples: [`${prefix}_01KAPZ5N3V8Q4M7W2T6R9Y0BXC`],
    });
}

export const instantInput = z
  .string()
  .transform((text, context): Instant => {
    const instant = parseInstant(text);
    if (instant !== null) return instant;
    context.addIssue({
      code: 'custom',
      message: 'Expected an RFC 3339 instant with an offset, such as 2026-10-01T00:00:00Z',
    });
    return z.NEVER;
  })
  .meta({ format: 'date-time', examples: ['2026-10-01T00:00:00Z'] });

export const instant = z
  .string()
  .meta({ format: 'date-time', examples: ['2026-10-01T00:00:00.000000Z'] });

/** A JSON number that a double cannot hold exactly. */
export const losslessNumber = z
  .custom<LosslessNumber>((value) => value instanceof LosslessNumber)
  .meta({ type: 'number' });

/** A decimal of at most 38 digits, 12 of them after the point, as a string or a JSON number. */
export const decimalInput = z
  .union([z.number(), z.string(), losslessNumber])
  .transform((given, context): string => {
    const text = given instanceof LosslessNumber ? given.value : String(given);
    const value = normalDecimal(text);
    if (value !== null) return value;
    context.addIssue({
      code: 'custom',
      message: `Expected a decimal number of at most ${limits.quantityDigitsMax} digits, ${limits.quantityDecimalsMax} of them after the point`,
    });
    return z.NEVER;
  })
  .meta({ examples: ['0.000002'] });

export const notNegative = decimalInput.refine(
  (text) => !text.startsWith('-'),
  'Must not be negative',
);

export const decimalText = z.string().meta({ pattern: '^-?\\d+(\\.\\d+)?$', examples: ['12.5'] });

export const currencyInput = z
  .string()
  .refine(isCurrency, 'Expected an ISO 4217 currency code, such as USD')
  .meta({ examples: ['USD'] });

/** What lines of invoices are broken down by. */
export const breakdownBy = z
  .custom<BreakdownBy>(
    (value) => typeof value === 'string' && isBreakdownBy(value),
    `Expected ${breakdownKinds.join(', ')} or attribute:NAME`,
  )
  .meta({ type: 'string', examples: ['organization', 'attribute:model'] });

/** The same as a setting: `none` for no breakdown. */
export const breakdownSetting = z.union([z.literal('none'), breakdownBy]);

/** An amount above zero, no finer than its currency. */
export const moneyInput = z
  .strictObject({ amount: decimalInput, currency: currencyInput })
  .superRefine(({ amount, currency }, context) => {
    if (!isCurrency(currency)) return;
    const refuse = (message: string) =>
      context.addIssue({ code: 'custom', message, path: ['amount'] });
    const value = decimal(amount);
    if (isNegative(value) || isZero(value)) refuse('Must be more than zero');
    const scale = minorUnits(currency);
    if (decimalPlaces(value) > scale)
      refuse(`${currency} has ${scale === 0 ? 'no decimals' : `${scale} decimals at the most`}`);
  })
  .meta({ examples: [{ amount: '12.34', currency: 'USD' }] });

export const nameInput = z.string().trim().min(1).max(limits.nameCharsMax);

const PERCENT_MAX = 100;

/** Named rates; a name once. */
export const taxRatesInput = z
  .array(
    z
      .strictObject({
        name: nameInput,
        percent: notNegative.refine(
          (text) => Number(text) <= PERCENT_MAX,
          `Expected a percentage from 0 to ${PERCENT_MAX}`,
        ),
      })
      .meta({ id: 'TaxRate' }),
  )
  .max(20)
  .superRefine((rates, context) => {
    const names = rates.map(({ name }) => name);
    for (const [i, name] of names.entries())
      if (names.indexOf(name) < i)
        context.addIssue({ code: 'custom', message: 'Name each tax once', path: [i, 'name'] });
  });
export const taxRates = z.array(z.object({ name: z.string(), percent: z.string() }));

export const taxExempt = z
  .strictObject({ reason: z.string().trim().min(1).max(512) })
  .nullable()
  .describe('Why no tax is due; stands on the invoices.');

export const money = z.object({ amount: decimalText, currency: z.string() }).meta({ id: 'Money' });

export const externalIdInput = z.string().min(1).max(limits.nameCharsMax);
export const timeZoneInput = z
  .string()
  .refine(isTimeZone, 'Expected an IANA time zone, such as Europe/Berlin')
  .meta({ examples: ['UTC'] });

const metadataValueCharsMax = 4096;
export const metadataInput = z
  .record(z.string().min(1).max(limits.nameCharsMax), z.string().max(metadataValueCharsMax))
  .refine(
    (value) => Object.keys(value).length <= limits.metadataKeysMax,
    `At most ${limits.metadataKeysMax} keys`,
  );
export const metadata = z.record(z.string(), z.string());

/** Why a change is made. */
export const reasonInput = z.string().max(1024).optional().describe('Kept in the history.');

/** Of a verb that changes who owns usage: what becomes of usage that was recorded already. */
export const reattributeInput = z
  .enum(['now', 'later'])
  .optional()
  .describe(
    '`now` (default): recorded usage follows at once, or the change is refused as `preview_required` where that is too much. `later`: it stays where it is, and a re-attribution waits for its preview.',
  );

/** What to take back of what is planned. */
export const cancelPlannedInput = z
  .strictObject({
    at: instantInput
      .optional()
      .describe('Only what is planned for this very instant. Default: everything planned.'),
    reason: reasonInput,
  })
  .nullish()
  .meta({ id: 'CancelPlanned' });

export const problemShape = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })),
    existingId: z.string().optional(),
  })
  .meta({ id: 'Problem' });

/** The fields every resource has. */
export const resource = { createdAt: instant, updatedAt: instant, version: z.int() };

// Lists ------------------------------------------------------------------------------------------

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(limits.pageItemsMax).default(limits.pageItemsDefault),
  cursor: z
    .string()
    .transform((text, context): string => {
      const decoded = Buffer.from(text, 'base64url').toString('utf8');
      const isWhole = Buffer.from(decoded, 'utf8').toString('base64url') === text;
      if (decoded !== '' && isWhole && !decoded.includes('\0')) return decoded;
      context.addIssue({ code: 'custom', message: 'Expected the nextCursor of the page before' });
      return z.NEVER;
    })
    .meta({ description: 'The `nextCursor` of the page before.' })
    .optional(),
};

export type PageQuery = { limit: number; cursor?: string | undefined };

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export type Page<T> = { items: T[]; nextCursor: string | null };

/** Queries fetch `limit + 1` rows: the one too many says that there is a next page. */
export function toPage<Row, T>(
  rows: Row[],
  query: PageQuery,
  cursorOf: (row: Row) => string,
  toApi: (row: Row) => T,
): Page<T> {
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return {
    items: items.map(toApi),
    nextCursor: more ? Buffer.from(cursorOf(last), 'utf8').toString('base64url') : null,
  };
}

/** `?archived=true` and the like. */
export const booleanQuery = z.enum(['true', 'false']).transform((text) => text === 'true');
