import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, link, mkdir, mkdtemp, readdir, rm, symlink, utimes } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockInstance } from '../../../../src/main/storage/instance-lock.ts';
import type { InstanceLock } from '../../../../src/main/storage/lock.ts';
import { privateFolder } from '../../../../src/main/storage/private-folder.ts';
import { lockBySocket } from '../../../../src/main/storage/socket-lock.ts';

const windows = process.platform === 'win32';

let folder: string;
const children = new Set<ChildProcess>();
const { XDG_RUNTIME_DIR: runtimeBefore, TMPDIR: temporaryBefore } = process.env;

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roomdrop-lock-'));
});

afterEach(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  children.clear();
  restore('XDG_RUNTIME_DIR', runtimeBefore);
  restore('TMPDIR', temporaryBefore);
  await rm(folder, { recursive: true });
});

/** Another app that tries to take the folder; resolves with what it says. */
async function other(path = folder): Promise<{ said: string; kill(): Promise<void> }> {
  const script = join(import.meta.dirname, '../../../support/lock-child.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  const [said] = await once(child.stdout, 'data');
  return {
    said: String(said).trim(),
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** A socket that nobody listens on any more, as a killed app leaves it. */
async function leaveStale(path: string): Promise<void> {
  const server = createServer();
  const made = `${path}.made`;
  await new Promise<void>((done) => server.listen(made, done));
  await link(made, path);
  await new Promise((done) => server.close(done));
}

function staleName(index: number): string {
  return `instance-${index.toString(16).padStart(16, '0')}.sock`;
}

async function releaseAll(locks: readonly (InstanceLock | null)[]): Promise<number> {
  const held = locks.filter((lock) => lock !== null);
  await Promise.all(held.map((lock) => lock.release()));
  return held.length;
}

test('a data folder is held by one at a time, and free again after', async () => {
  const held = await lockInstance(folder);
  expect(held).not.toBeNull();
  expect(await lockInstance(folder)).toBeNull();
  expect(await lockInstance(folder)).toBeNull();
  await held?.release();
  const again = await lockInstance(folder);
  expect(again).not.toBeNull();
  await again?.release();
  expect(await readdir(folder)).toEqual([]);
});

test('another process sees it, and gets it when the first has gone', async () => {
  const lock = await lockInstance(folder);
  expect((await other()).said).toBe('in use');
  await lock?.release();
  expect((await other()).said).toBe('held');
  expect(await lockInstance(folder)).toBeNull();
});

describe('in the folder', () => {
  beforeEach((context) => {
    context.skip(windows, 'on Windows the lock is a pipe');
  });

  test('a stranger who knows the name of a data folder cannot keep the app from it', async () => {
    const name = `roomdrop-${createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 16)}`;
    const squatter = createServer();
    await new Promise<void>((done) => squatter.listen(join(tmpdir(), `${name}.sock`), done));
    const lock = await lockInstance(folder);
    await new Promise((done) => squatter.close(done));
    expect(lock).not.toBeNull();
    await lock?.release();
  });

  test('what a killed app leaves is in nobody’s way, and goes', async () => {
    const app = await other();
    expect(app.said).toBe('held');
    await app.kill();
    const lock = await lockInstance(folder);
    expect(lock).not.toBeNull();
    expect(await readdir(folder)).toHaveLength(1);
    await lock?.release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('an app that was killed before its socket had a name leaves nothing for long', async () => {
    const path = join(folder, 'instance-00000000000000aa.new');
    await leaveStale(path);
    const fresh = await lockInstance(folder);
    expect(await readdir(folder)).toHaveLength(2);
    await fresh?.release();
    await utimes(path, 1000, 1000);
    const later = await lockInstance(folder);
    await later?.release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('of many who start at once exactly one gets it, however many dead ones there are', async () => {
    for (let round = 0; round < 30; round++) {
      for (let index = 0; index < round % 4; index++) await leaveStale(join(folder, staleName(index)));
      const starters = 2 + (round % 5);
      const locks = await Promise.all(Array.from({ length: starters }, () => lockInstance(folder)));
      expect(await releaseAll(locks)).toBe(1);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  test('of several processes that start at once over a killed one exactly one gets it', {
    timeout: 60_000,
  }, async () => {
    for (let round = 0; round < 2; round++) {
      await (await other()).kill();
      const starters = await Promise.all([other(), other(), other(), lockInstance(folder)]);
      const held = starters.filter((each) => each !== null && (!('said' in each) || each.said === 'held'));
      expect(held).toHaveLength(1);
      for (const each of starters) await (each && 'said' in each ? each.kill() : each?.release());
    }
  });

  test('a stopped app still holds its folder', async () => {
    const app = await other();
    expect(app.said).toBe('held');
    const [child] = children;
    child?.kill('SIGSTOP');
    for (let start = 0; start < 5; start++) expect(await lockBySocket(folder, 100)).toBeNull();
  });

  test('a path that leads there by another way finds the same lock', async () => {
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'link'));
    const lock = await lockInstance(join(folder, 'real'));
    expect(await lockInstance(join(folder, 'link'))).toBeNull();
    await lock?.release();
  });

  test('folders deeper than a socket’s path may be are held one by one, and nobody moves the process', async () => {
    const above = join(folder, 'd'.repeat(200));
    const deep = [join(above, 'one'), join(above, 'two')];
    const before = process.cwd();
    for (const path of deep) await mkdir(path, { recursive: true });
    const locks = await Promise.all(deep.map((path) => lockInstance(path)));
    expect(locks).not.toContain(null);
    expect(await Promise.all(deep.map((path) => lockInstance(path)))).toEqual([null, null]);
    expect((await other(deep[0])).said).toBe('in use');
    expect(await releaseAll(locks)).toBe(2);
    expect(process.cwd()).toBe(before);
    for (const path of deep) expect(await readdir(path)).toEqual([]);
  });
});

/** A file system that keeps no sockets, and says so as FAT does. */
const socketless =
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/dev/pts') ? '/dev/pts' : null;

describe('where no socket can stand', () => {
  beforeEach((context) => {
    context.skip(windows, 'on Windows the lock is a pipe');
  });

  test('the lock stands in a folder of this user alone', async (context) => {
    context.skip(socketless === null, 'only root on Linux has a folder in which no socket can stand');
    process.env.XDG_RUNTIME_DIR = folder;
    const lock = await lockInstance(socketless ?? '');
    expect(lock).not.toBeNull();
    expect(await lockInstance(socketless ?? '')).toBeNull();
    const another = await lockInstance(folder);
    expect(another).not.toBeNull();
    await releaseAll([lock, another]);
  });

  test('a folder that others can write to, or a link, is not taken for it', async () => {
    process.env.TMPDIR = folder;
    process.env.XDG_RUNTIME_DIR = folder;
    expect(await privateFolder()).toBe(folder);
    await chmod(folder, 0o777);
    expect(await privateFolder()).not.toBe(folder);
    await chmod(folder, 0o700);
    await symlink(folder, join(folder, 'link'));
    process.env.XDG_RUNTIME_DIR = join(folder, 'link');
    expect(await privateFolder()).not.toBe(join(folder, 'link'));
  });
});
