import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import project from '../../vitest.config.ts';

/** Tests over long cables and between homes, which take minutes and root's rights: `npm run far`. */
export default defineConfig({
  test: {
    name: 'far',
    root: join(import.meta.dirname, '../..'),
    globalSetup: ['test/support/global-setup.ts'],
    include: ['test/far/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // What is measured is not to wait for what is tested beside it.
    fileParallelism: false,
    ...(project.test?.reporters && { reporters: project.test.reporters }),
  },
});
