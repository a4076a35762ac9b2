import type { Reporter, TestCase } from 'vitest/node';

/** At the end of a run, each test that had to be skipped, with the reason it gave. What a filter left out is not named. */
export default function skippedReporter(): Reporter {
  return {
    onTestRunEnd(modules) {
      const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
      const lines = skipped.flatMap(line);
      if (lines.length > 0) process.stdout.write(`\n Skipped:\n${lines.join('')}\n`);
    },
  };
}

function line(test: TestCase): string[] {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  return note ? [`  - ${test.project.name} ${test.fullName}: ${note}\n`] : [];
}
