/** Mutation testing of what is pure: each part is changed in one place at a time, and some unit test must notice. */

const pure = {
  'src/connect': [
    'announcer',
    'backoff',
    'bounded',
    'candidate-batch',
    'candidates',
    'challenge-queue',
    'in-turn',
    'members-machine',
    'members-state',
    'pair-machine',
    'pair-state',
    'path',
    'presence',
    'removed',
    'renewals',
    'room-lock',
    'sdp',
  ],
  'src/main/files': ['safe-name', 'targets'],
  'src/main/transfer': [
    'estimate',
    'folder-count',
    'intake',
    'manifest',
    'pace',
    'rate',
    'runs',
    'segment-checks',
    'segments',
    'send-window',
    'showing',
    'state',
    'telling',
  ],
  'src/shared': ['protocol/*', 'room-code'],
};

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: Object.entries(pure).flatMap(([folder, names]) => names.map((name) => `${folder}/${name}.ts`)),
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutate.config.ts' },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 3000,
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: true },
  thresholds: { high: 95, low: 85, break: null },
  // Stryker would rewrite tsconfig.json by an interface that TypeScript 7 no longer has; nothing here needs it rewritten.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  ignorePatterns: ['out', 'dist', 'build', 'test/e2e', 'test/screen', 'test/integration', 'test/hostile'],
  tempDirName: '.stryker-tmp',
};
