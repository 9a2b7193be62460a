import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Answers one request. `answer` may be called later, or never. */
export type Handler = (seen: Seen, response: ServerResponse) => void | Promise<void>;

/** A real HTTP server on loopback that remembers what it was asked. It ends with the test. */
export async function startServer(handler: Handler) {
  const requests: Seen[] = [];
  let awaited: { count: number; resolve: () => void }[] = [];
  const notice = (): void => {
    const arrived = awaited.filter(({ count }) => count <= requests.length);
    awaited = awaited.filter(({ count }) => count > requests.length);
    for (const { resolve } of arrived) resolve();
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
    requests.push(seen);
    notice();
    await handler(seen, response);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  /** Resolves when the server has seen `count` requests. */
  const received = (count: number): Promise<void> =>
    new Promise((resolve) => {
      awaited.push({ count, resolve });
      notice();
    });
  return { baseUrl: `http://127.0.0.1:${port}`, requests, received };
}

/** Each request gets the next of these handlers; the last one answers all that follow. */
export function inTurn(...handlers: [Handler, ...Handler[]]): Handler {
  let turn = 0;
  return (seen, response) => {
    const handler = handlers[Math.min(turn, handlers.length - 1)] ?? handlers[0];
    turn += 1;
    return handler(seen, response);
  };
}

export function json(value: unknown, status = 200): Handler {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
}

export function problem(
  status: number,
  code: string,
  extra: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Handler {
  const document = { type: 'about:blank', title: 'No', status, detail: `Because ${code}.`, code };
  const body = JSON.stringify({ ...document, requestId: 'req_1', errors: [], ...extra });
  return (_, response) => {
    response
      .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
      .end(body);
  };
}

/** Breaks the connection without an answer. */
export const hangUp: Handler = (_, response) => void response.destroy();

/** Never answers. */
export const silence: Handler = () => undefined;
