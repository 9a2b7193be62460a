import { audit } from '../audit/actions.ts';
import type { Action } from '../db/act.ts';
import { newId } from '../lib/id.ts';
import type { Instant } from '../lib/instant.ts';
import { alreadyExists, notFound, Problem } from '../lib/problem.ts';
import {
  countPlans,
  findProduct,
  findProductByExternalId,
  type ProductRow,
} from './product-queries.ts';
import { productToApi, type ProductCreate, type ProductUpdate } from './product-schema.ts';
import { lockCatalog } from './queries.ts';

/** The product, to be changed: with the catalog locked. */
export async function requireProduct(action: Action, id: string): Promise<ProductRow> {
  await lockCatalog(action.tx);
  const row = await findProduct(action.tx, id);
  if (row === undefined) throw notFound('product', id);
  return row;
}

export async function createProduct(action: Action, input: ProductCreate): Promise<ProductRow> {
  await lockCatalog(action.tx);
  const id = newId('prd', action.now);
  await refuseTakenExternalId(action, id, input.externalId);
  await action.tx
    .insertInto('products')
    .values({
      id,
      name: input.name,
      ...columnsOf(input),
      created_at: action.now,
      updated_at: action.now,
    })
    .execute();
  const row = await requireProduct(action, id);
  await audit(action, {
    action: 'products.create',
    resourceId: id,
    before: null,
    after: productToApi(row),
  });
  return row;
}

export async function updateProduct(
  action: Action,
  before: ProductRow,
  input: ProductUpdate,
): Promise<ProductRow> {
  await refuseTakenExternalId(action, before.id, input.externalId);
  return change(action, before, 'products.update', columnsOf(input));
}

/** Archives; a product that never had a plan is removed. Answers null when removed. */
export async function deleteProduct(
  action: Action,
  before: ProductRow,
): Promise<ProductRow | null> {
  const plans = await countPlans(action.tx, before.id);
  if (plans.live > 0) {
    throw new Problem('in_use', `It still has ${plans.live} live plans. Archive them first.`);
  }
  if (plans.all > 0) {
    return before.archived_at === null
      ? change(action, before, 'products.delete', { archived_at: action.now })
      : before;
  }
  await action.tx.deleteFrom('products').where('id', '=', before.id).execute();
  await audit(action, {
    action: 'products.delete',
    resourceId: before.id,
    before: productToApi(before),
    after: null,
  });
  return null;
}

export async function restoreProduct(action: Action, before: ProductRow): Promise<ProductRow> {
  if (before.archived_at === null) return before;
  await refuseTakenExternalId(action, before.id, before.external_id);
  return change(action, before, 'products.restore', { archived_at: null });
}

type Columns = ReturnType<typeof columnsOf> & { archived_at?: Instant | null };

async function change(
  action: Action,
  before: ProductRow,
  verb: string,
  columns: Columns,
): Promise<ProductRow> {
  await action.tx
    .updateTable('products')
    .set({ ...columns, updated_at: action.now, version: before.version + 1 })
    .where('id', '=', before.id)
    .execute();
  const row = await requireProduct(action, before.id);
  await audit(action, {
    action: verb,
    resourceId: before.id,
    before: productToApi(before),
    after: productToApi(row),
  });
  return row;
}

async function refuseTakenExternalId(
  action: Action,
  id: string,
  externalId: string | null | undefined,
): Promise<void> {
  if (!externalId) return;
  const existing = await findProductByExternalId(action.tx, externalId);
  if (existing === undefined || existing.id === id) return;
  throw alreadyExists('A product with this external id', '/externalId', existing.id);
}

function columnsOf(input: ProductUpdate): {
  name?: string;
  external_id?: string | null;
  description?: string | null;
  tax_rates?: string | null;
  tax_exempt_reason?: string | null;
  metadata?: string;
} {
  const { taxRates } = input;
  return {
    ...(input.name !== undefined && { name: input.name }),
    ...(input.externalId !== undefined && { external_id: input.externalId }),
    ...(input.description !== undefined && { description: input.description }),
    ...(taxRates !== undefined && { tax_rates: taxRates && JSON.stringify(taxRates) }),
    ...(input.taxExempt !== undefined && { tax_exempt_reason: input.taxExempt?.reason ?? null }),
    ...(input.metadata !== undefined && { metadata: JSON.stringify(input.metadata) }),
  };
}
