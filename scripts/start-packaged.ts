import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Starts the packaged app in `dist/` (or at a given path), as CI does on each system: it has to say `ready` within a
 * minute, to have loaded its native addons, and to end with 0 when it is asked to. Its fuses stop Playwright, so what it prints is all there is to see.
 */
const dist = join(import.meta.dirname, '../dist');
const places = [
  'linux-unpacked/roomdrop',
  'win-unpacked/Roomdrop.exe',
  `mac-${process.arch}/Roomdrop.app/Contents/MacOS/Roomdrop`,
  'mac/Roomdrop.app/Contents/MacOS/Roomdrop',
].map((place) => join(dist, place));

const withinMs = 60_000;

const program = process.argv[2] ?? places.find((place) => existsSync(place));
if (!program) throw new Error('There is no packaged app in dist; run npx electron-builder --dir first.');
const home = await mkdtemp(join(tmpdir(), 'roomdrop-packaged-'));
const child = spawn(
  program,
  [
    '--json',
    '--data-dir',
    join(home, 'data'),
    '--downloads',
    join(home, 'in'),
    '--broker',
    'embedded',
    '--ice-server',
    'none',
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const ended = new Promise<number | null>((done) => child.once('close', done));
try {
  await readyOf(child);
  console.log('It is ready.');
  const log = await readFile(join(home, 'data/logs/roomdrop.log'), 'utf8');
  const missing = /no direct lane: .*/.exec(log)?.[0];
  if (missing) throw new Error(`Its addons did not load: ${missing}`);
  child.kill('SIGTERM');
  const code = await ended;
  // Windows knows no signals: there the process is simply gone.
  if (code !== 0 && process.platform !== 'win32') throw new Error(`It ended with ${code}.`);
} finally {
  child.kill('SIGKILL');
  await ended;
  await rm(home, { recursive: true, force: true, maxRetries: 10 });
}

function readyOf({ stdout }: ChildProcess): Promise<void> {
  return new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(`It was not ready within ${withinMs / 1000} s.`)), withinMs);
    void ended.then((code) => fail(new Error(`It ended with ${code} before it was ready.`)));
    if (!stdout) return fail(new Error('It has no standard output.'));
    createInterface({ input: stdout }).on('line', (line) => {
      console.log(line);
      if (!line.startsWith('{"event":"ready"')) return;
      clearTimeout(late);
      done();
    });
  });
}
