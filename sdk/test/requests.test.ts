import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Customary } from '../src/index.ts';
import { CustomaryInputError, CustomaryProblem } from '../src/problem.ts';
import { sampleClient } from './support/sample-client.ts';
import { type Handler, json, problem, startServer } from './support/server.ts';

async function setup(handler: Handler) {
  const server = await startServer(handler);
  return { ...server, client: sampleClient({ baseUrl: `${server.baseUrl}/`, retriesMax: 0 }) };
}

describe('what is sent', () => {
  it('the key, the address with its values encoded, and the query with repeats', async () => {
    const { client, requests } = await setup(json({ items: [], nextCursor: null }));
    await client.organizations.list({ limit: 2, tag: ['a b', 'c&d'], parentId: undefined });
    await client.organizations.get('a/b?c');
    expect(requests[0]?.url).toBe('/v1/organizations?limit=2&tag=a+b&tag=c%26d');
    expect(requests[0]?.headers).toMatchObject({
      authorization: 'Bearer key',
      accept: 'application/json, application/problem+json',
    });
    expect(requests[1]?.url).toBe('/v1/organizations/a%2Fb%3Fc');
  });

  it('no authorization without a key: a session cookie may speak instead', async () => {
    const { baseUrl, requests } = await startServer(json({}));
    await sampleClient({ baseUrl, apiKey: undefined }).organizations.get('org_1');
    expect(requests[0]?.headers.authorization).toBeUndefined();
  });

  it.each(['', '.', '..'])(
    'nothing for the id "%s", which would be another address',
    async (id) => {
      const { client, requests } = await setup(json({}));
      await expect(client.organizations.get(id)).rejects.toBeInstanceOf(CustomaryInputError);
      expect(requests).toHaveLength(0);
    },
  );

  it.each([
    [Number.NaN, '/1/measures/a~1b'],
    [Infinity, '/1/measures/a~1b'],
    [2 ** 53, '/1/measures/a~1b'],
  ])('nothing for a measure of %d', async (value, pointer) => {
    const { client, requests } = await setup(json({}));
    const measures: Record<string, number> = { 'a/b': value };
    const events = [
      { id: '1', measures: {} },
      { id: '2', measures },
    ];
    await expect(client.events.ingest(events)).rejects.toMatchObject({ pointer });
    expect(requests).toHaveLength(0);
  });
});

describe('what is answered', () => {
  it('JSON, text, bytes or nothing', async () => {
    const bodies: Handler = ({ url, method }, response) => {
      if (method === 'DELETE') response.writeHead(204).end();
      else if (url.endsWith('/pdf')) response.end(Buffer.from([0x25, 0x50, 0xff]));
      else if (url.includes('/csv')) response.end('a,b\n');
      else response.end('{"quantity":"0.1000"}');
    };
    const { client, requests } = await setup(bodies);
    expect(await client.organizations.get('org_1')).toEqual({ quantity: '0.1000' });
    expect(await client.invoices.pdf('inv_1')).toEqual(new Uint8Array([0x25, 0x50, 0xff]));
    expect(await client.statements.csv('org_1', { asOf: '2026-10-01T00:00:00Z' })).toBe('a,b\n');
    expect(await client.organizations.delete('org_1')).toBeUndefined();
    expect(requests[1]?.headers.accept).toBe('application/pdf, application/problem+json');
  });

  it('null for a success without a body', async () => {
    const { client } = await setup((_, response) => void response.end());
    expect(await client.organizations.get('org_1')).toBeNull();
  });

  it('a problem, with all that it says', async () => {
    const errors = [{ pointer: '/name', code: 'too_big', detail: 'At most 256 characters.' }];
    const { client } = await setup(problem(409, 'already_exists', { errors, existingId: 'org_9' }));
    const error = await client.organizations
      .create({ name: 'x' })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CustomaryProblem);
    expect(error).toMatchObject({
      code: 'already_exists',
      status: 409,
      requestId: 'req_1',
      errors,
      existingId: 'org_9',
      operation: 'organizations.create',
      message:
        'organizations.create: 409 already_exists: Because already_exists. /name: At most 256 characters. (request req_1)',
    });
  });

  it("a proxy's page instead of the server's answer", async () => {
    const page: Handler = (_, response) =>
      void response.writeHead(404).end('<html>Not here</html>');
    const { client } = await setup(page);
    await expect(client.organizations.get('org_1')).rejects.toMatchObject({
      code: 'unexpected_response',
      status: 404,
    });
    const fine = await setup((_, response) => void response.end('<html>Welcome</html>'));
    await expect(fine.client.organizations.get('org_1')).rejects.toMatchObject({
      code: 'unexpected_response',
    });
  });

  it('a redirect is reported, not followed', async () => {
    const moved: Handler = (_, response) =>
      void response.writeHead(301, { location: 'https://elsewhere.example/' }).end();
    const { client, requests } = await setup(moved);
    await expect(client.organizations.create({ name: 'x' })).rejects.toThrow(
      'Redirected to https://elsewhere.example/',
    );
    expect(requests).toHaveLength(1);
  });
});

describe('the client', () => {
  it.each(['127.0.0.1:8787', 'ftp://a', 'http://user:secret@a', 'nonsense'])(
    'refuses the address %s',
    (baseUrl) => {
      expect(() => new Customary({ baseUrl })).toThrow(CustomaryInputError);
    },
  );

  it('never shows its key, not even a broken one', () => {
    const apiKey = 'sk-canary';
    expect(inspect(new Customary({ baseUrl: '', apiKey }), { depth: 9 })).not.toContain(apiKey);
    const broken = (): unknown => new Customary({ baseUrl: '', apiKey: 'sk-canary\nx' });
    expect(broken).toThrow('apiKey holds characters');
    expect(broken).not.toThrow('canary');
  });

  it('refuses an idempotency key that no header can carry', async () => {
    const { client } = await setup(json({}));
    const call = (idempotencyKey: string) =>
      client.organizations.create({ name: 'x' }, { idempotencyKey });
    await expect(call('a\nb')).rejects.toBeInstanceOf(CustomaryInputError);
    await expect(call('')).rejects.toBeInstanceOf(CustomaryInputError);
  });

  it('can use another fetch', async () => {
    const urls: string[] = [];
    const client = sampleClient({
      baseUrl: '',
      fetch: async (url) => {
        urls.push(url);
        return Response.json({ id: 'org_1' });
      },
    });
    await client.organizations.get('org_1');
    expect(urls).toEqual(['/v1/organizations/org_1']);
  });
});
