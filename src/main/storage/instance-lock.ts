import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { errorCode } from '../files/error-code.ts';
import { makeFolders } from '../files/make-folders.ts';
import type { InstanceLock } from './lock.ts';
import { privateFolder } from './private-folder.ts';
import { lockBySocket } from './socket-lock.ts';

/**
 * Takes a data folder, which must exist, or null when another running app has it. A local socket is the lock, since a
 * lock file would outlive a crash. It stands in the data folder itself, where nobody else can put one.
 */
export async function lockInstance(dataDir: string): Promise<InstanceLock | null> {
  if (process.platform === 'win32') return lockByPipe(await nameOf(dataDir));
  try {
    return await lockBySocket(dataDir);
  } catch (error) {
    if (!withoutSockets.has(errorCode(error))) throw error;
    const folder = join(await privateFolder(), await nameOf(dataDir));
    await makeFolders(folder, 0o700);
    return lockBySocket(folder);
  }
}

/** FAT, exFAT, and some folders that a virtual machine or a network shares. */
const withoutSockets: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL']);

/** The same for every path that leads there. */
async function nameOf(folder: string): Promise<string> {
  const hash = createHash('sha256').update(await realpath(folder));
  return `roomdrop-${hash.digest('hex').slice(0, 16)}`;
}

/**
 * A named pipe is gone with its process. Pipes have no folders with owners: another user of this computer who takes the
 * name first can keep the app from this data folder, and no more.
 */
function lockByPipe(name: string): Promise<InstanceLock | null> {
  return new Promise((done, fail) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => (errorCode(error) === 'EADDRINUSE' ? done(null) : fail(error)));
    server.listen(`\\\\.\\pipe\\${name}`, () => {
      server.unref();
      done({ release: () => new Promise((released) => server.close(() => released())) });
    });
  });
}
