import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredSettings } from '../../src/main/storage/settings.ts';

type Spawn = (args: readonly string[]) => ChildProcess | Promise<ChildProcess>;

/** Spawns an app that finds these settings in its data folder, as if a person had set them before. */
export function withSettings(
  settings: StoredSettings,
  spawnIt: Spawn,
): (args: readonly string[]) => Promise<ChildProcess> {
  return async (args) => {
    const folder = args[args.indexOf('--data-dir') + 1] ?? '';
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
    return spawnIt(args);
  };
}
