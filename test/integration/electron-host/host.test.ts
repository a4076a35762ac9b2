import { EventEmitter } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { endSignals } from '../../../src/main/end-signals.ts';
import type { AppEvent } from '../../../src/main/events.ts';
import { appStateSchema, sourceSummarySchema } from '../../../src/shared/bridge.ts';
import { channels } from '../../../src/shared/preload-api.ts';

/**
 * The Electron host with the real application behind it and a stand-in for Electron before it: what the glue does with
 * what Electron tells it. Electron itself does not take part.
 */
const electron = vi.hoisted(() => ({
  handlers: new Map<string, (...given: unknown[]) => unknown>(),
  appEvents: new Map<string, (...given: unknown[]) => unknown>(),
  windows: [] as { options: Record<string, unknown>; window: unknown }[],
  loaded: [] as string[],
  sent: [] as unknown[][],
  hidden: 0,
  exits: [] as number[],
  questions: 0,
}));

vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  const nothing = () => undefined;
  const handle = (channel: string, handler: (...given: unknown[]) => unknown) =>
    electron.handlers.set(channel, handler);

  class BrowserWindow extends Emitter {
    mainFrame = { url: 'app://roomdrop/index.html' };
    webContents = Object.assign(new Emitter(), {
      mainFrame: this.mainFrame,
      isDestroyed: () => false,
      send: (...values: unknown[]) => {
        electron.sent.push(values);
        // The page leaves the room as it is told.
        if (values[1] !== 'ending') return;
        electron.handlers.get('roomdrop:call')?.({ senderFrame: this.mainFrame }, 'ended', {});
      },
      reload: nothing,
    });
    show = nothing;
    focus = nothing;
    isMinimized = () => false;
    isFocused = () => true;
    isDestroyed = () => false;
    setProgressBar = nothing;
    constructor(options: Record<string, unknown>) {
      super();
      electron.windows.push({ options, window: this });
    }
    hide() {
      electron.hidden++;
    }
    async loadURL(url: string) {
      electron.loaded.push(url);
    }
  }
  class Tray extends Emitter {
    setContextMenu = nothing;
    setToolTip = nothing;
  }
  return {
    BrowserWindow,
    Tray,
    Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: nothing },
    Notification: { isSupported: () => false, handleActivation: nothing },
    app: {
      setPath: nothing,
      getPath: () => '/downloads',
      isPackaged: true,
      setAppUserModelId: nothing,
      setToastActivatorCLSID: nothing,
      setAsDefaultProtocolClient: nothing,
      commandLine: { getSwitchValue: () => '', appendSwitch: nothing },
      requestSingleInstanceLock: () => true,
      on: (name: string, listener: (...given: unknown[]) => unknown) => electron.appEvents.set(name, listener),
      quit: () => electron.appEvents.get('before-quit')?.({ preventDefault: nothing }),
      exit: (code: number) => electron.exits.push(code),
      whenReady: async () => undefined,
    },
    dialog: {
      showMessageBox: async () => ({ response: electron.questions++ }),
      showOpenDialog: async () => ({ filePaths: [] }),
      showErrorBox: nothing,
    },
    ipcMain: { handle, on: handle },
    nativeImage: {
      createFromPath: () => ({ addRepresentation: nothing, setTemplateImage: nothing, toDataURL: nothing }),
    },
    powerMonitor: { on: nothing },
    nativeTheme: { shouldUseDarkColors: false },
    powerSaveBlocker: { start: () => 1, stop: nothing },
    protocol: { registerSchemesAsPrivileged: nothing, handle: nothing },
    session: {
      defaultSession: {
        setPermissionCheckHandler: nothing,
        setPermissionRequestHandler: nothing,
        setDevicePermissionHandler: nothing,
        on: nothing,
      },
    },
    shell: { showItemInFolder: nothing },
  };
});

// As on a system whose addons do not load.
vi.mock('../../../src/main/lane/direct/udx.ts', () => ({
  loadUdx: async () => ({ udx: null, why: 'no such library' }),
}));

let folder: string;
const printed: AppEvent[] = [];
const { argv } = process;
const listeners = endSignals.map((signal) => process.listeners(signal));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roomdrop-host-'));
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    printed.push(JSON.parse(String(line)));
    return true;
  });
  const own = ['--data-dir', join(folder, 'data'), '--downloads', folder, '--broker', 'embedded', '--json'];
  process.argv = ['roomdrop', ...own];
  await import('../../../src/main/hosts/electron/index.ts');
  await vi.waitFor(() => expect(printed.map(({ event }) => event)).toContain('ready'), { timeout: 20_000 });
});

afterAll(async () => {
  electron.appEvents.get('before-quit')?.({ preventDefault: () => undefined });
  await vi.waitFor(() => expect(electron.exits).not.toEqual([]));
  for (const [index, signal] of endSignals.entries()) {
    for (const added of process.listeners(signal)) {
      if (!listeners[index]?.includes(added)) process.off(signal, added);
    }
  }
  process.argv = argv;
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

function ipc(channel: string, ...given: unknown[]): unknown {
  return electron.handlers.get(channel)?.({ senderFrame: theWindow().webContents.mainFrame }, ...given);
}

function theWindow() {
  const window = electron.windows[0]?.window;
  if (!(window instanceof EventEmitter) || !hasContents(window)) throw new Error('no window');
  return window;
}

function hasContents(window: EventEmitter): window is EventEmitter & { webContents: { mainFrame: unknown } } {
  return 'webContents' in window;
}

const valueIn = <S extends v.GenericSchema>(schema: S, answer: unknown): v.InferOutput<S> =>
  v.parse(v.object({ value: schema }), answer).value;

describe('the Electron host', () => {
  it('opens one window without Node, sandboxed and isolated, on its own address', () => {
    expect(electron.windows).toHaveLength(1);
    expect(electron.windows[0]?.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      backgroundThrottling: false,
      preload: expect.stringMatching(/preload[\\/]index\.cjs$/),
    });
    expect(electron.loaded).toEqual(['app://roomdrop/index.html']);
    expect(printed.find(({ event }) => event === 'ready')).toMatchObject({
      url: null,
      broker: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:/),
    });
  });

  it('writes down what happens, without the code of its room', async () => {
    const log = await readFile(join(folder, 'data/logs/roomdrop.log'), 'utf8');
    expect(log).toMatch(/Z started \d[^\n]*\n/);
    expect(log).toMatch(/Z ready\n/);
    expect(log.match(/Z no direct lane: no such library\n/g)).toHaveLength(1);
    for (const event of printed) if (event.event === 'room') expect(log).not.toContain(event.code);
  });

  it('answers its page and sends it events', async () => {
    const state = valueIn(appStateSchema, await ipc(channels.call, 'attach', { takeOver: false }));
    expect(state.host).toEqual({ kind: 'electron', dialogs: true, showInFolder: true });
    expect(state.room).not.toBeNull();
    expect(await ipc(channels.call, 'roomJoin', { code: 'no such words at all' })).toMatchObject({
      reason: { code: expect.stringMatching(/^code-/) },
    });
    await ipc(channels.call, 'settingsUpdate', { name: 'Ann' });
    expect(electron.sent).toContainEqual([
      channels.event,
      'settings',
      { settings: expect.objectContaining({ name: 'Ann' }), capabilities: [] },
    ]);
  });

  it('makes a source of dropped paths and tells the page no path', async () => {
    await writeFile(join(folder, 'hello.txt'), 'hello');
    const answer = await ipc(channels.paths, [join(folder, 'hello.txt')]);
    expect(valueIn(sourceSummarySchema, answer)).toMatchObject({ title: 'hello.txt', files: 1, bytes: 5 });
    expect(JSON.stringify(answer)).not.toContain(folder);
    expect(await ipc(channels.paths, [join(folder, 'absent')])).toHaveProperty('reason');
  });

  it('hides a window that is closed in a room, and quits one that is closed outside', async () => {
    const close = () => theWindow().emit('close', { preventDefault: () => undefined });
    close();
    expect(electron.hidden).toBe(1);
    expect(electron.exits).toEqual([]);
    if (process.platform === 'darwin') return;
    await ipc(channels.call, 'roomLeave', {});
    close();
    await vi.waitFor(() => expect(electron.exits).toEqual([0]));
    expect(electron.questions).toBe(0);
  });
});
