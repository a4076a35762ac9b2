import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * electron-builder packs the build into a stand-in of Electron's Linux distribution, with the real configuration and its
 * own validation of it. What runs in Electron is not shown here; what a package holds and how its fuses stand is.
 */
const root = join(import.meta.dirname, '../..');
const cli = join(dirname(createRequire(import.meta.url).resolve('electron-builder/package.json')), 'cli.js');

/** What packaging looks for in the binary: the sentinel, the wire's version, its length, and a state for each fuse. */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** In the wire's order; https://www.electronjs.org/docs/latest/tutorial/fuses */
const fuseNames = [
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'nodeCliInspect',
  'embeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
] as const;

let folder: string;
let app: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roomdrop-packaging-'));
  const project = join(folder, 'project');
  await makeProject(project);
  await makeElectron(join(folder, 'electron'));
  await promisify(execFile)(
    process.execPath,
    [
      cli,
      '--linux',
      'dir',
      '--x64',
      '--project',
      project,
      `-c.electronDist=${join(folder, 'electron')}`,
      `-c.directories.output=${join(folder, 'dist')}`,
    ],
    { env: { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: 'false' }, timeout: 50_000 },
  );
  app = join(folder, 'dist/linux-unpacked');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The build itself, which `npm test` has made, with all that must not get into a package beside it. */
async function makeProject(project: string): Promise<void> {
  await cp(join(root, 'out'), join(project, 'out'), { recursive: true });
  const decoys = [
    'src/main/app.ts',
    'test/a.test.ts',
    'node_modules/ws/index.js',
    'docs/notes.md',
    'dist/old.AppImage',
  ];
  for (const path of decoys) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), path);
  }
  await writeFile(join(project, 'node_modules/ws/package.json'), '{"name":"ws","version":"8.0.0"}');
  for (const path of ['package.json', 'electron-builder.yml', 'electron-builder.unsigned.yml', 'build']) {
    await cp(join(root, path), join(project, path), { recursive: true });
  }
}

async function makeElectron(dist: string): Promise<void> {
  await mkdir(join(dist, 'resources'), { recursive: true });
  const fuses = Buffer.concat([
    Buffer.from(fuseSentinel),
    Buffer.from([1, fuseNames.length]),
    Buffer.from('1'.repeat(fuseNames.length)),
  ]);
  await writeFile(join(dist, 'electron'), Buffer.concat([Buffer.from('#!/bin/false\n'), fuses]), { mode: 0o755 });
  await writeFile(join(dist, 'version'), '0.0.0');
  // An archive of nothing: pickle sizes, then its empty table of contents.
  await writeFile(join(dist, 'resources/default_app.asar'), emptyArchive());
}

function emptyArchive(): Buffer {
  const table = Buffer.from('{"files":{}}');
  const head = Buffer.alloc(16);
  head.writeUInt32LE(4, 0);
  head.writeUInt32LE(table.length + 8, 4);
  head.writeUInt32LE(table.length + 4, 8);
  head.writeUInt32LE(table.length, 12);
  return Buffer.concat([head, table]);
}

interface Folder {
  files: Record<string, Folder | { size: number; offset: string }>;
}
const folderSchema: v.GenericSchema<Folder> = v.object({
  files: v.record(
    v.string(),
    v.union([v.lazy(() => folderSchema), v.object({ size: v.number(), offset: v.string() })]),
  ),
});

/** The files of an asar archive: its table of contents as JSON from byte 16 on, the contents after it. */
async function readArchive(path: string): Promise<Map<string, string>> {
  const archive = await readFile(path);
  const contentsAt = 8 + archive.readUInt32LE(4);
  const table = v.parse(folderSchema, JSON.parse(archive.toString('utf8', 16, 16 + archive.readUInt32LE(12))));
  const found = new Map<string, string>();
  walk(table, '');
  return found;

  function walk({ files }: Folder, prefix: string): void {
    for (const [name, entry] of Object.entries(files)) {
      if ('files' in entry) walk(entry, `${prefix}${name}/`);
      else {
        const from = contentsAt + Number(entry.offset);
        found.set(prefix + name, archive.toString('utf8', from, from + entry.size));
      }
    }
  }
}

async function readFuses(path: string): Promise<Record<string, boolean>> {
  const binary = await readFile(path);
  const wireAt = binary.indexOf(fuseSentinel) + fuseSentinel.length + 2;
  return Object.fromEntries(fuseNames.map((name, index) => [name, binary[wireAt + index] === '1'.charCodeAt(0)]));
}

describe('a package', () => {
  it('holds the build and package.json, no sources and no libraries, and stays small', async () => {
    const path = join(app, 'resources/app.asar');
    const names = [...(await readArchive(path)).keys()];
    expect(names.filter((name) => !/^(out\/(main|preload|renderer)\/|package\.json$)/.test(name))).toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining(['out/main/electron.js', 'out/preload/index.cjs', 'out/renderer/index.html']),
    );
    expect(
      names.filter((name) => /browser\.js$|\.map$|\.ts$|node_modules|test|stamp|icon\.svg\.|\.lock/.test(name)),
    ).toEqual([]);
    expect((await stat(path)).size).toBeLessThan(3_000_000);
    // Beside the archive there is only what came with Electron, and the desktop's own files.
    expect((await readdir(join(app, 'resources'))).filter((name) => !name.endsWith('.asar'))).toEqual([]);
  });

  it('has every picture that its code asks for', async () => {
    const archive = await readArchive(join(app, 'resources/app.asar'));
    const code = archive.get('out/main/electron.js') ?? '';
    const asked = [...code.matchAll(/chunks\/[\w@.-]+\.(?:png|ico)/g)].map(([name]) => `out/main/${name}`);
    expect(asked.length).toBeGreaterThanOrEqual(5);
    expect(asked.filter((name) => !archive.has(name))).toEqual([]);
  });

  it('starts with the main process of the Electron host', async () => {
    const archive = await readArchive(join(app, 'resources/app.asar'));
    const manifest: unknown = JSON.parse(archive.get('package.json') ?? '');
    expect(manifest).toMatchObject({
      name: 'roomdrop',
      main: 'out/main/electron.js',
      type: 'module',
      desktopName: 'roomdrop.desktop',
    });
    expect(manifest).not.toHaveProperty('devDependencies');
  });

  it('has a binary that is no Node, listens to no debugger and loads no other code', async () => {
    expect(await readFuses(join(app, 'roomdrop'))).toEqual({
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
    const unsigned = await getConfig(project, join(project, 'electron-builder.unsigned.yml'), null);
    expect(unsigned.mac).toMatchObject({ forceCodeSigning: false, identity: '-', hardenedRuntime: false });
    expect(unsigned.electronFuses).toMatchObject({ resetAdHocDarwinSignature: true, runAsNode: false });
    expect(unsigned.appId).toBe(signed.appId);
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
