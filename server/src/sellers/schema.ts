import { z } from 'zod';
import {
  breakdownSetting,
  currencyInput,
  nameInput,
  resource,
  timeZoneInput,
} from '../http/shapes.ts';
import { limits } from '../lib/limits.ts';
import type { SellerRow } from './queries.ts';
import { locales, papers, prefixFault } from './rules.ts';

const text = z.string().trim().max(limits.nameCharsMax);
const REMITTANCE_CHARS_MAX = 4096;
/** Four characters for three bytes, and room for line breaks. */
const base64CharsMax = limits.logoBytesMax * 2;

const prefix = z
  .string()
  .superRefine((value, context) => {
    const fault = prefixFault(value);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  })
  .describe(
    'Of the numbers of what is issued from now on. Nothing is renumbered, and the count goes on.',
  )
  .meta({ examples: ['INV-'] });

const fields = {
  name: nameInput.describe('What customers know it by.'),
  legalName: text.nullable(),
  address: z
    .array(text.min(1))
    .max(limits.addressLinesMax)
    .describe('Line by line, as on an envelope.'),
  country: text.nullable(),
  taxId: text.nullable(),
  email: z.email().max(320).nullable(),
  website: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .nullable(),
  invoicePrefix: prefix,
  creditNotePrefix: prefix,
  defaultPaymentTermsDays: z
    .int()
    .min(0)
    .max(3650)
    .describe(
      'As currency and time zone: of organizations that are created without. Those that exist keep theirs.',
    ),
  defaultCurrency: currencyInput,
  defaultTimeZone: timeZoneInput,
  defaultBreakdown: breakdownSetting.describe(
    'What invoices break their lines down by, where the customer has no setting of its own.',
  ),
  locale: z.enum(locales).describe('How documents write dates and numbers; they are in English.'),
  paper: z.enum(papers),
  remittanceInstructions: z
    .string()
    .trim()
    .max(REMITTANCE_CHARS_MAX)
    .nullable()
    .describe('How to pay. A customer may have its own.'),
};

export const sellerUpdate = z
  .strictObject({
    ...fields,
    logo: z
      .strictObject({ contentBase64: z.string().min(1).max(base64CharsMax) })
      .nullable()
      .describe(`A PNG or JPEG of at most ${limits.logoBytesMax / 1024} KiB; null: none.`),
  })
  .partial()
  .meta({ id: 'SellerUpdate' });

const logo = z
  .object({
    hash: z.string(),
    mediaType: z.enum(['image/png', 'image/jpeg']),
    width: z.int(),
    height: z.int(),
  })
  .describe('The picture itself: `GET /v1/seller/logo`.')
  .meta({ id: 'SellerLogo' });

export const seller = z
  .object({
    id: z.string(),
    name: z.string(),
    legalName: z.string().nullable(),
    address: z.array(z.string()),
    country: z.string().nullable(),
    taxId: z.string().nullable(),
    email: z.string().nullable(),
    website: z.string().nullable(),
    logo: logo.nullable(),
    invoicePrefix: z.string(),
    nextInvoiceNumber: z.int(),
    creditNotePrefix: z.string(),
    nextCreditNoteNumber: z.int(),
    defaultPaymentTermsDays: z.int(),
    defaultCurrency: z.string(),
    defaultTimeZone: z.string(),
    defaultBreakdown: breakdownSetting,
    locale: z.enum(locales),
    paper: z.enum(papers),
    remittanceInstructions: z.string().nullable(),
    ...resource,
  })
  .meta({ id: 'Seller' });

export type SellerUpdate = z.output<typeof sellerUpdate>;
export type SellerApi = z.output<typeof seller>;

export function sellerToApi(row: SellerRow): SellerApi {
  return {
    id: row.id,
    name: row.name,
    legalName: row.legal_name,
    address: row.address as string[],
    country: row.country,
    taxId: row.tax_id,
    email: row.email,
    website: row.website,
    logo: logoToApi(row),
    invoicePrefix: row.invoice_prefix,
    nextInvoiceNumber: row.next_invoice_number,
    creditNotePrefix: row.credit_note_prefix,
    nextCreditNoteNumber: row.next_credit_note_number,
    defaultPaymentTermsDays: row.default_payment_terms_days,
    defaultCurrency: row.default_currency,
    defaultTimeZone: row.default_time_zone,
    defaultBreakdown: row.default_breakdown as SellerApi['defaultBreakdown'],
    locale: row.locale as SellerApi['locale'],
    paper: row.paper as SellerApi['paper'],
    remittanceInstructions: row.remittance_instructions,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

function logoToApi(row: SellerRow): SellerApi['logo'] {
  const {
    logo_hash: hash,
    logo_media_type: mediaType,
    logo_width: width,
    logo_height: height,
  } = row;
  if (hash === null || mediaType === null || width === null || height === null) return null;
  return { hash, mediaType: mediaType as 'image/png', width, height };
}
