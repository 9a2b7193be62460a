import { describe, expect, it } from 'vitest';
import { sampleClient } from './support/sample-client.ts';
import { type Handler, problem, startServer } from './support/server.ts';

/** Serves `count` organizations, `limit` at a time; the cursor is the index of the next one. */
function listOf(count: number): Handler {
  return ({ url }, response) => {
    const query = new URL(url, 'http://x').searchParams;
    const from = Number(query.get('cursor') ?? 0);
    const to = Math.min(count, from + Number(query.get('limit') ?? 50));
    const items = Array.from({ length: to - from }, (_, index) => ({ id: `org_${from + index}` }));
    response.end(JSON.stringify({ items, nextCursor: to < count ? String(to) : null }));
  };
}

async function setup(handler: Handler) {
  const { baseUrl, requests } = await startServer(handler);
  return { organizations: sampleClient({ baseUrl, retriesMax: 0 }).organizations, requests };
}

const ids = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `org_${index}`);

describe('a list', () => {
  it('awaited, is its first page', async () => {
    const { organizations, requests } = await setup(listOf(5));
    const { items, nextCursor } = await organizations.list({ limit: 2 });
    expect([items.map(({ id }) => id), nextCursor]).toEqual([ids(2), '2']);
    expect(requests).toHaveLength(1);
  });

  it('iterated, is every item, with the filters on every page', async () => {
    const { organizations, requests } = await setup(listOf(5));
    const seen: string[] = [];
    for await (const { id } of organizations.list({ limit: 2, parentId: 'org_x' })) seen.push(id);
    expect(seen).toEqual(ids(5));
    expect(requests.map(({ url }) => url)).toEqual([
      '/v1/organizations?limit=2&parentId=org_x',
      '/v1/organizations?limit=2&parentId=org_x&cursor=2',
      '/v1/organizations?limit=2&parentId=org_x&cursor=4',
    ]);
  });

  it('asks for nothing before it is used, and for no page too many', async () => {
    const { organizations, requests } = await setup(listOf(100));
    const list = organizations.list({ limit: 2 });
    expect(requests).toHaveLength(0);
    for await (const { id } of list) if (id === 'org_1') break;
    expect(requests).toHaveLength(1);
  });

  it('goes on from the page that was awaited', async () => {
    const { organizations, requests } = await setup(listOf(3));
    const list = organizations.list({ limit: 2 });
    await list;
    const pages: number[] = [];
    for await (const page of list.byPage()) pages.push(page.items.length);
    expect(pages).toEqual([2, 1]);
    expect(requests).toHaveLength(2);
  });

  it('becomes an array, but no larger than was said', async () => {
    const { organizations } = await setup(listOf(5));
    const all = await organizations.list({ limit: 2 }).toArray({ itemsMax: 5 });
    expect(all.map(({ id }) => id)).toEqual(ids(5));
    const tooMany = organizations.list({ limit: 2 }).toArray({ itemsMax: 4 });
    await expect(tooMany).rejects.toThrow(RangeError);
  });

  it('rejects like a promise, and where it is iterated', async () => {
    const { organizations } = await setup(problem(403, 'forbidden'));
    await expect(organizations.list()).rejects.toMatchObject({ code: 'forbidden' });
    expect(await organizations.list().catch(() => 'caught')).toBe('caught');
    await expect(organizations.list()[Symbol.asyncIterator]().next()).rejects.toThrow('forbidden');
  });

  it('ends when the server answers one page for ever', async () => {
    const { organizations } = await setup(
      (_, response) => void response.end('{"items":[],"nextCursor":"x"}'),
    );
    await expect(organizations.list().toArray({ itemsMax: 9 })).rejects.toThrow(
      'one page for ever',
    );
  });
});
