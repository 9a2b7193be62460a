import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The server puts a fresh nonce in place of this in each page it sends (`server/src/http/console.ts`). */
const noncePlaceholder = '__CSP_NONCE__';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  html: { cspNonce: noncePlaceholder },
  resolve: {
    alias: { '@customary/sdk': fileURLToPath(new URL('../sdk/src/index.ts', import.meta.url)) },
  },
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    manifest: true,
    // Inlined files would need a wider content-security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What matters is the first load, compressed: `e2e/build.test.ts` limits it.
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '^/(v1|auth|docs|openapi.json)': 'http://127.0.0.1:8787' } },
});
