import { EventEmitter } from 'node:events';
import { rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { config } from './config.ts';
import { startServer } from './protocol.ts';
import { nowReady } from './ready.ts';
import { killChromium, launch } from './running.ts';
import { takeLock } from './single-instance.ts';
import type { App } from './surface.ts';
import { created, windows } from './window.ts';

const events = new EventEmitter();
const paths = new Map<string, string>();
/** For a start that fails before the app says where its files go. */
const strayFolder = join(tmpdir(), `roomdrop-stand-in-${process.pid}`);
process.once('exit', () => removeWhole(strayFolder));
const switches = new Map<string, string | undefined>();

/** Also while a process that was killed a moment ago still writes to it, which `maxRetries` does not look for. */
function removeWhole(folder: string): void {
  for (let tries = 1; ; tries++) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
      return;
    } catch (error) {
      if (tries === 10) throw error;
    }
  }
}

function path(name: string): string {
  return paths.get(name) ?? (name === 'downloads' ? join(homedir(), 'Downloads') : strayFolder);
}

/** An event that listeners may prevent; whether one did. */
function ask(name: string, ...given: unknown[]): boolean {
  let prevented = false;
  const event = {
    preventDefault: () => {
      prevented = true;
    },
  };
  events.emit(name, event, ...given);
  return prevented;
}

/**
 * A module's whole synchronous start comes before `ready`, as in Electron, and what the system handed over comes before
 * `ready` too. https://www.electronjs.org/docs/latest/api/app#event-open-file-macos
 */
export function start(): void {
  starting();
}

let starting: () => void = () => undefined;
const ready = new Promise<void>((done) => {
  starting = done;
}).then(async () => {
  for (const [name, value] of config.early) ask(name, value);
  await launch(
    path('userData'),
    [...switches].map(([name, value]) => (value === undefined ? `--${name}` : `--${name}=${value}`)),
  );
  await startServer((socket) => void windows[0]?.webContents.adopt(socket));
  nowReady();
  events.emit('ready');
});
ready.catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exit(70);
});

created.on('contents', (contents) => ask('web-contents-created', contents));

/** https://www.electronjs.org/docs/latest/api/app */
export const app: App & EventEmitter = Object.assign(events, {
  isPackaged: config.packaged,
  commandLine: {
    appendSwitch: (name: string, value?: string) => void switches.set(name, value),
    getSwitchValue: (name: string) => switches.get(name) ?? '',
  },
  setPath: (name: string, value: string) => void paths.set(name, value),
  getPath: path,
  setAppUserModelId: () => undefined,
  setToastActivatorCLSID: () => undefined,
  setAsDefaultProtocolClient: () => true,
  requestSingleInstanceLock: (data?: unknown) =>
    takeLock(path('userData'), data, (start) => {
      // Never before `ready`. Chromium rearranges and adds to the arguments, which is why the data is there.
      void ready.then(() => ask('second-instance', [...start.argv, '--stand-in-added'], start.cwd, start.data));
    }),
  whenReady: () => ready,
  quit() {
    if (ask('before-quit')) return;
    for (const window of [...windows]) window.close();
    if (windows.length > 0 || ask('will-quit')) return;
    leave(0);
  },
  // Asks nobody: no before-quit, no close, no unload.
  exit: leave,
});

function leave(code = 0): never {
  killChromium();
  process.exit(code);
}
