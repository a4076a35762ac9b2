import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const insteadOfElectron = 'test/unit/main/hosts/electron/**/*.test.ts';

export default defineConfig({
  // Electron's, without its archives; outside Electron there is only Node's.
  resolve: { alias: { 'original-fs': 'node:fs' } },
  test: {
    // Much of the time is spent waiting: two at least, also where there are only two processors.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // What is waited for comes late on a busy machine; a test that fails takes longer to say so.
    expect: { poll: { timeout: 30_000 } },
    reporters: [
      'default',
      ...(process.env.GITHUB_ACTIONS ? ['github-actions'] : []),
      './test/support/skipped-reporter.ts',
    ],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.{ts,tsx}'],
          exclude: [insteadOfElectron],
          testTimeout: 60_000,
          // What is pure can share a process, and to start one takes longer than most of these files.
          isolate: false,
        },
      },
      {
        extends: true,
        // Each has a module of its own in the place of Electron's, and so a process.
        test: { name: 'unit-electron', include: [insteadOfElectron], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          // Some look into what was built.
          globalSetup: ['test/support/global-setup.ts'],
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        // Whole lives of the real core under a virtual clock.
        test: { name: 'world', include: ['test/world/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          // The page alone, in made-up states: no network, no clock, so that files run side by side.
          name: 'screen',
          include: ['test/screen/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          // The app as `npm start` runs it.
          globalSetup: ['test/support/global-setup.ts'],
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
