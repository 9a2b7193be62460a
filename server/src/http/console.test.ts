import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testApp, type TestApp } from '../../test/support/app.ts';

let app: TestApp;
beforeAll(async () => void (app = await testApp()));
afterAll(() => app.close());

const get = (url: string, accept = 'text/html') =>
  app.app.inject({ method: 'GET', url, headers: { accept } });

describe('the console', () => {
  it('is one page at every address that is nothing else', async () => {
    for (const url of ['/', '/customers/organizations', '/billing/invoices?open=true']) {
      const { statusCode, headers } = await get(url);
      expect(statusCode, url).toBe(200);
      expect(headers['content-type'], url).toBe('text/html; charset=utf-8');
      expect(headers['cache-control'], url).toBe('no-store');
    }
  });

  it('leaves addresses of the API to the API, whatever is accepted', async () => {
    for (const url of ['/v1/nothing', '/v1', '/auth/nothing', '/assets/nothing.js']) {
      const { statusCode, headers } = await get(url);
      expect(statusCode, url).toBe(404);
      expect(headers['content-type'], url).toBe('application/problem+json; charset=utf-8');
    }
  });

  it('is for browsers: whoever asks for JSON is told that there is nothing', async () => {
    expect((await get('/nowhere', 'application/json')).statusCode).toBe(404);
    const posted = await app.app.inject({
      method: 'POST',
      url: '/nowhere',
      headers: { accept: 'text/html' },
    });
    expect(posted.statusCode).toBe(404);
  });

  it('lets in scripts and styles of its own alone, by a nonce of each page', async () => {
    const policies = await Promise.all(
      [1, 2].map(async () => String((await get('/')).headers['content-security-policy'])),
    );
    expect(policies[0]).not.toBe(policies[1]);
    for (const policy of policies) {
      expect(policy).toMatch(/default-src 'none'; script-src 'self' 'nonce-[A-Za-z0-9+/=]{20,}';/);
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(policy).toContain("frame-ancestors 'none'");
    }
  });
});
