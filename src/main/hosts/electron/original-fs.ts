import { promises } from 'original-fs';
import type { UserFs } from '../../files/user-fs.ts';

/** Electron's `fs` shows `*.asar` files as folders, and every Electron app holds one; this is the one that does not. */
export const userFs: UserFs = promises;
