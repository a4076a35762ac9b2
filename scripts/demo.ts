import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedBroker } from '../src/main/broker/embedded.ts';
import { makeRoomCode } from '../src/shared/room-code.ts';
import { buildIfStale, projectRoot } from './build-if-stale.ts';

/**
 * Two people on this computer, already in one room, with a broker of their own: a first transfer without a network.
 * Arguments go to both of them, for instance `--host browser`.
 */
const people = ['Ann', 'Bo'] as const;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const folder = join(tmpdir(), 'roomdrop-demo');
await rm(folder, { recursive: true, force: true });
await buildIfStale(say);

const broker = await startEmbeddedBroker();
const code = makeRoomCode((bytes) => randomBytes(bytes));
const children = await Promise.all(people.map(startPerson));

say(`Ann and Bo are in the room ${code}.`);
say(`Drag something to Bo in Ann's window; there are files to try in ${join(folder, 'Ann', 'Things to send')}.`);
say('Ctrl+C ends the demo.');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const child of children) child.kill('SIGTERM');
  });
}
const codes = await Promise.all(children.map(ended));
await broker.close();
process.exitCode = Math.max(...codes);

async function startPerson(name: (typeof people)[number]): Promise<ChildProcess> {
  const home = join(folder, name);
  const things = join(home, 'Things to send');
  const received = join(home, 'Received');
  await mkdir(join(things, 'A folder', 'with an empty one'), { recursive: true });
  await mkdir(received, { recursive: true });
  await writeFile(join(things, `Hello from ${name}.txt`), `Hello! ${name} sent you this.\n`);
  await writeFile(join(things, 'A folder', 'random.bin'), randomBytes(20_000_000));

  const args = ['--name', name, '--broker', broker.url, '--ice-server', 'none', '--room', '-'];
  const folders = ['--data-dir', join(home, 'Settings'), '--downloads', received];
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(projectRoot, 'scripts/start.ts'), ...args, ...folders, ...process.argv.slice(2)],
    // Of its own process group: Ctrl+C reaches this script, which then ends both in order.
    { cwd: projectRoot, stdio: ['pipe', 'inherit', 'inherit'], detached: process.platform !== 'win32' },
  );
  child.stdin?.end(`${code}\n`);
  return child;
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((done) => child.once('close', (exitCode) => done(exitCode ?? 1)));
}
