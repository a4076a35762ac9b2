import * as node from 'node:fs/promises';

/**
 * How the users' files are reached. It is a parameter since Node's own module lies about some of them in Electron, where
 * `*.asar` files look like folders; the host there gives the one without that.
 */
export type UserFs = Pick<
  typeof node,
  'link' | 'lstat' | 'open' | 'opendir' | 'mkdir' | 'rename' | 'rm' | 'rmdir' | 'stat' | 'unlink' | 'utimes'
>;

export const nodeFs: UserFs = node;
