import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import type { Queryable } from '../db/connect.ts';
import { Problem } from '../lib/problem.ts';
import { readLogo } from './logo-actions.ts';
import { findSeller, insertLogo, lockSeller, type SellerRow, updateSellerRow } from './queries.ts';
import { type SellerApi, sellerToApi, type SellerUpdate } from './schema.ts';

export async function requireSeller(db: Queryable): Promise<SellerRow> {
  const row = await findSeller(db);
  if (row === undefined) throw new Problem('internal', 'The deployment has no seller.');
  return row;
}

/** The seller, which nobody else changes until the transaction ends. */
export async function requireLockedSeller(action: Action): Promise<SellerRow> {
  await lockSeller(action);
  return requireSeller(action.tx);
}

/** Changes the profile of what is issued from now on. */
export async function updateSeller(
  action: Action,
  before: SellerRow,
  input: SellerUpdate,
): Promise<SellerApi> {
  const logo = input.logo ? readLogo(input.logo.contentBase64) : input.logo;
  if (logo) await insertLogo(action, logo);
  await updateSellerRow(action, before.id, {
    ...columnsOf(input),
    ...(logo !== undefined && { logo_hash: logo === null ? null : logo.hash }),
    version: before.version + 1,
  });
  const after = sellerToApi(await requireSeller(action.tx));
  await audit(action, {
    action: 'seller.update',
    resourceId: before.id,
    before: sellerToApi(before),
    after,
  });
  return after;
}

function columnsOf(input: SellerUpdate) {
  const columns = {
    name: input.name,
    legal_name: blankIsNull(input.legalName),
    address: input.address && JSON.stringify(input.address),
    country: blankIsNull(input.country),
    tax_id: blankIsNull(input.taxId),
    email: input.email,
    website: input.website,
    invoice_prefix: input.invoicePrefix,
    credit_note_prefix: input.creditNotePrefix,
    default_payment_terms_days: input.defaultPaymentTermsDays,
    default_currency: input.defaultCurrency,
    default_time_zone: input.defaultTimeZone,
    default_breakdown: input.defaultBreakdown,
    locale: input.locale,
    paper: input.paper,
    remittance_instructions: blankIsNull(input.remittanceInstructions),
  };
  return Object.fromEntries(
    Object.entries(columns).filter(([, value]) => value !== undefined),
  ) as Omit<typeof columns, never>;
}

/** A form sends what was left empty as an empty text. */
function blankIsNull(text: string | null | undefined): string | null | undefined {
  return text === '' ? null : text;
}
