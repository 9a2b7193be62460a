import { defineConfig } from 'vitest/config';

const server = { globalSetup: ['server/test/support/global-setup.ts'] };

export default defineConfig({
  test: {
    // Two cores is what a developer and CI have; PostgreSQL works beside the tests.
    maxWorkers: 2,
    setupFiles: ['server/test/support/seed.ts'],
    // A limit against hanging, not a measure of speed: the machine may be busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          ...server,
          name: 'server',
          include: ['server/**/*.test.ts'],
          exclude: [
            'server/test/faults/**',
            'server/src/db/embedded/**',
            '**/node_modules/**',
            '**/dist/**',
          ],
        },
      },
      {
        // Kill processes and wait for them; they bring their own PostgreSQL.
        extends: true,
        test: {
          name: 'faults',
          include: ['server/test/faults/**/*.test.ts', 'server/src/db/embedded/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The real server and database, and Debian's Chromium.
        extends: true,
        test: {
          name: 'console',
          globalSetup: [
            'server/test/support/global-setup.ts',
            'console/e2e/support/global-setup.ts',
          ],
          include: ['console/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
        },
      },
      {
        extends: true,
        test: { name: 'sdk', include: ['sdk/**/*.test.ts'], exclude: ['**/node_modules/**'] },
      },
    ],
  },
});
