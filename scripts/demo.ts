import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import open from 'open';
import { startEmbeddedBroker } from '../src/main/broker/embedded.ts';
import { parseCommandLine, UsageError } from '../src/main/command-line.ts';
import type { AppEvent } from '../src/main/events.ts';
import { makeRoomCode } from '../src/shared/room-code.ts';
import { buildIfStale, projectRoot } from './build-if-stale.ts';

/**
 * Two people on this computer, already in one room, with a broker of their own: a first transfer without a network.
 * Arguments go to both of them, for instance `--host browser`.
 */
const people = ['Ann', 'Bo'] as const;
type Who = (typeof people)[number];

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const shared = process.argv.slice(2);
const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

process.exitCode = await demo();

async function demo(): Promise<number> {
  try {
    if (parseCommandLine(shared, process.cwd()).show) {
      say('npm run demo -- [options of npm start, for both people]');
      return 0;
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(error.message);
    return 2;
  }
  await buildIfStale(say);
  const folder = await mkdtemp(join(tmpdir(), 'roomdrop-demo-'));
  const broker = await startEmbeddedBroker();
  const code = makeRoomCode((bytes) => randomBytes(bytes));
  const children = await Promise.all(people.map((who) => startPerson(who, join(folder, who), broker.url, code)));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      for (const child of children) child.kill('SIGTERM');
    });
  }
  say(`Ann and Bo are in the room ${code}. There are files to try in ${join(folder, 'Ann', 'Things to send')}:`);
  say("drag one to Bo in Ann's window, and accept it in Bo's. Ctrl+C ends the demo and removes its folders.");

  const codes = await Promise.all(children.map(ended));
  await broker.close();
  await rm(folder, { recursive: true, force: true });
  return Math.max(...codes);
}

async function startPerson(who: Who, home: string, broker: string, code: string): Promise<ChildProcess> {
  const things = join(home, 'Things to send');
  const received = join(home, 'Received');
  await mkdir(join(things, 'A folder', 'with an empty one'), { recursive: true });
  await mkdir(received, { recursive: true });
  await writeFile(join(things, `Hello from ${who}.txt`), `Hello! ${who} sent you this.\n`);
  await writeFile(join(things, 'A folder', 'random.bin'), randomBytes(20_000_000));

  const args = ['--name', who, '--broker', broker, '--ice-server', 'none', '--room', '-', '--json'];
  const folders = ['--data-dir', join(home, 'Settings'), '--downloads', received];
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(projectRoot, 'scripts/start.ts'), ...args, ...folders, ...shared],
    // Of its own process group: Ctrl+C reaches this script, which then ends both in order.
    { cwd: projectRoot, stdio: ['pipe', 'pipe', 'inherit'], detached: process.platform !== 'win32' },
  );
  child.stdin?.end(`${code}\n`);
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => told(who, JSON.parse(line)));
  return child;
}

function told(who: Who, event: AppEvent): void {
  if (event.event === 'error') say(`${who}: ${event.message}`);
  // In Electron there is a window and no address.
  if (event.event !== 'ready' || event.url === null) return;
  say(`${who}'s page: ${event.url}`);
  if (hasScreen) open(event.url).catch(() => undefined);
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((done) => child.once('close', (exitCode) => done(exitCode ?? 1)));
}
