import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/** Where Debian's mosquitto is, if it is installed; it lives in a folder that is not on everybody's path. */
export const mosquittoPath: string | null =
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
    .map((folder) => join(folder, 'mosquitto'))
    .find((path) => existsSync(path)) ?? null;

export interface Mosquitto {
  /** Over WebSocket. */
  readonly url: string;
  /** Publishes received from clients so far, as its log tells. */
  readonly received: number;
  /** Resolves when its whole log matches. */
  untilLog(pattern: RegExp): Promise<void>;
  close(): Promise<void>;
}

export async function startMosquitto(path: string): Promise<Mosquitto> {
  const folder = await mkdtemp(join(tmpdir(), 'roomdrop-mosquitto-'));
  const [tcp, webSocket] = [await freePort(), await freePort()];
  const configuration = join(folder, 'mosquitto.conf');
  // Version 2.0.11 serves WebSocket only beside a plain listener.
  await writeFile(
    configuration,
    `allow_anonymous true\nlog_type all\nlistener ${tcp} 127.0.0.1\nlistener ${webSocket} 127.0.0.1\nprotocol websockets\n`,
  );
  const child = spawn(path, ['-c', configuration, '-v'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const look of [...waiting]) look();
    });
  }

  function untilLog(pattern: RegExp): Promise<void> {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`mosquitto never said ${pattern}:\n${lines.join('\n')}`)), 20_000);
      const look = (): void => {
        if (!pattern.test(lines.join('\n'))) return;
        clearTimeout(timer);
        waiting.delete(look);
        done();
      };
      waiting.add(look);
      look();
    });
  }

  await untilLog(/mosquitto version .* running/);
  return {
    url: `ws://127.0.0.1:${webSocket}`,
    get received() {
      return lines.filter((line) => line.includes('Received PUBLISH from')).length;
    },
    untilLog,
    async close() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise<void>((done) => server.close(() => done()));
  if (typeof address !== 'object' || !address) throw new Error('a TCP server has a port');
  return address.port;
}
