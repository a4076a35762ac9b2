import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { lockInstance } from '../src/main/storage/instance-lock.ts';

export const projectRoot = fileURLToPath(new URL('..', import.meta.url));
const outDir = join(projectRoot, 'out');
const stampFile = join(outDir, 'build-stamp');

/**
 * Builds main, preload and page unless what stands in `out/` was built from these very sources. Throws with the build's
 * output, and when `asked` aborts.
 */
export async function buildIfStale(say: (line: string) => void, asked?: AbortSignal): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const lock = await waitForLock(say, asked);
  try {
    const stamp = await sourcesStamp();
    if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) return;
    say('Building Roomdrop…');
    await build(asked);
    await writeFile(stampFile, stamp);
  } finally {
    await lock.release();
  }
}

/** What `buildIfStale` throws because it was asked to stop. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Two starts at once must not build into the same folder. */
async function waitForLock(say: (line: string) => void, asked: AbortSignal | undefined) {
  for (let first = true; ; first = false) {
    asked?.throwIfAborted();
    const lock = await lockInstance(outDir);
    if (lock) return lock;
    if (first) say('Waiting for another start, which is building…');
    await delay(200, undefined, { signal: asked });
  }
}

async function sourcesStamp(): Promise<string> {
  const inFolders = await Promise.all(
    // The pictures in `build` are copied beside the code.
    ['src', 'build'].map(async (folder) =>
      (await readdir(join(projectRoot, folder), { recursive: true })).map((name) => join(folder, name)),
    ),
  );
  const names = [...inFolders.flat().sort(), 'package.json', 'package-lock.json', 'electron.vite.config.ts'];
  const hash = createHash('sha256');
  for (const name of names) {
    const path = join(projectRoot, name);
    if ((await stat(path)).isFile()) hash.update(`${name}\0`).update(await readFile(path));
  }
  return hash.digest('hex');
}

function build(asked: AbortSignal | undefined): Promise<void> {
  const command = join(projectRoot, 'node_modules/electron-vite/bin/electron-vite.js');
  const child = spawn(process.execPath, [command, 'build'], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(asked && { signal: asked }),
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => {
      if (code === 0) done();
      else if (asked?.aborted) fail(asked.reason);
      else fail(new Error(`The build failed:\n${Buffer.concat(output).toString()}`));
    });
  });
}
