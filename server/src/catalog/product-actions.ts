import type { Action } from '../db/act.ts';
import { newId } from '../lib/id.ts';
import { alreadyExists, Problem } from '../lib/problem.ts';
import {
  changeEntry,
  type EntryColumns,
  type EntryKind,
  recordEntry,
  removeOrArchive,
  requireEntry,
} from './entry-actions.ts';
import {
  countPlans,
  findProduct,
  findProductByExternalId,
  type ProductRow,
} from './product-queries.ts';
import { productToApi, type ProductCreate, type ProductUpdate } from './product-schema.ts';
import { lockCatalog } from './queries.ts';

const kind: EntryKind<ProductRow> = {
  table: 'products',
  noun: 'product',
  find: findProduct,
  toApi: productToApi,
};

/** The product, to be changed: with the catalog locked. */
export async function requireProduct(action: Action, id: string): Promise<ProductRow> {
  return requireEntry(action, kind, id);
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
  await recordEntry(action, kind, 'create', null, row);
  return row;
}

export async function updateProduct(
  action: Action,
  before: ProductRow,
  input: ProductUpdate,
): Promise<ProductRow> {
  await refuseTakenExternalId(action, before.id, input.externalId);
  return changeEntry(action, kind, before, 'update', columnsOf(input));
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
  return removeOrArchive(action, kind, before, async () => {
    if (plans.all > 0) return false;
    await action.tx.deleteFrom('products').where('id', '=', before.id).execute();
    return true;
  });
}

export async function restoreProduct(action: Action, before: ProductRow): Promise<ProductRow> {
  if (before.archived_at === null) return before;
  await refuseTakenExternalId(action, before.id, before.external_id);
  return changeEntry(action, kind, before, 'restore', { archived_at: null });
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

function columnsOf(input: ProductUpdate): EntryColumns & {
  tax_rates?: string | null;
  tax_exempt_reason?: string | null;
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
