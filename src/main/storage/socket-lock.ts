import { randomBytes } from 'node:crypto';
import { lstat, readdir, rename, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { errorCode } from '../files/error-code.ts';
import type { InstanceLock } from './lock.ts';
import { withShortAddress } from './short-address.ts';

/**
 * A lock among all who use the same folder, made of sockets in it.
 *
 * Everybody who wants it puts up a socket under a name of their own and only then looks at the others. A name is never
 * used twice and stands only for a socket that listens, so one that does not answer is of a process that is gone, and can
 * be removed by anybody at any time: there is no moment in which a living one could be taken for it.
 *
 * Of two who are both there, the later to come sees the other. Who holds the lock says so to whoever asks. Who is still
 * looking gives way to a lower name, and waits for a higher one to give way or to say that it was quicker.
 */

const mark = 'instance-';
const published = /^instance-[0-9a-f]{16}\.sock$/;
/** Listens, or is just about to. */
const unpublished = /^instance-[0-9a-f]{16}\.new$/;
/** Between the two names lies no more than a call; what is older is of somebody who was killed there. */
const publishedWithinMs = 60_000;
/** Who is there and does not say what it does, because it was stopped or is very slow, has the lock. */
const usualAnswerMs = 5000;
const heldWord = 'held';

/**
 * Takes the lock of a folder, or null when somebody has it. Rejects with the system's error when no socket can be made there.
 */
export async function lockBySocket(folder: string, answersWithinMs = usualAnswerMs): Promise<InstanceLock | null> {
  const own = await putUp(folder);
  try {
    if (await isFirst(folder, own.name, answersWithinMs)) {
      own.hold();
      return { release: own.takeDown };
    }
  } catch (error) {
    await own.takeDown();
    throw error;
  }
  await own.takeDown();
  return null;
}

interface Claim {
  /** Of the socket, in the folder. */
  readonly name: string;
  /** It is ours: says so to those who wait to hear and to all who ask from now on. */
  hold(): void;
  takeDown(): Promise<void>;
}

async function putUp(folder: string): Promise<Claim> {
  const asking = new Set<Socket>();
  let held = false;
  const server = createServer((socket) => {
    // Who asked may be gone by now.
    socket.on('error', () => undefined);
    socket.on('close', () => asking.delete(socket));
    socket.unref();
    socket.resume();
    if (held) tell(socket);
    else asking.add(socket);
  });
  const stem = `${mark}${randomBytes(8).toString('hex')}`;
  const name = `${stem}.sock`;
  await listen(server, folder, `${stem}.new`);
  server.unref();

  async function takeDown(): Promise<void> {
    await unlink(join(folder, name)).catch(() => undefined);
    for (const socket of asking) socket.destroy();
    await new Promise((done) => server.close(done));
  }

  try {
    await rename(join(folder, `${stem}.new`), join(folder, name));
  } catch (error) {
    await takeDown();
    throw error;
  }
  return {
    name,
    hold() {
      held = true;
      for (const socket of asking) tell(socket);
    },
    takeDown,
  };
}

function tell(socket: Socket): void {
  socket.write(heldWord);
  socket.destroySoon();
}

function listen(server: Server, folder: string, name: string): Promise<void> {
  return new Promise((done, fail) => {
    // Later on only taking a connection may fail: then whoever asks gets no answer, and takes it for held.
    server.on('error', fail);
    withShortAddress(folder, name, (address) => server.listen(address, done));
  });
}

/** Whether nobody else has the lock or is to get it. */
async function isFirst(folder: string, own: string, answersWithinMs: number): Promise<boolean> {
  for (const name of await readdir(folder)) {
    if (unpublished.test(name)) await removeIfOld(join(folder, name));
    else if (published.test(name) && name !== own) {
      const socket = withShortAddress(folder, name, (address) => connect(address));
      socket.setTimeout(answersWithinMs);
      if (!(await givesWay(socket, join(folder, name), name < own))) return false;
    }
  }
  return true;
}

async function removeIfOld(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found && Date.now() - found.mtimeMs > publishedWithinMs) await unlink(path).catch(() => undefined);
}

/** False when the other has the lock, or goes first. Removes what somebody left behind. */
function givesWay(socket: Socket, path: string, goesFirst: boolean): Promise<boolean> {
  return new Promise((done) => {
    const answer = (gives: boolean): void => {
      socket.destroy();
      done(gives);
    };
    socket.on('timeout', () => answer(false));
    socket.on('connect', () => {
      if (goesFirst) answer(false);
    });
    socket.on('data', () => answer(false));
    socket.on('end', () => answer(true));
    socket.on('error', (error) => {
      const code = errorCode(error);
      // Taken down after it was listed; or broken off while it went.
      if (code === 'ENOENT' || code === 'ECONNRESET') answer(true);
      else if (code !== 'ECONNREFUSED') answer(false);
      else
        void unlink(path)
          .catch(() => undefined)
          .then(() => answer(true));
    });
  });
}
