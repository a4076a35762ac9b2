import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Holds a data folder for this process; the system lets go of it when the process dies. */
export interface InstanceLock {
  release(): Promise<void>;
}

/**
 * Takes a data folder, or null when another running app has it. A local socket is the lock, since a lock file would
 * outlive a crash. It stands in the temporary folder because a socket's path may be only about 100 bytes long.
 */
export async function lockInstance(dataDir: string): Promise<InstanceLock | null> {
  const name = `roomdrop-${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16)}`;
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
  const server = (await listen(address)) ?? ((await answers(address)) ? null : await takeOver(address));
  if (!server) return null;
  server.unref();
  return { release: () => new Promise((done) => server.close(() => done())) };
}

async function takeOver(address: string): Promise<Server | null> {
  await unlink(address).catch(() => undefined);
  return listen(address);
}

function listen(address: string): Promise<Server | null> {
  return new Promise((done, fail) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? done(null) : fail(error)));
    server.listen(address, () => done(server));
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}
