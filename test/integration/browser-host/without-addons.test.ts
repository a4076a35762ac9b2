import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createBrowserBridge } from '../../../src/renderer/bridge/browser.ts';
import { directCapability } from '../../../src/shared/protocol/lane-messages.ts';
import { type AppProcess, startApp } from '../../support/app-process.ts';
import { closePage, standInPage } from '../../support/page-globals.ts';

// The built browser host somewhere else, with other libraries beside it than its own.

const root = join(import.meta.dirname, '../../..');
const endings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  closePage();
  for (const end of endings.splice(0).reverse()) await end();
});

/** Runs the build beside it, as `scripts/start.ts` does for the project's own. */
const starting = `
import { runBrowserHost } from './out/main/browser.js';
const asked = new AbortController();
process.once('SIGTERM', () => asked.abort());
process.exit(await runBrowserHost({ argv: process.argv.slice(2), cwd: process.cwd(), asked: asked.signal }));
`;

/** The build, and of its libraries the one that opens browsers. */
async function copyBuild(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'roomdrop-elsewhere-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  await cp(join(root, 'out'), join(folder, 'out'), { recursive: true });
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  await writeFile(join(folder, 'start.mjs'), starting);
  await mkdir(join(folder, 'node_modules'));
  await symlink(join(root, 'node_modules/open'), join(folder, 'node_modules/open'), 'junction');
  return folder;
}

async function linkLibraries(folder: string): Promise<void> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  for (const [path, { dev }] of Object.entries(lock.packages)) {
    if (path !== '' && !dev) await cp(join(root, path), join(folder, path), { recursive: true });
  }
}

/** It makes a room, lets a page in and tells it all it knows. What it says of itself there. */
async function attachTo(folder: string): Promise<{ app: AppProcess; capabilities: readonly string[] }> {
  const app = await startApp(['--room', 'new', '--broker', 'embedded', '--ice-server', 'none'], '', (args) =>
    spawn(process.execPath, [join(folder, 'start.mjs'), ...args], { stdio: ['pipe', 'pipe', 'pipe'] }),
  );
  endings.push(() => app.stop());
  standInPage(await app.address());
  const bridge = await createBrowserBridge();
  const { room, capabilities } = await bridge.call('attach', { takeOver: false });
  expect(room?.code).toBe((await app.event('room')).code);
  return { app, capabilities };
}

it('starts, makes a room and lets a page in where its addons are missing, and names no direct lane', async () => {
  const { app, capabilities } = await attachTo(await copyBuild());
  expect(capabilities).not.toContain(directCapability);
  closePage();
  expect(await app.stop()).toBe(0);
  expect(app.stderr).toBe('');
});

it('does the same where the system refuses an addon', async () => {
  const folder = await copyBuild();
  await linkLibraries(folder);
  const addon = `prebuilds/${process.platform}-${process.arch}/sodium-native.node`;
  await writeFile(join(folder, 'node_modules/sodium-native', addon), 'no library');
  const { app, capabilities } = await attachTo(folder);
  expect(capabilities).not.toContain(directCapability);
  closePage();
  expect(await app.stop()).toBe(0);
  expect(app.stderr).toBe('');
});
