import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../out/main');

async function bundle(): Promise<Map<string, string>> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.js'));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

describe('the built main process', () => {
  it('carries its libraries, since a package holds no node_modules', async () => {
    const outside = new Set<string>();
    for (const code of (await bundle()).values()) {
      for (const [, name] of code.matchAll(/^(?:import|export)\b[^;"]*"([^"]+)"/gm)) {
        if (name && !name.startsWith('.') && !isBuiltin(name)) outside.add(name);
      }
    }
    expect([...outside]).toEqual(['electron']);
  });

  it('starts without a dynamic import, behind which Electron would be ready too early', async () => {
    const code = (await bundle()).get('electron.js') ?? '';
    expect(code).toMatch(/from "electron"/);
    expect(code).not.toMatch(/\bimport\(/);
    expect(code).not.toMatch(/^(?:const .*= )?await\b/m);
  });
});
