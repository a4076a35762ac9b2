import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  canRunElectron,
  causeOf,
  downloadElectron,
  findElectron,
  type SystemFacts,
} from '../../../scripts/electron-binary.ts';

let packageDir: string;

beforeEach(async () => {
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', undefined);
  packageDir = await mkdtemp(join(tmpdir(), 'roomdrop-electron-'));
  await write('package.json', '{"type":"commonjs"}');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(packageDir, { recursive: true, force: true });
});

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(packageDir, path)), { recursive: true });
  await writeFile(join(packageDir, path), content);
}

describe('findElectron', () => {
  it('finds the program that path.txt names', async () => {
    await write('path.txt', 'electron');
    await write('dist/electron', '');
    expect(findElectron(packageDir)).toBe(join(packageDir, 'dist/electron'));
  });

  it('finds none before the download, nor after half of one', async () => {
    expect(findElectron(packageDir)).toBeNull();
    await write('dist/electron', '');
    expect(findElectron(packageDir)).toBeNull();
    await rm(join(packageDir, 'dist'), { recursive: true });
    await write('path.txt', 'electron');
    expect(findElectron(packageDir)).toBeNull();
  });
});

describe('downloadElectron', () => {
  it('resolves with the path that the installer left', async () => {
    await write(
      'install.js',
      `const fs = require('node:fs');
       fs.mkdirSync(__dirname + '/dist');
       fs.writeFileSync(__dirname + '/dist/electron', '');
       fs.writeFileSync(__dirname + '/path.txt', 'electron');`,
    );
    expect(await downloadElectron({ timeoutMs: 20_000, packageDir })).toEqual({
      path: join(packageDir, 'dist/electron'),
    });
  });

  it('says in one sentence why it failed', async () => {
    await write('install.js', `console.error(new TypeError('fetch failed').stack); process.exit(1);`);
    expect(await downloadElectron({ timeoutMs: 20_000, packageDir })).toEqual({
      reason: 'its program could not be downloaded (fetch failed).',
    });
  });

  it('is not fooled by an installer that ends well and leaves nothing', async () => {
    await write('install.js', '');
    expect(await downloadElectron({ timeoutMs: 20_000, packageDir })).toHaveProperty('reason');
  });

  it('ends an installer that takes too long', async () => {
    await write('install.js', `setInterval(() => undefined, 1000);`);
    expect(await downloadElectron({ timeoutMs: 300, packageDir })).toEqual({
      reason: 'its program could not be downloaded within 0 seconds.',
    });
  });
});

describe('causeOf', () => {
  it.each([
    ['TypeError: fetch failed\n    at node:internal/x:1:2', 'fetch failed'],
    ['Error: getaddrinfo ENOTFOUND some.host\n  at x', 'getaddrinfo ENOTFOUND some.host'],
    ["TypeError: fetch failed\n  [cause]: { code: 'ECONNREFUSED' }", 'fetch failed, ECONNREFUSED'],
    ['Error: no space left.\n', 'no space left'],
    ['', 'its installer says nothing'],
  ])('of %j', (complaint, cause) => {
    expect(causeOf(complaint)).toBe(cause);
  });

  it('is one short line', () => {
    const cause = causeOf(`Error: ${'long '.repeat(100)}\nmore`);
    expect(cause.length).toBeLessThanOrEqual(160);
    expect(cause).not.toContain('\n');
  });
});

describe('canRunElectron', () => {
  const desktop: SystemFacts = {
    platform: 'linux',
    env: { DISPLAY: ':0' },
    uid: 1000,
    setting: async () => null,
    sandboxHelper: async () => false,
  };
  const setting = (name: string, value: string) => async (asked: string) => (asked === name ? `${value}\n` : null);

  it.each<[string, Partial<SystemFacts>]>([
    ['an ordinary Linux desktop', {}],
    ['Wayland', { env: { WAYLAND_DISPLAY: 'wayland-0' } }],
    ['macOS and Windows, which always have a screen', { platform: 'darwin', env: {} }],
    ['allowed namespaces', { setting: setting('kernel/unprivileged_userns_clone', '1') }],
    [
      'forbidden namespaces, but a setuid helper',
      { setting: setting('user/max_user_namespaces', '0'), sandboxHelper: async () => true },
    ],
  ])('on %s', async (_where, change) => {
    expect(await canRunElectron({ ...desktop, ...change })).toEqual({ able: true });
  });

  it.each<[string, Partial<SystemFacts>, RegExp]>([
    ['without a screen', { env: {} }, /no screen/],
    ['as root', { uid: 0 }, /its sandbox/],
    ['with the old switch off', { setting: setting('kernel/unprivileged_userns_clone', '0') }, /namespaces/],
    ['with no namespace to be had', { setting: setting('user/max_user_namespaces', '0') }, /namespaces/],
    [
      'where AppArmor restricts them',
      { setting: setting('kernel/apparmor_restrict_unprivileged_userns', '1') },
      /namespaces/,
    ],
  ])('not %s', async (_where, change, reason) => {
    expect(await canRunElectron({ ...desktop, ...change })).toEqual({ reason: expect.stringMatching(reason) });
  });
});
