import { EventEmitter } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { channels } from '../../src/shared/preload-api.ts';

/**
 * The built preload, run in a context that offers what Electron's sandbox offers: `require` of electron, and the page's
 * window. Electron itself does not take part.
 */
const folder = join(import.meta.dirname, '../../out/preload');
const code = await readFile(join(folder, 'index.cjs'), 'utf8');

const origin = 'app://roomdrop';

function load() {
  const ipcRenderer = Object.assign(new EventEmitter(), {
    invoke: vi.fn(async (_channel: string, ..._input: unknown[]): Promise<unknown> => ({ value: 1 })),
    postMessage: vi.fn(),
  });
  const exposed = new Map<string, Record<string, (...given: unknown[]) => unknown>>();
  const required: string[] = [];
  const electron = {
    ipcRenderer,
    contextBridge: {
      exposeInMainWorld: (name: string, api: Record<string, () => unknown>) => exposed.set(name, api),
    },
    webUtils: { getPathForFile: (file: { path: string }) => file.path },
  };
  const listeners: ((event: unknown) => void)[] = [];
  const window = {
    location: { origin },
    addEventListener: (_type: string, listener: (event: unknown) => void) => listeners.push(listener),
  };
  const module = { exports: {} };
  runInContext(
    code,
    createContext({
      window,
      module,
      exports: module.exports,
      require(name: string) {
        required.push(name);
        if (name !== 'electron') throw new Error(`module not found: ${name}`);
        return electron;
      },
    }),
  );
  const door = exposed.get('roomdropBridge');
  if (!door) throw new Error('no door');
  return {
    ipcRenderer,
    exposed,
    required,
    door,
    window,
    post: (event: object) => {
      for (const listener of listeners) listener({ source: window, origin, ports: [], ...event });
    },
  };
}

let preload: ReturnType<typeof load>;
beforeEach(() => {
  preload = load();
});

describe('the built preload', () => {
  it('is one CommonJS file that requires only electron', async () => {
    expect(await readdir(folder)).toEqual(['index.cjs']);
    expect(new Set(preload.required)).toEqual(new Set(['electron']));
    expect(new Set([...code.matchAll(/\brequire\(["'`](.+?)["'`]\)/g)].map((match) => match[1]))).toEqual(
      new Set(['electron']),
    );
    expect(code).not.toMatch(/^\s*(import|export)\b/m);
    expect(code).not.toMatch(/\bimport\(/);
  });

  it('exposes exactly one door, of functions only', () => {
    expect([...preload.exposed.keys()]).toEqual(['roomdropBridge']);
    expect(Object.keys(preload.door).sort()).toEqual(['call', 'onEvent', 'sourceFromFiles']);
    for (const each of Object.values(preload.door)) expect(each).toBeTypeOf('function');
  });

  it('passes a call on, on its one channel', async () => {
    await expect(preload.door.call?.('roomJoin', { code: 'x' })).resolves.toEqual({ value: 1 });
    expect(preload.ipcRenderer.invoke.mock.calls).toEqual([[channels.call, 'roomJoin', { code: 'x' }]]);
  });

  it('gives the page names and data of events, never the event object, until it stops listening', () => {
    const listener = vi.fn();
    const stop = preload.door.onEvent?.(listener);
    preload.ipcRenderer.emit(channels.event, { sender: 'ipc' }, 'room', { room: null });
    expect(listener.mock.calls).toEqual([['room', { room: null }]]);
    if (typeof stop !== 'function') throw new Error('no way to stop');
    stop();
    preload.ipcRenderer.emit(channels.event, {}, 'room', { room: null });
    expect(listener).toHaveBeenCalledTimes(1);
    expect(preload.ipcRenderer.listenerCount(channels.event)).toBe(0);
  });

  it('tells the paths of dropped files to main and only the answer to the page', async () => {
    const answer = await preload.door.sourceFromFiles?.([{ path: '/home/a/x' }, { path: '/home/a/y' }]);
    expect(preload.ipcRenderer.invoke.mock.calls).toEqual([[channels.paths, ['/home/a/x', '/home/a/y']]]);
    expect(JSON.stringify(answer)).not.toContain('/home');
  });

  it('passes a port on with its purpose', () => {
    const port = { port: 1 };
    preload.post({ data: { roomdrop: 'port', purpose: { kind: 'source', source: 's' } }, ports: [port] });
    expect(preload.ipcRenderer.postMessage.mock.calls).toEqual([
      [channels.port, { kind: 'source', source: 's' }, [port]],
    ]);
  });

  it.each([
    ['another window', { source: {} }],
    ['another origin', { origin: 'https://example.org' }],
    ['no port', { ports: [] }],
    ['another message', { data: { roomdrop: 'else', purpose: 1 } }],
    ['no purpose', { data: { roomdrop: 'port' } }],
    ['no object', { data: 'port' }],
    ['nothing', { data: null }],
  ])('ignores a message of %s', (_what, change) => {
    preload.post({ data: { roomdrop: 'port', purpose: {} }, ports: [{}], ...change });
    expect(preload.ipcRenderer.postMessage).not.toHaveBeenCalled();
  });
});
