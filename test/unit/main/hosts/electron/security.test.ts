import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Port } from '../../../../../src/shared/bridge.ts';
import { channels } from '../../../../../src/shared/preload-api.ts';

/** What the glue tells Electron, recorded by a stand-in: Electron itself does not take part. */
const electron = vi.hoisted(() => ({
  handlers: new Map<string, (...given: unknown[]) => unknown>(),
  appListeners: new Map<string, (...given: unknown[]) => unknown>(),
}));

vi.mock('electron', () => ({
  app: { on: (name: string, listener: (...given: unknown[]) => unknown) => electron.appListeners.set(name, listener) },
  ipcMain: {
    handle: (channel: string, handler: (...given: unknown[]) => unknown) => electron.handlers.set(channel, handler),
    on: (channel: string, handler: (...given: unknown[]) => unknown) => electron.handlers.set(channel, handler),
  },
}));

const { serveBridge } = await import('../../../../../src/main/hosts/electron/ipc.ts');
const { refuseNavigation } = await import('../../../../../src/main/hosts/electron/navigation.ts');
const { restrictPermissions } = await import('../../../../../src/main/hosts/electron/permissions.ts');

beforeEach(() => {
  electron.handlers.clear();
  electron.appListeners.clear();
});

function called(map: Map<string, (...given: unknown[]) => unknown>, name: string, ...given: unknown[]): unknown {
  const handler = map.get(name);
  if (!handler) throw new Error(`nothing handles ${name}`);
  return handler(...given);
}

describe('calls', () => {
  const summary = { id: 's', title: 'a', topLevelEntries: 1, files: 1, folders: 0, bytes: 1, again: false };
  const mainFrame = { url: 'app://roomdrop/index.html' };

  function setUp() {
    const webContents = Object.assign(new EventEmitter(), { mainFrame, send: vi.fn(), isDestroyed: () => false });
    const session = {
      call: vi.fn(async (_name: string, _input: unknown): Promise<unknown> => 'answered'),
      port: vi.fn((_purpose: unknown, _port: Port) => undefined),
      sourceFromPaths: vi.fn(async (_paths: readonly string[]) => summary),
      closed: vi.fn(() => undefined),
    };
    serveBridge(webContents, () => session);
    return { session, webContents };
  }

  it('of the own page are answered', async () => {
    setUp();
    const event = { senderFrame: mainFrame };
    expect(await called(electron.handlers, channels.call, event, 'attach', {})).toEqual({ value: 'answered' });
    expect(await called(electron.handlers, channels.paths, event, ['/a'])).toEqual({ value: summary });
  });

  it.each([
    ['another frame of the same address', { url: 'app://roomdrop/index.html' }],
    ['a frame that is gone', null],
  ])('of %s are refused', async (_who, senderFrame) => {
    const { session } = setUp();
    await called(electron.handlers, channels.call, { senderFrame: mainFrame }, 'attach', {});
    session.call.mockClear();
    const refused = { reason: { code: 'request-invalid' } };
    expect(await called(electron.handlers, channels.call, { senderFrame }, 'roomCreate', {})).toEqual(refused);
    expect(await called(electron.handlers, channels.paths, { senderFrame }, ['/a'])).toEqual(refused);
    const port = { close: vi.fn() };
    called(electron.handlers, channels.port, { senderFrame, ports: [port] }, {});
    expect(port.close).toHaveBeenCalledOnce();
    expect(session.call).not.toHaveBeenCalled();
    expect(session.sourceFromPaths).not.toHaveBeenCalled();
    expect(session.port).not.toHaveBeenCalled();
  });

  it('of the main frame at another address are refused', async () => {
    const { webContents } = setUp();
    const foreign = { url: 'https://example.org/' };
    Object.assign(webContents, { mainFrame: foreign });
    expect(await called(electron.handlers, channels.call, { senderFrame: foreign }, 'attach', {})).toEqual({
      reason: { code: 'request-invalid' },
    });
  });

  it('bring one port each', async () => {
    const { session } = setUp();
    const event = { senderFrame: mainFrame };
    await called(electron.handlers, channels.call, event, 'attach', {});
    const extra = { close: vi.fn() };
    called(electron.handlers, channels.port, { ...event, ports: [{ close: vi.fn() }, extra] }, { kind: 'source' });
    expect(session.port).toHaveBeenCalledOnce();
    expect(session.port.mock.calls[0]?.[0]).toEqual({ kind: 'source' });
    expect(extra.close).toHaveBeenCalledOnce();
  });

  it('end with the document', async () => {
    const { session, webContents } = setUp();
    await called(electron.handlers, channels.call, { senderFrame: mainFrame }, 'attach', {});
    // Also of one that is refused.
    webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    expect(session.closed).not.toHaveBeenCalled();
    webContents.emit('did-navigate');
    expect(session.closed).toHaveBeenCalledOnce();
  });
});

describe('navigation', () => {
  it('is refused in every form', () => {
    refuseNavigation();
    const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler: vi.fn() });
    called(electron.appListeners, 'web-contents-created', {}, contents);
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-attach-webview']) {
      const event = { preventDefault: vi.fn() };
      contents.emit(name, event);
      expect(event.preventDefault, name).toHaveBeenCalledOnce();
    }
    expect(contents.setWindowOpenHandler.mock.calls[0]?.[0]({ url: 'https://example.org' })).toEqual({
      action: 'deny',
    });
  });
});

describe('permissions', () => {
  it('are asked of the rules, by the origin that Electron names', () => {
    const target = Object.assign(new EventEmitter(), {
      setPermissionCheckHandler: vi.fn(),
      setPermissionRequestHandler: vi.fn(),
      setDevicePermissionHandler: vi.fn(),
    });
    restrictPermissions(target);
    const check = target.setPermissionCheckHandler.mock.calls[0]?.[0];
    expect(check(null, 'media', 'app://roomdrop/', {})).toBe(true);
    expect(check(null, 'media', '', { securityOrigin: 'app://roomdrop/' })).toBe(true);
    expect(check(null, 'media', 'https://example.org/', {})).toBe(false);
    const request = target.setPermissionRequestHandler.mock.calls[0]?.[0];
    const answer = vi.fn();
    request(null, 'media', answer, { requestingUrl: 'app://roomdrop/index.html' });
    request(null, 'loopback-network', answer, { requestingUrl: 'app://roomdrop/index.html' });
    request(null, 'loopback-network', answer, { requestingUrl: 'https://example.org/' });
    expect(answer.mock.calls).toEqual([[false], [true], [false]]);
    expect(target.setDevicePermissionHandler.mock.calls[0]?.[0]()).toBe(false);
    const download = { preventDefault: vi.fn() };
    target.emit('will-download', download);
    expect(download.preventDefault).toHaveBeenCalledOnce();
  });
});
