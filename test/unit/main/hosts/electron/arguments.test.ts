import { describe, expect, it } from 'vitest';
import { ownArguments } from '../../../../../src/main/hosts/electron/arguments.ts';

const checkout = { defaultApp: true, installed: false };
const packaged = { defaultApp: false, installed: true };

describe('the arguments that are ours', () => {
  it('begin after the program, and after the app in a development run', () => {
    expect(ownArguments(['/opt/Roomdrop/roomdrop', 'a.txt', '--json'], packaged).argv).toEqual(['a.txt', '--json']);
    expect(ownArguments(['electron', '/project', 'a.txt', '--json'], checkout).argv).toEqual(['a.txt', '--json']);
  });

  it('leave out what is meant for Chromium, Node and macOS', () => {
    const foreign = [
      '--no-sandbox',
      '--ozone-platform=wayland',
      '--inspect=0',
      '--disable-features=A,B',
      '-psn_0_12345',
    ];
    expect(ownArguments(['electron', '.', ...foreign, '--room', 'new'], checkout).argv).toEqual(['--room', 'new']);
  });

  it.each(['--password-store=basic', '--js-flags=--max-old-space-size=99', '--enable-wayland-ime', '-Embedding', '-x'])(
    'leave out %s in an installed app, where nobody typed it',
    (foreign) => {
      expect(ownArguments(['roomdrop', foreign, '--room', 'new', 'a'], packaged).argv).toEqual(['--room', 'new', 'a']);
    },
  );

  it('keep what nobody knows in a checkout, and for a script that reads JSON, so that it is refused', () => {
    expect(ownArguments(['electron', '.', '--rooom', 'new'], checkout).argv).toEqual(['--rooom', 'new']);
    expect(ownArguments(['roomdrop', '--rooom', 'new', '--json'], packaged).argv).toContain('--rooom');
  });

  it('set links to rooms apart from files', () => {
    expect(ownArguments(['roomdrop', 'a.txt', 'Roomdrop://join/a-b'], packaged)).toEqual({
      argv: ['a.txt'],
      links: ['Roomdrop://join/a-b'],
    });
  });

  it('turn the URLs of local files into paths', () => {
    expect(ownArguments(['roomdrop', 'file:///tmp/a%20b'], packaged).argv[0]).toMatch(/tmp[\\/]a b$/);
  });

  it('leave other URLs of files as they are', (context) => {
    context.skip(process.platform === 'win32', 'Windows reads URLs of files by rules of its own');
    expect(ownArguments(['roomdrop', 'file://server/a'], packaged).argv).toEqual(['file://server/a']);
  });
});
