/** `fs` as Node has it, without Electron's archives. https://www.electronjs.org/docs/latest/tutorial/asar-archives#treating-an-asar-archive-as-a-normal-file */
import fs from 'node:fs';

// Taken before `archives.ts` changes the one that everybody else sees.
export const promises: typeof fs.promises = { ...fs.promises };
const originalFs: typeof fs = { ...fs, promises };
export default originalFs;
