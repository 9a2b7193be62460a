import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Deployment } from '../db/deployment.ts';

/** What a browser is told about every answer, and the strict policy of the console's pages. */

const YEAR_SECONDS = 365 * 24 * 60 * 60;
const NONCE_BYTES = 18;

const FEATURES = ['camera', 'geolocation', 'microphone', 'payment', 'usb', 'browsing-topics'];

/** Data, not a page: nothing may be loaded from it, and nobody may frame it. */
const DATA_POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function secureHeaders(app: FastifyInstance, deployment: Deployment): void {
  const isHttps = deployment.url?.startsWith('https:') === true;
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff');
    void reply.header('referrer-policy', 'same-origin');
    void reply.header('cross-origin-opener-policy', 'same-origin');
    void reply.header('cross-origin-resource-policy', 'same-origin');
    void reply.header('permissions-policy', FEATURES.map((name) => `${name}=()`).join(', '));
    if (isHttps) void reply.header('strict-transport-security', `max-age=${YEAR_SECONDS}`);
    if (!reply.hasHeader('content-security-policy') && isData(reply))
      void reply.header('content-security-policy', DATA_POLICY);
  });
}

/** Pages and files set their own policy; a browser's viewer of PDFs does not work under that of data. */
function isData(reply: FastifyReply): boolean {
  return /json/.test(String(reply.getHeader('content-type') ?? 'json'));
}

/**
 * Sets the policy of a page of the console, and answers the nonce that its script and style elements must carry
 * (`<script nonce>`, Mantine's `getStyleNonce`, react-remove-scroll's `setNonce`). A new one for each answer, so the
 * page must not be cached.
 */
export function consolePage(reply: FastifyReply): string {
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  void reply.header('content-security-policy', consolePolicy(nonce));
  void reply.header('cache-control', 'no-store');
  return nonce;
}

/**
 * Scripts and styles of our own or with this nonce, requests to ourselves, nothing from anywhere else. Style attributes in
 * markup do not work under it; `element.style`, by which React sets them, does.
 */
export function consolePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "frame-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
