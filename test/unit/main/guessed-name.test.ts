import { expect, test } from 'vitest';
import { guessName } from '../../../src/main/guessed-name.ts';

test.each([
  ['ann', 'thinkpad', 'ann (thinkpad)'],
  ['ann', 'Anns-MacBook.local', 'ann (Anns-MacBook)'],
  ['root', 'build-7.example.net', 'build-7'],
  ['Administrator', 'DESKTOP-4F2', 'DESKTOP-4F2'],
  ['ann', 'localhost', 'ann'],
  ['ann', 'ANN', 'ann'],
  ['root', 'localhost', 'Somebody'],
  ['', '', 'Somebody'],
  ['\u202e', '10.0.0.7', 'Somebody'],
])('%s at %s is guessed to be %s', (account, host, name) => {
  expect(guessName(account, host)).toBe(name);
});

test('is never longer than a name may be', () => {
  expect([...guessName('a'.repeat(60), 'h'.repeat(60))]).toHaveLength(64);
});
