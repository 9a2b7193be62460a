import type { Queryable } from '../db/connect.ts';

export type ProductRow = NonNullable<Awaited<ReturnType<typeof findProduct>>>;

export type ProductFilters = {
  limit: number;
  cursor?: string | undefined;
  externalId?: string | undefined;
  name?: string | undefined;
  archived?: boolean | undefined;
};

export async function findProduct(db: Queryable, id: string) {
  return db.selectFrom('products').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function listProducts(db: Queryable, query: ProductFilters) {
  return db
    .selectFrom('products')
    .selectAll()
    .$if(query.cursor !== undefined, (q) => q.where('id', '<', query.cursor ?? ''))
    .$if(query.externalId !== undefined, (q) => q.where('external_id', '=', query.externalId ?? ''))
    .$if(query.name !== undefined, (q) => q.where('name', '=', query.name ?? ''))
    .where('archived_at', query.archived === true ? 'is not' : 'is', null)
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
}

export async function findProductByExternalId(db: Queryable, externalId: string) {
  return db
    .selectFrom('products')
    .select('id')
    .where('external_id', '=', externalId)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
}

/** How many plans a product has, and how many of them are live. */
export async function countPlans(
  db: Queryable,
  productId: string,
): Promise<{ all: number; live: number }> {
  const { all, live } = await db
    .selectFrom('plans')
    .select((e) => [
      e.fn.countAll<number>().as('all'),
      e.fn.countAll<number>().filterWhere('archived_at', 'is', null).as('live'),
    ])
    .where('product_id', '=', productId)
    .executeTakeFirstOrThrow();
  return { all, live };
}
