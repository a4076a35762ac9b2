import { defineConfig } from 'vitest/config';

const allGroups = 'test/unit/{connect,shared}/**/*.test.ts test/unit/main/{files,lane,transfer}/**/*.test.ts';

/** For Stryker, which cannot pick a project: the unit tests of one group of `stryker.config.js`, or of all. */
export default defineConfig({
  resolve: { alias: { 'original-fs': 'node:fs' } },
  test: {
    include: (process.env.ROOMDROP_MUTATION_TESTS ?? allGroups).split(' '),
    setupFiles: ['test/support/fewer-runs.ts'],
    testTimeout: 60_000,
  },
});
