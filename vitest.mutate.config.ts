import { defineConfig } from 'vitest/config';

/** For Stryker, which cannot pick a project: the unit tests that stand beside what it mutates. */
export default defineConfig({
  resolve: { alias: { 'original-fs': 'node:fs' } },
  test: {
    include: [
      'test/unit/{connect,shared}/**/*.test.ts',
      'test/unit/main/{files,lane,transfer}/**/*.test.ts',
      'test/unit/docs/protocol-vectors.test.ts',
    ],
    testTimeout: 20_000,
  },
});
