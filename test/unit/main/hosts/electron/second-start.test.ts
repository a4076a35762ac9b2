import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { handedByStart } from '../../../../../src/main/hosts/electron/second-start.ts';

const code = 'parrot-frown-flame-anger-disagree';

describe('a later start', () => {
  it('brings its paths, relative to where it was started, and its links', () => {
    expect(handedByStart({ argv: ['.', '--json'], links: ['roomdrop:x'], cwd: tmpdir() })).toEqual({
      paths: [tmpdir()],
      room: null,
      links: ['roomdrop:x'],
    });
  });

  it('brings the room that it asks for', () => {
    expect(handedByStart({ argv: ['--room', code], links: [], cwd: '/' })).toMatchObject({
      room: { kind: 'code', code },
    });
    expect(handedByStart({ argv: ['--room', 'new'], links: [], cwd: '/' })).toMatchObject({ room: { kind: 'new' } });
  });

  it.each([[null], ['text'], [{}], [{ argv: 'a', cwd: '/' }]])('that says %j brings nothing', (told) => {
    expect(handedByStart(told)).toEqual({});
  });

  it('that made a mistake has said so itself', () => {
    expect(handedByStart({ argv: ['--unknown'], links: [], cwd: '/' })).toEqual({ links: [] });
  });
});
