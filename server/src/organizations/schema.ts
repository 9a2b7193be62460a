import { z } from 'zod';
import {
  booleanQuery,
  breakdownSetting,
  currencyInput,
  externalIdInput,
  idOf,
  instant,
  instantInput,
  metadata,
  metadataInput,
  nameInput,
  pageQuery,
  reasonInput,
  reattributeInput,
  resource,
  taxExempt,
  taxRates,
  taxRatesInput,
  timeZoneInput,
} from '../http/shapes.ts';
import { limits } from '../lib/limits.ts';
import { normalizeDomain, publicMailDomains } from './rules.ts';
import type { OrganizationRow } from './queries.ts';

const line = z.string().trim().max(512);

const billing = z
  .strictObject({
    address1: line,
    address2: line,
    country: line,
    state: line,
    city: line,
    zip: line,
    phone: line,
    email: z.email().max(320),
    remittanceInstructions: z.string().max(4096),
  })
  .partial()
  .meta({ id: 'BillingContact' });

const domainInput = z
  .string()
  .transform((text, context): string => {
    const domain = normalizeDomain(text);
    if (domain === null)
      context.addIssue({ code: 'custom', message: 'Expected a mail domain, such as example.com' });
    else if (publicMailDomains.has(domain))
      context.addIssue({
        code: 'custom',
        message: 'A public mail domain belongs to nobody and cannot be associated',
      });
    return domain ?? z.NEVER;
  })
  .meta({ examples: ['acme.example'] });

const billingCycle = z
  .strictObject({
    unit: z.enum(['day', 'week', 'month', 'quarter', 'year']).default('month'),
    count: z.int().min(1).max(366).default(1),
    anchorDay: z.int().min(1).max(31).default(1),
  })
  .meta({
    id: 'BillingCycle',
    description:
      'The rhythm of invoices, in the time zone of the organization. Another one holds from now on: cycles that ended or were billed stay, and one cycle joins the old rhythm and the new.',
  });

export const lateUsagePolicy = z
  .strictObject({
    policy: z.enum(['adjustNextInvoice', 'creditNote', 'ignore']),
    graceHours: z
      .int()
      .min(0)
      .max(720)
      .default(0)
      .describe(
        'How long after the end of a cycle its draft waits before it is finalized by itself; at least as long as the schedule says.',
      ),
  })
  .meta({ id: 'LateUsagePolicy' });

const fields = {
  name: nameInput,
  parentId: idOf('org')
    .nullable()
    .describe('Where its usage rolls up. Changes of it are dated: a PATCH means from now.'),
  externalId: externalIdInput.nullable(),
  currency: currencyInput.describe(
    'Only a default: what is invoiced is in the currency of the plan.',
  ),
  associatedDomains: z.array(domainInput).max(100),
  storefrontUrl: z.url().max(2048).nullable(),
  billing,
  billTo: idOf('org')
    .nullable()
    .describe('Who owes for its subscriptions; null: itself. Dated like `parentId`.'),
  timeZone: timeZoneInput.describe('Default, as of currency and terms: what the seller says.'),
  billingCycle,
  paymentTermsDays: z.int().min(0).max(3650),
  invoiceGrouping: z.enum(['consolidated', 'perSubscription']),
  lateUsage: lateUsagePolicy.nullable(),
  taxRates: taxRatesInput.describe(
    'On what it is invoiced, where the product has no rates of its own.',
  ),
  taxExempt,
  breakdownBy: breakdownSetting
    .nullable()
    .describe('What the lines of its invoices are broken down by; null: as the seller says.'),
  metadata: metadataInput,
};

export const organizationCreate = z
  .strictObject({
    ...fields,
    from: instantInput.describe('From when parentId and billTo hold; default: since ever.'),
  })
  .partial()
  .required({ name: true })
  .meta({ id: 'OrganizationCreate' });

export const organizationUpdate = z
  .strictObject({ ...fields, reason: reasonInput })
  .partial()
  .meta({ id: 'OrganizationUpdate' });

export const organization = z
  .object({
    id: z.string(),
    name: z.string(),
    parentId: z.string().nullable(),
    externalId: z.string().nullable(),
    currency: z.string(),
    associatedDomains: z.array(z.string()),
    storefrontUrl: z.string().nullable(),
    billing,
    billTo: z.string().nullable(),
    timeZone: z.string(),
    billingCycle,
    paymentTermsDays: z.int(),
    invoiceGrouping: z.enum(['consolidated', 'perSubscription']),
    lateUsage: lateUsagePolicy.nullable(),
    taxRates,
    taxExempt,
    breakdownBy: breakdownSetting.nullable(),
    metadata,
    mergedInto: z.string().nullable().describe('Whoever answers for it now; null: itself.'),
    archivedAt: instant.nullable(),
    ...resource,
  })
  .meta({ id: 'Organization' });

export const organizationParams = z.strictObject({ id: idOf('org') });

export const organizationList = z.strictObject({
  ...pageQuery,
  parentId: idOf('org').optional(),
  root: booleanQuery.describe('`true`: only those without a parent.').optional(),
  externalId: z.string().optional(),
  name: z.string().optional().describe('The exact name.'),
  search: z
    .string()
    .max(limits.nameCharsMax)
    .optional()
    .describe('Words of the name, or how they begin, in any case.'),
  merged: booleanQuery
    .optional()
    .describe('`true`: only those that are merged into another. Default: only those that are not.'),
  archived: booleanQuery
    .optional()
    .describe('`true`: only archived ones. Default: only live ones.'),
});

const from = instantInput.nullable().optional().describe('Default: now; null: since ever.');

export const organizationMove = z
  .strictObject({
    parentId: idOf('org').nullable(),
    from,
    reason: reasonInput,
    reattribute: reattributeInput,
  })
  .meta({ id: 'OrganizationMove' });

export const organizationBillTo = z
  .strictObject({ billTo: idOf('org').nullable(), from, reason: reasonInput })
  .meta({ id: 'OrganizationBillTo' });

export const organizationReason = z.strictObject({ reason: reasonInput }).nullish();

export type OrganizationCreate = z.output<typeof organizationCreate>;
export type OrganizationUpdate = z.output<typeof organizationUpdate>;
type OrganizationApi = z.output<typeof organization>;

export const defaultBillingCycle: z.output<typeof billingCycle> = {
  unit: 'month',
  count: 1,
  anchorDay: 1,
};

export function organizationToApi(row: OrganizationRow): OrganizationApi {
  return {
    id: row.id,
    name: row.name,
    parentId: row.parent_id,
    externalId: row.external_id,
    currency: row.currency,
    associatedDomains: row.domains,
    storefrontUrl: row.storefront_url,
    billing: row.billing as OrganizationApi['billing'],
    billTo: row.payer_id,
    timeZone: row.time_zone,
    billingCycle: (row.billing_cycle ?? defaultBillingCycle) as OrganizationApi['billingCycle'],
    paymentTermsDays: row.payment_terms_days,
    invoiceGrouping: row.invoice_grouping as OrganizationApi['invoiceGrouping'],
    lateUsage: row.late_usage as OrganizationApi['lateUsage'],
    taxRates: row.tax_rates as OrganizationApi['taxRates'],
    taxExempt: row.tax_exempt_reason === null ? null : { reason: row.tax_exempt_reason },
    breakdownBy: row.breakdown_by as OrganizationApi['breakdownBy'],
    metadata: row.metadata as Record<string, string>,
    mergedInto: row.merged_into,
    archivedAt: row.archived_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
