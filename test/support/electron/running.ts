import { join } from 'node:path';
import { config, tellTest } from './config.ts';
import { type Chromium, startChromium } from './devtools.ts';

let starting: Promise<Chromium> | null = null;
let running: Chromium | null = null;

/** @param switches as `app.commandLine` has them before `ready`: later ones count for nothing. */
export async function launch(userData: string, switches: readonly string[]): Promise<void> {
  const own = [`--user-data-dir=${join(userData, 'stand-in-chromium')}`, ...switches];
  starting = startChromium(config.chromium, [...config.flags, ...own]);
  running = await starting;
  tellTest({ kind: 'chromium', endpoint: running.endpoint });
}

export async function chromium(): Promise<Chromium> {
  if (!starting) throw new Error('the app is not ready');
  return starting;
}

/** Windows and pages die with the process, without a last word. */
export function killChromium(): void {
  running?.kill();
}

export function chromiumPid(): number {
  return running?.pid ?? -1;
}
