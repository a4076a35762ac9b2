import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type EmbeddedBroker, startEmbeddedBroker } from '../src/main/broker/embedded.ts';
import { parseCommandLine, UsageError } from '../src/main/command-line.ts';
import { endAtOnce, listenForEnd, untilAborted } from '../src/main/end-signals.ts';
import { endInOrder, endingDeadlineMs } from '../src/main/ending.ts';
import type { AppEvent } from '../src/main/events.ts';
import { openPage } from '../src/main/hosts/browser/open-page.ts';
import { isBehindOnTerminal, onEachLine } from '../src/main/standard-input.ts';
import { makeRoomCode } from '../src/shared/room-code.ts';
import { buildIfStale, isAbort, projectRoot } from './build-if-stale.ts';

/**
 * Two people on this computer, already in one room, with a broker of their own: a first transfer without a network.
 * Arguments go to both of them, for instance `--host browser`.
 */
const people = ['Ann', 'Bo'] as const;
type Who = (typeof people)[number];

interface Person {
  readonly process: ChildProcess;
  /** Its exit code; null when a signal killed it. */
  readonly ended: Promise<number | null>;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);
// A terminal that was closed must not keep the demo from tidying up.
process.stderr.on('error', () => undefined);
const shared = process.argv.slice(2);
const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
/** Each of the two has its own deadline; one that does not even keep that is killed. */
const peopleDeadlineMs = endingDeadlineMs + 2000;

let folder: string | null = null;
const here: Person[] = [];
const asked = listenForEnd(process, () => {
  for (const person of here) kill(person);
  if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  endAtOnce();
});

process.exit(await start());

async function start(): Promise<number> {
  try {
    if (parseCommandLine(shared, process.cwd()).show) {
      say('npm run demo -- [options of npm start, for both people]');
      return 0;
    }
    await buildIfStale(say, asked);
    return await demo();
  } catch (error) {
    if (isAbort(error)) return 0;
    if (!(error instanceof UsageError)) throw error;
    say(error.message);
    return 2;
  }
}

async function demo(): Promise<number> {
  const root = await mkdtemp(join(tmpdir(), 'roomdrop-demo-'));
  folder = root;
  let broker: EmbeddedBroker | null = null;
  try {
    broker = await startEmbeddedBroker();
    const code = makeRoomCode((bytes) => randomBytes(bytes));
    const homes = await Promise.all(people.map(async (who) => ({ who, home: await furnish(who, root) })));
    asked.throwIfAborted();
    for (const { who, home } of homes) here.push(startPerson(who, home, broker.url, code));
    say(`Ann and Bo are in the room ${code}. There are files to try in ${join(root, 'Ann', 'Things to send')}:`);
    say("drag one to Bo in Ann's window, and accept it in Bo's. Ctrl+C ends the demo and removes its folders.");
    if (!isBehindOnTerminal(process.stdin)) onEachLine(process.stdin, askForAddresses);
    return await untilOver();
  } finally {
    await endPeople();
    await broker?.close();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Somebody closed a page, or has used its address: Enter here is Enter for both. */
function askForAddresses(): void {
  for (const { process: child } of here) child.stdin?.write('\n');
}

/** Until both have quit, one of them came to grief, or the demo is asked to end; the exit code. */
function untilOver(): Promise<number> {
  const failed = new Promise<number>((done) => {
    for (const { ended } of here) {
      void ended.then((code) => {
        if (code !== 0) done(code ?? 1);
      });
    }
  });
  const both = Promise.all(here.map(({ ended }) => ended)).then(() => 0);
  return Promise.race([untilAborted(asked).then(() => 0), failed, both]);
}

async function endPeople(): Promise<void> {
  for (const person of here) person.process.kill('SIGTERM');
  const all = Promise.all(here.map(({ ended }) => ended));
  if (await endInOrder([() => all], peopleDeadlineMs)) return;
  for (const person of here) kill(person);
  await all;
}

/** With all its processes, at once. */
function kill({ process: child }: Person): void {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended at this very moment.
  }
}

/** Makes the folders of one person. */
async function furnish(who: Who, root: string): Promise<string> {
  const home = join(root, who);
  const things = join(home, 'Things to send');
  await mkdir(join(things, 'A folder', 'with an empty one'), { recursive: true });
  await mkdir(join(home, 'Received'), { recursive: true });
  await writeFile(join(things, `Hello from ${who}.txt`), `Hello! ${who} sent you this.\n`);
  await writeFile(join(things, 'A folder', 'random.bin'), randomBytes(20_000_000));
  return home;
}

function startPerson(who: Who, home: string, broker: string, code: string): Person {
  const args = ['--name', who, '--broker', broker, '--ice-server', 'none', '--room', '-', '--json'];
  const folders = ['--data-dir', join(home, 'Settings'), '--downloads', join(home, 'Received')];
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(projectRoot, 'scripts/start.ts'), ...args, ...folders, ...shared],
    // Of its own process group: Ctrl+C reaches this script, which then ends both in order.
    { cwd: projectRoot, stdio: ['pipe', 'pipe', 'inherit'], detached: process.platform !== 'win32' },
  );
  // It may end before it has read its code.
  child.stdin?.on('error', () => undefined);
  child.stdin?.write(`${code}\n`);
  // Its first address is opened, where there is a browser; the others are printed, as each is good once.
  let toOpen = hasScreen;
  const told = (event: AppEvent): void => {
    if (event.event === 'error') say(`${who}: ${event.message}`);
    // In Electron there is a window and no address.
    if (event.event !== 'ready' || event.url === null) return;
    if (!toOpen) {
      say(`${who}'s page: ${event.url}`);
      return;
    }
    toOpen = false;
    child.stdin?.write('\n');
    const opening = { url: event.url, used: new Promise<void>(() => undefined), revoke: () => undefined };
    openPage(opening, home, asked).catch(() => undefined);
  };
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => told(JSON.parse(line)));
  return { process: child, ended: ended(child) };
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((done) => {
    child.once('error', () => done(1));
    child.once('close', done);
  });
}
