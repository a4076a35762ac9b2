import { beforeEach, describe, expect, test } from 'vitest';

// Not a test of the project: what its reporter is shown in test/integration/skipped-reporter.test.ts.
describe('a group that cannot run', () => {
  beforeEach((context) => context.skip('its broker is not installed'));
  test('one', () => expect.unreachable());
  test('two', () => expect.unreachable());
});

test('runs', () => expect(1).toBe(1));
test('is skipped in its middle', (context) => context.skip('no screen'));
test('leaves something for later', (context) => context.skip(false, 'never said'));
