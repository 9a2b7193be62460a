import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import { problems } from '../lib/problem.ts';

/** `/openapi.json`, browsable docs at `/docs`, and the page that problem types point to. */
export function registerDocs(app: FastifyInstance): void {
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  app.get('/docs/errors', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(errorsPage()),
  );
  void app.register(scalar, {
    routePrefix: '/docs',
    configuration: {
      title: 'Customary API',
      url: '/openapi.json',
      withDefaultFonts: false,
      // This page shows our API and nothing else: it asks no other host for anything.
      telemetry: false,
      agent: { disabled: true },
      showDeveloperTools: 'never',
      hideClientButton: true,
    },
  });
}

function errorsPage(): string {
  const rows = Object.entries(problems).map(
    ([code, { status, title }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Customary – errors</title>
<style>body{font:16px/1.5 system-ui;margin:3rem auto;max-width:50rem;padding:0 1rem}td{padding:.3rem 1rem .3rem 0}tr:target{background:#ffd}</style>
<h1>Errors</h1><p>Every error is <code>application/problem+json</code> (RFC 9457) with a stable <code>code</code>.</p>
<table>${rows.join('\n')}</table></html>`;
}
