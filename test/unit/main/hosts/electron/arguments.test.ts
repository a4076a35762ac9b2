import { describe, expect, it } from 'vitest';
import { ownArguments } from '../../../../../src/main/hosts/electron/arguments.ts';

describe('ownArguments', () => {
  it('begin after the program, and after the app in a development run', () => {
    expect(ownArguments(['/opt/Roomdrop/roomdrop', 'a.txt', '--json'], false)).toEqual(['a.txt', '--json']);
    expect(ownArguments(['electron', '/project', 'a.txt', '--json'], true)).toEqual(['a.txt', '--json']);
  });

  it('leave out what is meant for Chromium, Node and macOS', () => {
    const foreign = [
      '--no-sandbox',
      '--ozone-platform=wayland',
      '--inspect=0',
      '--disable-features=A,B',
      '-psn_0_12345',
    ];
    expect(ownArguments(['roomdrop', ...foreign, '--room', 'new'], false)).toEqual(['--room', 'new']);
  });

  it('keep what nobody knows, so that it is refused', () => {
    expect(ownArguments(['roomdrop', '--rooom', 'new'], false)).toEqual(['--rooom', 'new']);
  });

  it('turn the URLs of local files into paths', () => {
    expect(ownArguments(['roomdrop', 'file:///tmp/a%20b'], false)[0]).toMatch(/tmp[\\/]a b$/);
  });

  it('leave other URLs of files as they are', (context) => {
    context.skip(process.platform === 'win32', 'on Windows they are the paths of other computers');
    expect(ownArguments(['roomdrop', 'file://server/a'], false)).toEqual(['file://server/a']);
  });
});
