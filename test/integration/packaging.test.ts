import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuseNames, fuseSentinel, type PackedApp, packApps, readApp } from '../support/packing.ts';

// What a package holds and how its fuses stand; what runs in Electron is not shown here.

const root = join(import.meta.dirname, '../..');
const ownHost = `${process.platform}-${process.arch}`;

let folder: string;
let apps: PackedApp[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roomdrop-packaging-'));
  apps = await packApps(folder);
}, 180_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The one that most of it is asked of; they differ in their addons alone. */
function anApp(): PackedApp {
  const [app] = apps;
  if (!app) throw new Error('Nothing was packed');
  return app;
}

async function textsOf({ resources }: PackedApp): Promise<Map<string, string>> {
  return new Map([...(await readApp(resources))].map(([name, { contents }]) => [name, contents.toString()]));
}

async function readFuses(path: string): Promise<Record<string, boolean>> {
  const binary = await readFile(path);
  const wireAt = binary.indexOf(fuseSentinel) + fuseSentinel.length + 2;
  return Object.fromEntries(fuseNames.map((name, index) => [name, binary[wireAt + index] === '1'.charCodeAt(0)]));
}

/** The library that a file in `node_modules` is of. */
function libraryOf(path: string): string {
  return /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1]?.replace('\\', '/') ?? '';
}

async function addonsOf({ resources }: PackedApp): Promise<Map<string, Buffer>> {
  const files = [...(await readApp(resources))].filter(([name]) => name.endsWith('.node'));
  return new Map(files.map(([name, { contents }]) => [name, contents]));
}

describe('a package', () => {
  it('holds the build, package.json and the libraries with addons, no sources, and stays small', async () => {
    for (const app of apps) {
      const names = [...(await readApp(app.resources)).keys()];
      expect(
        names.filter((name) => !/^(out\/(main|preload|renderer)\/|node_modules\/|package\.json$)/.test(name)),
      ).toEqual([]);
      expect(names).toEqual(
        expect.arrayContaining(['out/main/electron.js', 'out/preload/index.cjs', 'out/renderer/index.html']),
      );
      expect(names.filter((name) => /browser\.js$|\.map$|\.ts$|test|stamp|icon\.svg\.|\.lock/.test(name))).toEqual([]);
      expect((await stat(join(app.resources, 'app.asar'))).size).toBeLessThan(3_000_000);
    }
  });

  it('holds two addons, of its own system alone, as they came, and outside the archive nothing else', async () => {
    expect(apps).toHaveLength(process.platform === 'win32' ? 4 : 6);
    for (const app of apps) {
      const host = `${app.system}-${app.machine}`;
      const addons = await addonsOf(app);
      const paths = ['sodium-native', 'udx-native'].map(
        (name) => `node_modules/${name}/prebuilds/${host}/${name}.node`,
      );
      expect([...addons.keys()].sort()).toEqual(paths);
      for (const path of paths) expect(addons.get(path)?.equals(await readFile(join(root, path)))).toBe(true);
      const beside = await readdir(join(app.resources, 'app.asar.unpacked'), { recursive: true, withFileTypes: true });
      expect(
        beside
          .filter((entry) => entry.isFile())
          .map(({ name }) => name)
          .sort(),
      ).toEqual(['sodium-native.node', 'udx-native.node']);
      const outside = (await readdir(app.resources)).filter((name) => !/\.asar$|\.icns$|\.lproj$/.test(name));
      expect(outside).toEqual(['app.asar.unpacked']);
    }
  });

  it('is as large as docs/DEPENDENCIES.md says, addons included', async () => {
    const table = await readFile(join(root, 'docs/DEPENDENCIES.md'), 'utf8');
    for (const app of apps) {
      const told = new RegExp(`^\\| ${app.system}-${app.machine} \\| (\\d+) \\| (\\d+) \\|$`, 'm').exec(table);
      const addons = await addonsOf(app);
      const sizes = ['udx-native', 'sodium-native'].map((name) =>
        Math.round(
          (addons.get(`node_modules/${name}/prebuilds/${app.system}-${app.machine}/${name}.node`)?.length ?? 0) / 1000,
        ),
      );
      expect(told?.slice(1).map(Number)).toEqual(sizes);
    }
  });

  it('holds what its addons need and no more: from out/main of it they carry words through a sealed stream', async () => {
    const app = apps.find(({ system, machine }) => `${system}-${machine}` === ownHost) ?? anApp();
    const files = await readApp(app.resources);
    const place = join(folder, 'unpacked');
    for (const [name, { contents }] of files) {
      await mkdir(dirname(join(place, name)), { recursive: true });
      await writeFile(join(place, name), contents);
    }
    const echo = join(root, 'test/support/sealed-echo.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [echo, place], { timeout: 30_000 });
    const said = v.parse(v.object({ echo: v.string(), loaded: v.array(v.string()) }), JSON.parse(stdout));
    expect(said.echo).toBe('there and back');
    expect(said.loaded.filter((path) => !path.includes(join('unpacked', 'node_modules')))).toEqual([]);
    const packed = new Set([...files.keys()].filter((name) => name.startsWith('node_modules/')).map(libraryOf));
    expect([...packed].sort()).toEqual([...new Set(said.loaded.map(libraryOf))].sort());
    const kinds = /\/(?:package\.json|LICENSE(?:\.md)?|[\w-]+\.js|[\w-]+\.node)$/;
    expect([...files.keys()].filter((name) => name.startsWith('node_modules/') && !kinds.test(name))).toEqual([]);
  });

  it('has every picture that its code asks for', async () => {
    const archive = await textsOf(anApp());
    const code = archive.get('out/main/electron.js') ?? '';
    const asked = [...code.matchAll(/chunks\/[\w@.-]+\.(?:png|ico)/g)].map(([name]) => `out/main/${name}`);
    expect(asked.length).toBeGreaterThanOrEqual(5);
    expect(asked.filter((name) => !archive.has(name))).toEqual([]);
  });

  it('starts with the main process of the Electron host', async () => {
    const manifest: unknown = JSON.parse((await textsOf(anApp())).get('package.json') ?? '');
    expect(manifest).toMatchObject({
      name: 'roomdrop',
      main: 'out/main/electron.js',
      type: 'module',
      desktopName: 'roomdrop.desktop',
    });
    expect(manifest).not.toHaveProperty('devDependencies');
  });

  it('has a binary that is no Node, listens to no debugger and loads no other code', async () => {
    expect(await readFuses(join(folder, 'dist/linux-unpacked/roomdrop'))).toEqual({
      runAsNode: false,
      // No cookies here, and the Keychain is not to be asked for.
      cookieEncryption: false,
      nodeOptions: false,
      nodeCliInspect: false,
      embeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });
});

describe('the pictures', () => {
  /** Width and height stand at byte 16 of a PNG. */
  async function sizeOf(path: string): Promise<[number, number]> {
    const png = await readFile(join(root, 'build', path));
    expect(png.toString('latin1', 1, 4)).toBe('PNG');
    return [png.readUInt32BE(16), png.readUInt32BE(20)];
  }

  it('of the menu are there in each size that icon themes look for', async () => {
    for (const size of [16, 24, 32, 48, 64, 128, 256, 512]) {
      expect(await sizeOf(`icons/${size}x${size}.png`)).toEqual([size, size]);
    }
    expect((await readdir(join(root, 'build/icons'))).filter((name) => !/^(\d+)x\1\.png$/.test(name))).toEqual([]);
    const { linux } = await getConfig(join(folder, 'project'), join(folder, 'project/electron-builder.yml'), null);
    expect(linux?.icon).toBe('build/icons');
  });

  it('of the tray are what each system wants', async () => {
    expect(await sizeOf('tray/trayTemplate.png')).toEqual([18, 18]);
    expect(await sizeOf('tray/trayTemplate@2x.png')).toEqual([36, 36]);
    expect(await sizeOf('tray/tray.png')).toEqual([24, 24]);
    const ico = await readFile(join(root, 'build/tray/tray.ico'));
    expect([ico.readUInt16LE(0), ico.readUInt16LE(2)]).toEqual([0, 1]);
    const sizes = Array.from({ length: ico.readUInt16LE(4) }, (_, index) => ico.readUInt8(6 + 16 * index));
    expect(sizes).toEqual([16, 20, 24, 32, 48]);
  });
});

describe('the configuration', () => {
  const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

  it('asks macOS for the local network and names Windows the same id as the app', async () => {
    const configuration = await read('electron-builder.yml');
    const appId = /^appId: (\S+)$/m.exec(configuration)?.[1];
    expect(appId).toBeTruthy();
    expect(await read('src/main/hosts/electron/notifications.ts')).toContain(`'${appId}'`);
    expect(configuration).toMatch(/NSLocalNetworkUsageDescription: \S/);
    expect(configuration).toMatch(/NSBonjourServices: \[_\S+\]/);
  });

  it('claims the links that the app reads', async () => {
    const scheme = /schemes: \[(\w+)\]/.exec(await read('electron-builder.yml'))?.[1];
    expect(await read('src/main/hosts/electron/room-link.ts')).toContain(`'${scheme}'`);
  });

  it.each(['electron-builder.yml', 'electron-builder.unsigned.yml'])(
    'of %s is one that electron-builder accepts, for three systems',
    async (name) => {
      const configuration = await getConfig(join(folder, 'project'), join(folder, 'project', name), null);
      await expect(validateConfiguration(configuration, new DebugLogger(false))).resolves.toBeUndefined();
      for (const system of ['mac', 'win', 'linux'] as const) expect(configuration[system]?.target).toBeTruthy();
    },
  );

  it('signs for macOS or fails; without a certificate the signature that the fuses broke is made anew', async () => {
    const project = join(folder, 'project');
    const signed = await getConfig(project, join(project, 'electron-builder.yml'), null);
    expect(signed.mac).toMatchObject({ forceCodeSigning: true, hardenedRuntime: true });
    // On macOS all that is code is signed with the app.
    expect(signed.win?.signExts).toEqual(['.node']);
    const unsigned = await getConfig(project, join(project, 'electron-builder.unsigned.yml'), null);
    expect(unsigned.mac).toMatchObject({ forceCodeSigning: false, identity: '-', hardenedRuntime: false });
    expect(unsigned.electronFuses).toMatchObject({ resetAdHocDarwinSignature: true, runAsNode: false });
    expect(unsigned.appId).toBe(signed.appId);
    // The same goes in.
    for (const key of ['files', 'asar', 'asarUnpack'] as const) expect(unsigned[key]).toEqual(signed[key]);
    for (const system of ['mac', 'win', 'linux'] as const) {
      expect(signed[system]?.files).toBeTruthy();
      expect(unsigned[system]?.files).toEqual(signed[system]?.files);
    }
  });

  it('never gives Apple’s certificate to the job for Windows', async () => {
    const workflow = await read('.github/workflows/release.yml');
    const steps = workflow.split(/^ {6}- /m);
    const withApples = steps.filter((step) => /secrets\.CSC_LINK/.test(step));
    expect(withApples.length).toBeGreaterThan(0);
    for (const step of withApples) expect(step).toMatch(/if: [^\n]*macOS/);
    const forWindows = steps.filter((step) => /--win\b/.test(step) && /run:/.test(step));
    expect(forWindows).toHaveLength(1);
    expect(forWindows[0]).toMatch(/WIN_CSC_LINK: \$\{\{ secrets\.WIN_CSC_LINK \}\}/);
    expect(forWindows[0]).not.toMatch(/\bCSC_LINK: /);
  });

  it('tells the firewall of Windows only where the installer may', async () => {
    const script = await read('build/installer.nsh');
    expect(script).toMatch(/\$installMode == "all"[\s\S]*firewall add rule/);
    expect(await read('electron-builder.yml')).toContain('include: build/installer.nsh');
  });
});
