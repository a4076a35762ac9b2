import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';

const root = join(import.meta.dirname, '../..');
const cli = join(dirname(createRequire(import.meta.url).resolve('electron-builder/package.json')), 'cli.js');

/** An app as it is before it becomes an installer. */
export interface PackedApp {
  /** Node's names of the system and the machine that it is for. */
  system: 'linux' | 'darwin' | 'win32';
  machine: 'x64' | 'arm64';
  /** The folder that holds `app.asar`. */
  resources: string;
}

/**
 * electron-builder packs the build for each system, with the real configuration, into stand-ins of Electron's distributions.
 * For macOS not on Windows, where it refuses that. What the stand-ins cannot stand is left out: signatures and what is
 * written into a real executable.
 */
export async function packApps(folder: string): Promise<PackedApp[]> {
  const project = join(folder, 'project');
  await makeProject(project);
  await makeElectron(join(folder, 'electron'));
  await writeFile(join(folder, 'icon.icns'), 'icns\0\0\0\b');
  const withMac = process.platform !== 'win32';
  const options = [
    `-c.electronDist=${join(folder, 'electron')}`,
    `-c.directories.output=${join(folder, 'dist')}`,
    '-c.disableAsarIntegrity=true',
    '-c.win.signAndEditExecutable=false',
    '-c.mac.forceCodeSigning=false',
    '-c.mac.identity=null',
    // Another picture than a ready one takes a program from outside.
    `-c.mac.icon=${join(folder, 'icon.icns')}`,
  ];
  const systems = ['--linux', 'dir', '--win', 'dir', ...(withMac ? ['--mac', 'dir'] : [])];
  await promisify(execFile)(
    process.execPath,
    [cli, ...systems, '--x64', '--arm64', '--project', project, '--publish', 'never', ...options],
    { env: { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: 'false' }, timeout: 170_000 },
  );
  return packed.filter(({ system }) => withMac || system !== 'darwin').map(toFolder);

  function toFolder({ system, machine, place }: (typeof packed)[number]): PackedApp {
    return { system, machine, resources: join(folder, 'dist', place) };
  }
}

const packed = [
  { system: 'linux', machine: 'x64', place: 'linux-unpacked/resources' },
  { system: 'linux', machine: 'arm64', place: 'linux-arm64-unpacked/resources' },
  { system: 'darwin', machine: 'x64', place: 'mac/Roomdrop.app/Contents/Resources' },
  { system: 'darwin', machine: 'arm64', place: 'mac-arm64/Roomdrop.app/Contents/Resources' },
  { system: 'win32', machine: 'x64', place: 'win-unpacked/resources' },
  { system: 'win32', machine: 'arm64', place: 'win-arm64-unpacked/resources' },
] as const;

const lockSchema = v.object({ packages: v.record(v.string(), v.object({ dev: v.optional(v.boolean()) })) });

/** The build itself, which `npm test` has made, and the libraries beside it, with all that must not get into a package. */
async function makeProject(project: string): Promise<void> {
  for (const path of [
    'out',
    'package.json',
    'package-lock.json',
    'electron-builder.yml',
    'electron-builder.unsigned.yml',
    'build',
  ]) {
    await cp(join(root, path), join(project, path), { recursive: true });
  }
  const lock = v.parse(lockSchema, JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')));
  for (const [path, { dev }] of Object.entries(lock.packages)) {
    if (path !== '' && !dev) await cp(join(root, path), join(project, path), { recursive: true });
  }
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
}

/** What packaging looks for in the binary: the sentinel, the wire's version, its length, and a state for each fuse. */
export const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** In the wire's order; https://www.electronjs.org/docs/latest/tutorial/fuses */
export const fuseNames = [
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'nodeCliInspect',
  'embeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
] as const;

/** The files that packaging touches, for the three systems in one folder. */
async function makeElectron(dist: string): Promise<void> {
  const binary = Buffer.concat([
    Buffer.from(`#!/bin/false\n${fuseSentinel}`),
    Buffer.from([1, fuseNames.length]),
    Buffer.from('1'.repeat(fuseNames.length)),
  ]);
  const plist =
    '<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>CFBundleName</key><string>Electron</string></dict></plist>';
  const mac = 'Electron.app/Contents';
  const helper = `${mac}/Frameworks/Electron Helper.app/Contents`;
  const files: Record<string, Buffer | string> = {
    version: '0.0.0',
    electron: binary,
    'electron.exe': binary,
    'resources/default_app.asar': emptyArchive(),
    [`${mac}/Info.plist`]: plist,
    [`${mac}/MacOS/Electron`]: binary,
    [`${mac}/Resources/default_app.asar`]: emptyArchive(),
    [`${mac}/Frameworks/Electron Framework.framework/Electron Framework`]: binary,
    [`${helper}/Info.plist`]: plist,
    [`${helper}/MacOS/Electron Helper`]: binary,
  };
  for (const [path, contents] of Object.entries(files)) {
    await mkdir(dirname(join(dist, path)), { recursive: true });
    await writeFile(join(dist, path), contents, { mode: 0o755 });
  }
}

/** Pickle sizes, then its table of contents. */
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
  files: Record<string, Folder | { size: number; offset: string } | { size: number; unpacked: true }>;
}
const folderSchema: v.GenericSchema<Folder> = v.object({
  files: v.record(
    v.string(),
    v.union([
      v.lazy(() => folderSchema),
      v.object({ size: v.number(), offset: v.string() }),
      v.object({ size: v.number(), unpacked: v.literal(true) }),
    ]),
  ),
});

/**
 * The files of an app by their paths: of its archive (its table of contents as JSON from byte 16 on, the contents after it),
 * and of the folder beside it for what the table says is there.
 */
export async function readApp(resources: string): Promise<Map<string, { contents: Buffer; unpacked: boolean }>> {
  const path = join(resources, 'app.asar');
  const archive = await readFile(path);
  const contentsAt = 8 + archive.readUInt32LE(4);
  const table = v.parse(folderSchema, JSON.parse(archive.toString('utf8', 16, 16 + archive.readUInt32LE(12))));
  const found = new Map<string, { contents: Buffer; unpacked: boolean }>();
  await walk(table, '');
  return found;

  async function walk({ files }: Folder, prefix: string): Promise<void> {
    for (const [name, entry] of Object.entries(files)) {
      if ('files' in entry) await walk(entry, `${prefix}${name}/`);
      else if ('unpacked' in entry) {
        found.set(prefix + name, { contents: await readFile(join(`${path}.unpacked`, prefix, name)), unpacked: true });
      } else {
        const from = contentsAt + Number(entry.offset);
        found.set(prefix + name, { contents: archive.subarray(from, from + entry.size), unpacked: false });
      }
    }
  }
}
