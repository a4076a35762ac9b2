import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../out/main');

/** The modules of the Electron host, its entry first: what a package holds. */
const modules = new Map<string, string>();
const outside = new Set<string>();

beforeAll(() => follow('electron.js'));

async function follow(name: string): Promise<void> {
  if (modules.has(name)) return;
  const code = await readFile(join(folder, name), 'utf8');
  modules.set(name, code);
  for (const [, imported] of code.matchAll(/^(?:import|export)\b[^;"]*"([^"]+)"/gm)) {
    if (imported?.startsWith('.')) await follow(join(name, '..', imported));
    else if (imported && !isBuiltin(imported)) outside.add(imported);
  }
}

describe('the built Electron host', () => {
  it('carries its libraries, since a package holds no node_modules', () => {
    expect([...outside].sort()).toEqual(['electron', 'original-fs']);
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
