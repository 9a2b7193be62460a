import { defineConfig } from 'vitest/config';

const server = { globalSetup: ['server/test/support/global-setup.ts'] };
const notOurs = ['**/node_modules/**', '**/dist/**'];

/** Decisions over plain data: no database, so nothing to see on another PostgreSQL. */
const pure = [
  'server/src/lib/**/*.test.ts',
  'server/src/**/*rules.test.ts',
  'server/src/catalog/pricing/**/*.test.ts',
  'server/src/catalog/{list-prices,pricing-docs}.test.ts',
  'server/src/documents/{csv,documents}.test.ts',
  'server/src/rating/allocate.test.ts',
  'server/test/*.test.ts',
];
/** Whole stories by commands and API, over SQL that the domains' own tests show on both servers. */
const scenarios = ['scenarios', 'cli', 'growth'].map(
  (folder) => `server/test/${folder}/**/*.test.ts`,
);
/** A year of a sample company, which takes a minute. */
const year = ['server/test/year/**/*.test.ts'];
/** Random operations against an oracle; `npm run simulate` for more of it. */
const simulation = ['server/test/simulation/**/*.test.ts'];
/** They kill processes, or bring their own PostgreSQL. */
const faults = ['server/test/faults/**/*.test.ts', 'server/src/db/embedded/**/*.test.ts'];

export default defineConfig({
  test: {
    // Two cores is what a developer and CI have; PostgreSQL works beside the tests.
    maxWorkers: 2,
    // The product is loaded once for all files of a worker: nothing in it remembers one deployment in the next.
    isolate: false,
    setupFiles: ['server/test/support/seed.ts'],
    // A limit against hanging, not a measure of speed: the machine may be busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, exclude: notOurs } },
      {
        extends: true,
        test: {
          ...server,
          name: 'server',
          include: ['server/**/*.test.ts'],
          exclude: [...pure, ...scenarios, ...year, ...simulation, ...faults, ...notOurs],
        },
      },
      {
        extends: true,
        test: { ...server, name: 'scenarios', include: scenarios, exclude: notOurs },
      },
      {
        extends: true,
        test: { ...server, name: 'year', include: year, exclude: notOurs, testTimeout: 600_000 },
      },
      {
        extends: true,
        test: { ...server, name: 'simulation', include: simulation, exclude: notOurs },
      },
      {
        extends: true,
        test: { name: 'faults', include: faults, exclude: notOurs },
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
          exclude: notOurs,
        },
      },
      {
        extends: true,
        test: { name: 'sdk', include: ['sdk/**/*.test.ts'], exclude: ['**/node_modules/**'] },
      },
    ],
  },
});
