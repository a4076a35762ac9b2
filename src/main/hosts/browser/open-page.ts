import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import open from 'open';
import type { Address } from './server.ts';

/** Long enough for a browser that has to start; whoever reads disks later finds nothing. */
const keptMs = 60_000;

/**
 * Opens the address in the person's browser. Any user of the computer can read a process's arguments, so the browser is
 * given a file that only this user can read, and that sends it on. The file goes when the address has been used, after a
 * minute, or with `over`; an address that was not used by then is good no longer. Resolves when the file is gone; rejects
 * when it could not be made or shown.
 * @param folder absolute; the file gets a folder of its own in it.
 */
export async function openPage(
  address: Address,
  folder: string,
  over: AbortSignal,
  show: (target: string) => Promise<unknown> = open,
): Promise<void> {
  const own = await mkdtemp(join(folder, 'open-'));
  try {
    const file = join(own, 'roomdrop.html');
    await writeFile(file, redirectTo(address.url), { mode: 0o600, flag: 'wx' });
    await show(pathToFileURL(file).href);
    // Aborted, it ends early, and so much the better.
    await Promise.race([address.used, delay(keptMs, undefined, { signal: over, ref: false }).catch(() => undefined)]);
  } finally {
    address.revoke();
    await rm(own, { recursive: true, force: true });
  }
}

function redirectTo(url: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=${url}">
<title>Roomdrop</title>
<a href="${url}">Open Roomdrop</a>
`;
}
