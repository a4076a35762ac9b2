import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { pathsOfStart } from '../../../../../src/main/hosts/electron/second-start.ts';

describe('a second start', () => {
  it('brings its paths, relative to where it was started', () => {
    expect(pathsOfStart({ argv: ['.', '--json'], cwd: tmpdir() })).toEqual([tmpdir()]);
  });

  it('that would wait for the end itself brings none: it has refused', () => {
    expect(pathsOfStart({ argv: ['.', '--exit-when-done'], cwd: tmpdir() })).toEqual([]);
  });

  it.each([[null], ['text'], [{}], [{ argv: 'a', cwd: '/' }], [{ argv: ['--unknown'], cwd: '/' }]])(
    'that says %j brings none',
    (told) => {
      expect(pathsOfStart(told)).toEqual([]);
    },
  );
});
