import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * electron-builder packs a small stand-in of this project into a stand-in of Electron's Linux distribution, with the
 * real configuration. What runs in Electron is not shown here; what a package holds and how its fuses stand is.
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

async function makeProject(project: string): Promise<void> {
  const files = ['out/main/electron.js', 'out/preload/index.cjs', 'out/renderer/index.html'];
  const decoys = [
    'src/main/app.ts',
    'test/a.test.ts',
    'node_modules/ws/index.js',
    'docs/notes.md',
    'dist/old.AppImage',
  ];
  for (const path of [...files, ...decoys]) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), path);
  }
  await writeFile(join(project, 'node_modules/ws/package.json'), '{"name":"ws","version":"8.0.0"}');
  for (const path of ['package.json', 'electron-builder.yml', 'build']) {
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
  it('holds the build and package.json, no sources and no libraries', async () => {
    const archive = await readArchive(join(app, 'resources/app.asar'));
    expect([...archive.keys()].sort()).toEqual([
      'out/main/electron.js',
      'out/preload/index.cjs',
      'out/renderer/index.html',
      'package.json',
    ]);
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
    expect(await readFuses(join(app, 'roomdrop'))).toMatchObject({
      runAsNode: false,
      cookieEncryption: true,
      nodeOptions: false,
      nodeCliInspect: false,
      embeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
  });
});

describe('the configuration', () => {
  it('asks macOS for the local network and names Windows the same id as the app', async () => {
    const configuration = await readFile(join(root, 'electron-builder.yml'), 'utf8');
    const start = await readFile(join(root, 'src/main/hosts/electron/start.ts'), 'utf8');
    const appId = /^appId: (\S+)$/m.exec(configuration)?.[1];
    expect(appId).toBeTruthy();
    expect(start).toContain(`'${appId}'`);
    expect(configuration).toMatch(/NSLocalNetworkUsageDescription: \S/);
    expect(configuration).toMatch(/NSBonjourServices: \[_\S+\]/);
  });
});
