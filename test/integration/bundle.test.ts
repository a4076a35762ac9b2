import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const folder = join(import.meta.dirname, '../../out/main');

/** The modules of the Electron host, its entry first: what a package holds. */
const modules = new Map<string, string>();
/** What they import from outside when they start, and what they load later on, if at all. */
const outside = new Set<string>();
const later = new Set<string>();

beforeAll(() => follow('electron.js'));

async function follow(name: string): Promise<void> {
  if (modules.has(name)) return;
  const code = await readFile(join(folder, name), 'utf8');
  modules.set(name, code);
  for (const [, imported] of code.matchAll(/^(?:import|export)\b[^;"]*"([^"]+)"/gm)) {
    if (imported?.startsWith('.')) await follow(join(name, '..', imported));
    else if (imported && !isBuiltin(imported)) outside.add(imported);
  }
  // Bundled libraries try some that are not there, and do without: they say `require`.
  for (const [, loaded] of code.matchAll(/\b(?:import|require\w+)\(\s*["'`]([^"'`]+)["'`]\s*\)/g)) {
    if (loaded && !loaded.startsWith('.') && !isBuiltin(loaded)) later.add(loaded);
  }
}

describe('the built Electron host', () => {
  it('carries its libraries, but for the two with native addons, and starts without those', () => {
    expect([...outside].sort()).toEqual(['electron', 'original-fs']);
    const addons = Object.keys(packageJson.dependencies).sort();
    expect([...later].sort()).toEqual(addons);
    const code = [...modules.values()].join('\n');
    // Names that their own code cannot do without.
    expect(/bare-addon-resolve|crypto_secretstream_|udx_napi_/.exec(code)?.[0]).toBeUndefined();
  });

  it('carries nothing of the browser host', () => {
    expect([...modules.keys()]).not.toContain('browser.js');
  });

  it('starts without a dynamic import, behind which Electron would be ready too early', () => {
    const code = modules.get('electron.js') ?? '';
    expect(code).toMatch(/from "electron"/);
    expect(code).not.toMatch(/\bimport\(/);
    expect(code).not.toMatch(/^(?:const .*= )?await\b/m);
  });
});
