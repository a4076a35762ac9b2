import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** What the glue tells Electron and hears from it, recorded: Electron itself does not take part. */
const electron = vi.hoisted(() => ({
  listeners: new Map<string, (...given: unknown[]) => void>(),
  setToastActivatorCLSID: (_id: string): void => undefined,
  handleActivation: (_callback: () => void): void => undefined,
}));

vi.mock('electron', () => ({
  app: {
    isPackaged: true,
    setAppUserModelId: () => undefined,
    setToastActivatorCLSID: (id: string) => electron.setToastActivatorCLSID(id),
  },
  BrowserWindow: class {},
  dialog: {},
  nativeTheme: {},
  Notification: {
    isSupported: () => true,
    handleActivation: (callback: () => void) => electron.handleActivation(callback),
  },
  powerSaveBlocker: {},
  shell: {},
  powerMonitor: {
    on: (name: string, listener: (...given: unknown[]) => void) => electron.listeners.set(name, listener),
  },
}));

const { createNotifier, registerNotifications } = await import(
  '../../../../../src/main/hosts/electron/notifications.ts'
);
const { createElectronHost } = await import('../../../../../src/main/hosts/electron/electron-host.ts');
const { onShutdown } = await import('../../../../../src/main/hosts/electron/shutdown.ts');
const { surviveCrashes } = await import('../../../../../src/main/hosts/electron/crash.ts');

const { platform } = process;

beforeEach(() => electron.listeners.clear());

afterEach(() => {
  Object.defineProperty(process, 'platform', { value: platform });
  vi.restoreAllMocks();
});

/** A window as far as the glue under test goes. */
function fakeWindow(): {
  window: BrowserWindow;
  contents: EventEmitter & { reload: () => void; forcefullyCrashRenderer: () => void };
} {
  const contents = Object.assign(new EventEmitter(), {
    isDestroyed: () => false,
    reload: vi.fn(),
    forcefullyCrashRenderer: vi.fn(),
  });
  const window: unknown = Object.assign(new EventEmitter(), { webContents: contents, isFocused: () => true });
  return { window: window as BrowserWindow, contents };
}

describe('notifications on Windows', () => {
  it('are found again by one and the same class id, at each start', () => {
    Object.defineProperty(process, 'platform', { value: 'win32' });
    const set = vi.spyOn(electron, 'setToastActivatorCLSID');
    registerNotifications();
    registerNotifications();
    const ids = set.mock.calls.map(([id]) => id);
    expect(ids[0]).toMatch(/^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/);
    expect(new Set(ids).size).toBe(1);
  });

  it('of an earlier run are answered, too', () => {
    Object.defineProperty(process, 'platform', { value: 'win32' });
    const handle = vi.spyOn(electron, 'handleActivation');
    createNotifier(fakeWindow().window);
    expect(handle).toHaveBeenCalledOnce();
  });

  it('are Windows’ business only', () => {
    Object.defineProperty(process, 'platform', { value: 'linux' });
    const set = vi.spyOn(electron, 'setToastActivatorCLSID');
    const handle = vi.spyOn(electron, 'handleActivation');
    registerNotifications();
    createNotifier(fakeWindow().window);
    expect([set.mock.calls, handle.mock.calls]).toEqual([[], []]);
  });
});

describe('the local network', () => {
  it.each([
    ['darwin', true],
    ['win32', false],
    ['linux', false],
  ])('may be closed to the app by the system: %s, %s', (system, closes) => {
    Object.defineProperty(process, 'platform', { value: system });
    expect(createElectronHost(fakeWindow().window).localNetworkGate).toBe(closes);
  });
});

describe('the computer’s own end', () => {
  it('is waited for on Linux and macOS, and ends the app', () => {
    const end = vi.fn();
    onShutdown(fakeWindow().window, end);
    const preventDefault = vi.fn();
    electron.listeners.get('shutdown')?.({ preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
    expect(end).toHaveBeenCalledOnce();
  });

  it('ends the app on Windows when it is certain, not while it may be called off', () => {
    const end = vi.fn();
    const { window } = fakeWindow();
    onShutdown(window, end);
    window.emit('query-session-end');
    expect(end).not.toHaveBeenCalled();
    window.emit('session-end');
    expect(end).toHaveBeenCalledOnce();
  });
});

describe('a page that dies or hangs', () => {
  function setUp(attended: boolean) {
    const { window, contents } = fakeWindow();
    const gone = vi.fn();
    const quit = vi.fn();
    const keepsCrashing = vi.fn(async () => true);
    let answersAgain: AbortSignal | null = null;
    let answer: (yes: boolean) => void = () => undefined;
    const unresponsive = vi.fn((signal: AbortSignal) => {
      answersAgain = signal;
      return new Promise<boolean>((done) => (answer = done));
    });
    const page = { gone, call: vi.fn(), dropped: vi.fn(), port: vi.fn() };
    const questions = attended ? { keepsCrashing, unresponsive } : null;
    surviveCrashes(window, page, { questions, quit, log: () => undefined });
    return {
      contents,
      gone,
      quit,
      keepsCrashing,
      unresponsive,
      crash: () => contents.emit('render-process-gone', {}, { reason: 'crashed' }),
      answer: (yes: boolean) => answer(yes),
      get answersAgain() {
        return answersAgain;
      },
    };
  }

  it('is reopened three times; the fourth time a person decides', async () => {
    const { contents, gone, keepsCrashing, quit, crash } = setUp(true);
    for (let crashes = 1; crashes <= 4; crashes++) crash();
    expect(gone).toHaveBeenCalledTimes(4);
    expect(keepsCrashing).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(contents.reload).toHaveBeenCalledTimes(4));
    keepsCrashing.mockResolvedValueOnce(false);
    crash();
    await vi.waitFor(() => expect(quit).toHaveBeenCalledOnce());
  });

  it('ends an app that nobody sits before, rather than leaving a blank window', async () => {
    const { quit, crash } = setUp(false);
    for (let crashes = 1; crashes <= 4; crashes++) crash();
    await vi.waitFor(() => expect(quit).toHaveBeenCalledOnce());
  });

  it('is asked about once while it hangs, and not any more when it answers again', async () => {
    const asked = setUp(true);
    asked.contents.emit('unresponsive');
    asked.contents.emit('unresponsive');
    expect(asked.unresponsive).toHaveBeenCalledOnce();
    asked.contents.emit('responsive');
    expect(asked.answersAgain?.aborted).toBe(true);
    asked.answer(true);
    await Promise.resolve();
    expect(asked.contents.forcefullyCrashRenderer).not.toHaveBeenCalled();
  });

  it('is ended, to be opened anew, when the person says so', async () => {
    const asked = setUp(true);
    asked.contents.emit('unresponsive');
    asked.answer(true);
    await vi.waitFor(() => expect(asked.contents.forcefullyCrashRenderer).toHaveBeenCalledOnce());
  });
});
