import { z } from 'zod';
import {
  booleanQuery,
  externalIdInput,
  idOf,
  instant,
  metadata,
  metadataInput,
  nameInput,
  pageQuery,
  resource,
  taxExempt,
  taxRates,
  taxRatesInput,
} from '../http/shapes.ts';
import type { ProductRow } from './product-queries.ts';

const DESCRIPTION_CHARS_MAX = 4096;

export const descriptionInput = z.string().max(DESCRIPTION_CHARS_MAX).nullable();

const fields = {
  name: nameInput,
  externalId: externalIdInput.nullable(),
  description: descriptionInput,
  taxRates: taxRatesInput
    .nullable()
    .describe('In place of those of the payer; empty: no tax; null: as the payer says.'),
  taxExempt,
  metadata: metadataInput,
};

export const productCreate = z
  .strictObject(fields)
  .partial()
  .required({ name: true })
  .meta({ id: 'ProductCreate' });

export const productUpdate = z.strictObject(fields).partial().meta({ id: 'ProductUpdate' });

export const product = z
  .object({
    id: z.string(),
    name: z.string(),
    externalId: z.string().nullable(),
    description: z.string().nullable(),
    taxRates: taxRates.nullable(),
    taxExempt,
    metadata,
    archivedAt: instant.nullable(),
    ...resource,
  })
  .meta({ id: 'Product' });

export const productParams = z.strictObject({ id: idOf('prd') });

export const productList = z.strictObject({
  ...pageQuery,
  externalId: z.string().optional(),
  name: z.string().optional().describe('The exact name.'),
  archived: booleanQuery
    .optional()
    .describe('`true`: only archived ones. Default: only live ones.'),
});

export type ProductCreate = z.output<typeof productCreate>;
export type ProductUpdate = z.output<typeof productUpdate>;

export function productToApi(row: ProductRow): z.output<typeof product> {
  return {
    id: row.id,
    name: row.name,
    externalId: row.external_id,
    description: row.description,
    taxRates: row.tax_rates as z.output<typeof product>['taxRates'],
    taxExempt: row.tax_exempt_reason === null ? null : { reason: row.tax_exempt_reason },
    metadata: row.metadata as Record<string, string>,
    archivedAt: row.archived_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
