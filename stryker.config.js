/** Mutation testing of what is pure: each part is changed in one place at a time, and some unit test must notice. */

/**
 * What is mutated, and the unit tests that are to notice: those of the same group alone, so that a test far away does not
 * excuse one that is missing, and a changed constant does not make every test run.
 */
export const mutationGroups = [
  {
    name: 'connect',
    sources: 'src/connect',
    files: [
      'announcer',
      'backoff',
      'bounded',
      'candidate-batch',
      'candidates',
      'challenge-queue',
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
      'strands/incoming-blocks',
      'strands/outgoing-blocks',
      'strands/stall-watch',
      'strands/strand-growth',
      'strands/telling-taken',
    ],
    tests: ['test/unit/connect/**/*.test.ts'],
  },
  {
    name: 'files',
    sources: 'src/main/files',
    files: ['safe-name', 'targets'],
    tests: ['test/unit/main/files/**/*.test.ts'],
  },
  {
    name: 'direct lane',
    sources: 'src/main/lane/direct',
    files: [
      'admitted',
      'canonical-address',
      'checks-machine',
      'checks-state',
      'gathering',
      'kept',
      'lane-offer',
      'probe',
      'retry',
      'stun',
      'stun-servers',
    ],
    tests: ['test/unit/main/lane/**/*.test.ts'],
  },
  {
    name: 'transfer',
    sources: 'src/main/transfer',
    files: [
      'estimate',
      'folder-count',
      'intake',
      'lane-words',
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
    tests: ['test/unit/main/transfer/**/*.test.ts'],
  },
  {
    name: 'shared',
    sources: 'src/shared',
    files: ['in-turn', 'protocol/*', 'room-code'],
    tests: ['test/unit/shared/**/*.test.ts'],
  },
];

/** @param {(typeof mutationGroups)[number]} group */
export function filesOf({ sources, files }) {
  return files.map((name) => `${sources}/${name}.ts`);
}

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: mutationGroups.flatMap(filesOf),
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
