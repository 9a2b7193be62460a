import type { Call, Send } from './request.ts';

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  /** Where the next page begins; null on the last one. */
  nextCursor: string | null;
}

/**
 * A list: `await` it for its first page, or iterate it for every item. Nothing is asked before that, and pages are
 * fetched one at a time as they are reached.
 *
 * ```ts
 * const { items } = await customary.organizations.list({ limit: 10 });
 * for await (const organization of customary.organizations.list()) …
 * ```
 */
export interface Pages<Item, Result extends Page<Item> = Page<Item>>
  extends Promise<Result>, AsyncIterable<Item> {
  /** Page by page. */
  byPage: () => AsyncIterable<Result>;
  /** All items at once; rejects with a RangeError if there are more than `itemsMax`. */
  toArray: (bound: { itemsMax: number }) => Promise<Item[]>;
}

/** The list that `call` asks for. */
export function pages<Item, Result extends Page<Item>>(
  send: Send,
  call: Call,
): Pages<Item, Result> {
  let first: Promise<Result> | undefined;
  const fetchFirst = (): Promise<Result> => (first ??= send<Result>(call));

  async function* byPage(): AsyncGenerator<Result> {
    let page = await fetchFirst();
    for (;;) {
      yield page;
      const cursor = page.nextCursor;
      if (cursor === null) return;
      page = await send<Result>({ ...call, query: { ...call.query, cursor } });
      if (page.nextCursor === cursor)
        throw new Error(`${call.operation}: the server answers one page for ever.`);
    }
  }

  async function* items(): AsyncGenerator<Item> {
    for await (const page of byPage()) yield* page.items;
  }

  async function toArray({ itemsMax }: { itemsMax: number }): Promise<Item[]> {
    const all: Item[] = [];
    for await (const page of byPage()) {
      all.push(...page.items);
      if (all.length > itemsMax)
        throw new RangeError(`${call.operation}: there are more than ${itemsMax} items.`);
    }
    return all;
  }

  return {
    // oxlint-disable-next-line unicorn/no-thenable -- being awaitable is its purpose
    then: (fulfilled, rejected) => fetchFirst().then(fulfilled, rejected),
    catch: (rejected) => fetchFirst().catch(rejected),
    finally: (settled) => fetchFirst().finally(settled),
    [Symbol.toStringTag]: 'Pages',
    [Symbol.asyncIterator]: items,
    byPage,
    toArray,
  };
}
