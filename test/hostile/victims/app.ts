import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetPeak, pageProcess, peakMemory, residentMemory } from '../../bench/memory.ts';
import { type AppProcess, startApp } from '../../support/app-process.ts';

const projectRoot = join(import.meta.dirname, '../../..');

/** What an app prints for its person, taken apart. */
export async function addressOf(app: AppProcess): Promise<{ port: string; token: string }> {
  const { port, hash } = new URL((await app.event('ready')).url ?? '');
  return { port, token: hash.slice(1) };
}

/** An app that believes it has a screen, and what it would show itself in: a browser that only stays. */
export async function startOnScreen(): Promise<{ app: AppProcess; opened: string; end(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'roomdrop-screen-'));
  const opened = join(folder, 'opened');
  // The package "open" brings an xdg-open of its own, which asks this variable for a browser.
  const browser = join(folder, 'browser');
  await writeFile(browser, `#!/bin/sh\ntouch '${opened}'\nwhile [ -e '${opened}' ]; do sleep 0.1; done\n`);
  await chmod(browser, 0o755);
  const runtime = join(folder, 'run');
  await mkdir(runtime, { mode: 0o700 });
  const app = await startApp(['--broker', 'ws://127.0.0.1:9', '--ice-server', 'none', '--room', 'new'], '', (args) =>
    spawn(
      process.execPath,
      ['--import', 'tsx', join(projectRoot, 'scripts/start.ts'), ...args.filter((argument) => argument !== '--json')],
      {
        cwd: projectRoot,
        env: {
          ...process.env,
          DISPLAY: ':99',
          XDG_RUNTIME_DIR: runtime,
          BROWSER: browser,
          // No desktop that knows of another one.
          XDG_CURRENT_DESKTOP: '',
          XDG_DATA_DIRS: folder,
          XDG_DATA_HOME: folder,
          XDG_CONFIG_HOME: folder,
        },
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    ),
  );
  return {
    app,
    opened,
    async end() {
      await app.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resident memory of a process in MiB, and the most it has had. */
export interface MemoryWatch {
  /** "95 to 1300 MiB", the second being the peak. */
  readonly figure: string;
  readonly grownMiB: number;
}

const MiB = 1024 * 1024;

/** From now on; NaN where the system does not tell. */
export async function watchMemory(pid: number, what: string): Promise<() => Promise<MemoryWatch>> {
  await forgetPeak(pid);
  const before = ((await residentMemory(pid)) ?? Number.NaN) / MiB;
  return async () => {
    const most = ((await peakMemory(pid)) ?? Number.NaN) / MiB;
    return { figure: `${what} ${before.toFixed(0)} to ${most.toFixed(0)} MiB`, grownMiB: most - before };
  };
}

/** Of the largest page of a browser, or of all that this process has started. */
export async function watchPageMemory(browserPid: number): Promise<() => Promise<MemoryWatch>> {
  return watchMemory((await pageProcess(browserPid)) ?? -1, 'page');
}
