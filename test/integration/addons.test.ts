import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type NativeLibrary, nodeApiVersion, readLibrary } from '../support/native-library.ts';

// The addons for systems that are not here are not run: what they ask for is read from their files.

const root = join(import.meta.dirname, '../..');
const names = ['udx-native', 'sodium-native'] as const;
const systems = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'] as const;
const addons = names.flatMap((name) => systems.map((system) => ({ name, system })));

interface Addon {
  name: (typeof names)[number];
  system: (typeof systems)[number];
}

function bytesOf({ name, system }: Addon): Promise<Buffer> {
  return readFile(join(root, 'node_modules', name, 'prebuilds', system, `${name}.node`));
}

async function read(addon: Addon): Promise<NativeLibrary> {
  return readLibrary(await bytesOf(addon));
}

function ofNode(symbol: string): boolean {
  return /^(?:napi|node_api|uv)_/.test(symbol);
}

describe.each(addons)('$name for $system', (addon) => {
  it('is of its system and machine, and an addon by Node-API 9, which Node 20.19 has', async () => {
    const { format, machine, given } = await read(addon);
    const [system = '', wanted] = addon.system.split('-');
    expect(format).toBe({ linux: 'ELF', darwin: 'Mach-O', win32: 'PE' }[system]);
    expect(machine).toBe(wanted);
    expect(given.has('napi_register_module_v1')).toBe(true);
    expect(nodeApiVersion(await bytesOf(addon))).toBeLessThanOrEqual(9);
  });

  it('asks Node for Node-API and libuv alone: nothing of V8, whose functions change with each version', async () => {
    const { asked } = await read(addon);
    expect(asked.filter((symbol) => /2v8|4node|@(?:v8|node)@/.test(symbol))).toEqual([]);
    expect(asked.filter(ofNode).length).toBeGreaterThan(30);
  });

  it('asks for memory of its own in a JavaScript buffer, which Electron refuses, only in sodium_malloc', async () => {
    const { asked } = await read(addon);
    // https://www.electronjs.org/blog/v8-memory-cage; that sodium_malloc is not called is shown below.
    expect(asked.filter((symbol) => /external/.test(symbol))).toEqual(
      addon.name === 'sodium-native' ? ['napi_create_external_arraybuffer'] : [],
    );
  });

  it('asks the system for what all that are supported have', async () => {
    const { libraries, delayed, versions } = await read(addon);
    if (addon.system.startsWith('linux')) {
      const glibc = versions.filter((version) => version.startsWith('GLIBC_')).map((version) => version.slice(6));
      expect(glibc.sort((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1])).at(-1)).toBe(newestGlibc(addon));
      expect(versions.filter((version) => version.startsWith('GLIBCXX_'))).toEqual(['GLIBCXX_3.4']);
      const usual = /^(?:libc|libm|libgcc_s|libstdc\+\+|ld-linux-x86-64)\.so\.\d$/;
      expect(libraries.filter((library) => !usual.test(library))).toEqual([]);
    } else if (addon.system.startsWith('darwin')) {
      expect(versions).toEqual([addon.name === 'udx-native' ? '13.0' : '12.0']);
      expect(libraries.filter((library) => !library.startsWith('/usr/lib/'))).toEqual([]);
    } else {
      // No Visual C++ runtime, which a fresh Windows lacks. The app is no `node.exe`: a hook leads there, when first called.
      expect(libraries.filter((library) => !/^(?:KERNEL32|WS2_32|ADVAPI32)\.dll$/.test(library))).toEqual([]);
      expect(delayed).toEqual(['node.exe']);
    }
  });
});

/** Debian 11 and Ubuntu 20.04 have 2.31: there the app lives without the lane. */
function newestGlibc({ name, system }: Addon): string {
  if (name === 'sodium-native') return '2.33';
  return system === 'linux-arm64' ? '2.17' : '2.14';
}

it.each(names)('%s asks Node for the same on each system, but for what Windows has no use for', async (name) => {
  const [first, ...others] = await Promise.all(systems.map(async (system) => read({ name, system })));
  const wanted = first?.asked.filter(ofNode).sort() ?? [];
  for (const other of others) {
    const asked = new Set(other.asked);
    expect(other.asked.filter(ofNode).filter((symbol) => !wanted.includes(symbol))).toEqual([]);
    const unused = wanted.filter((symbol) => !asked.has(symbol));
    expect(unused.filter((symbol) => other.format !== 'PE' || !/^uv_udp_set_/.test(symbol))).toEqual([]);
  }
});

it('finds all that it asks for in the Node that runs this, on Linux, and so on each system', async ({ skip }) => {
  if (process.platform !== 'linux') skip('read on Linux alone: the other systems ask for the same');
  const { given } = readLibrary(await readFile(process.execPath));
  const asked = (await Promise.all(addons.map(read))).flatMap((library) => library.asked.filter(ofNode));
  expect([...new Set(asked)].filter((symbol) => !given.has(symbol))).toEqual([]);
});

it('carries words through a stream with Noise, and makes none of the buffers that Electron refuses', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'test/support/sealed-echo.mjs'), root], {
    // All it asks for is looked for at once, on Linux.
    env: { ...process.env, LD_BIND_NOW: '1' },
    timeout: 30_000,
  });
  expect(JSON.parse(stdout)).toMatchObject({ echo: 'there and back', secureBuffers: 0 });
});
