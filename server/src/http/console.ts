import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { consolePage } from './security.ts';

/** `vite.config.ts` of the console puts this where a nonce belongs. */
const noncePlaceholder = '__CSP_NONCE__';
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** Beside the bundled server, or beside its sources. */
const places = ['../../console/dist', '../../../console/dist'].map((place) =>
  fileURLToPath(new URL(place, import.meta.url)),
);

/** Addresses that are never a page of the console. */
const notPages = /^\/(?:v1|auth|docs|assets|openapi\.json|healthz|readyz|metrics)(?:[/?]|$)/;

export type ConsolePages = {
  /** Whether a request without a route of its own is for a page. */
  answers(request: FastifyRequest): boolean;
  send(reply: FastifyReply): FastifyReply;
};

/** The built console: its files under `/assets`, and one page that is every other address. */
export function registerConsole(app: FastifyInstance): ConsolePages {
  const directory = places.find((place) => existsSync(join(place, 'index.html')));
  const page =
    directory === undefined ? notBuilt : readFileSync(join(directory, 'index.html'), 'utf8');
  const send = (reply: FastifyReply) => sendPage(reply, page);
  if (directory !== undefined) serveFiles(app, directory);
  app.get('/', { schema: { hide: true } }, async (_request, reply) => send(reply));
  return {
    answers: ({ method, url, headers }) =>
      method === 'GET' && !notPages.test(url) && (headers.accept ?? '').includes('text/html'),
    send,
  };
}

/** Names of assets hold a hash of their content, so they are good for ever. */
function serveFiles(app: FastifyInstance, directory: string): void {
  void app.register(fastifyStatic, {
    root: join(directory, 'assets'),
    prefix: '/assets/',
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: YEAR_MS,
    schemaHide: true,
    setHeaders: (reply) => void reply.setHeader('x-content-type-options', 'nosniff'),
  });
  const icon = readFileSync(join(directory, 'icon.svg'));
  app.get('/icon.svg', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('image/svg+xml').header('cache-control', 'public, max-age=86400').send(icon),
  );
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  const nonce = consolePage(reply);
  return reply.type('text/html; charset=utf-8').send(page.replaceAll(noncePlaceholder, nonce));
}

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Customary</title>
<p>The console has not been built. <code>npm start</code> and <code>npm run build</code> do it. The API works: see <a href="/docs">/docs</a>.</p></html>`;
