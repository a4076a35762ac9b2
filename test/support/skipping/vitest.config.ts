import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import project from '../../../vitest.config.ts';

/** The project's own reporters, for tests that are skipped on every machine. */
export default defineConfig({
  test: {
    name: 'sample',
    root: join(import.meta.dirname, '../../..'),
    include: ['test/support/skipping/*.test.ts'],
    ...(project.test?.reporters && { reporters: project.test.reporters }),
  },
});
