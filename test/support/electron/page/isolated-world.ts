import type { Codec } from '../codec.ts';
import type { IpcRendererEvent, PreloadExports, RendererListener } from '../surface.ts';

/** What passes between a page's isolated world and the stand-in's main process. */
export type ToMain =
  | { kind: 'invoke'; id: number; channel: string; given: unknown[] }
  | { kind: 'post'; channel: string; message: unknown; ports: number[] }
  | { kind: 'port'; port: number; data: unknown }
  | { kind: 'port-close'; port: number }
  | { kind: 'context-menu'; isEditable: boolean; selectionText: string };
export type ToPage =
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'failure'; id: number; message: string }
  | { kind: 'event'; channel: string; given: unknown[] }
  | { kind: 'port'; port: number; data: unknown }
  | { kind: 'port-close'; port: number };

/**
 * `electron` as a sandboxed preload finds it. Its source runs in the page, in an isolated world of Chromium's own making;
 * main is at the other end of a WebSocket that carries what Electron's IPC carries.
 * https://www.electronjs.org/docs/latest/tutorial/sandbox#preload-scripts
 */
export function createPreloadElectron(codec: Codec): PreloadExports {
  const socket = new WebSocket(`ws://${location.host}/stand-in`);
  socket.binaryType = 'arraybuffer';
  const early: Uint8Array<ArrayBuffer>[] = [];
  const answers = new Map<number, { done(value: unknown): void; fail(error: Error): void }>();
  const listeners = new Map<string, RendererListener[]>();
  const ports = new Map<number, MessagePort>();
  let nextId = 1;

  function say(message: ToMain): void {
    // Encoded at once: what is changed afterwards was not sent.
    const frame = codec.encode(message);
    if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    else early.push(frame);
  }

  socket.addEventListener('open', () => {
    for (const frame of early.splice(0)) socket.send(frame);
  });
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
    const message = codec.decode(new Uint8Array(data)) as ToPage;
    if (message.kind === 'answer') answers.get(message.id)?.done(message.value);
    if (message.kind === 'failure') answers.get(message.id)?.fail(new Error(message.message));
    if (message.kind === 'answer' || message.kind === 'failure') answers.delete(message.id);
    if (message.kind === 'event') {
      const event: IpcRendererEvent = { ports: [] };
      const [name, data] = message.given;
      for (const listener of listeners.get(message.channel) ?? []) listener(event, String(name), data);
    }
    if (message.kind === 'port') ports.get(message.port)?.postMessage(message.data);
    if (message.kind === 'port-close') {
      ports.get(message.port)?.close();
      ports.delete(message.port);
    }
  });

  function carry(port: MessagePort): number {
    const id = nextId++;
    ports.set(id, port);
    port.addEventListener('message', ({ data }) => say({ kind: 'port', port: id, data }));
    port.addEventListener('close', () => {
      if (ports.delete(id)) say({ kind: 'port-close', port: id });
    });
    port.start();
    return id;
  }

  /**
   * Objects cross as copies without prototypes, functions as functions that answer at once, promises as promises, and
   * what structured clone knows (a `File` too) as it is. https://www.electronjs.org/docs/latest/api/context-bridge
   */
  function exposeInMainWorld(name: string, api: unknown): void {
    const functions: ((...given: unknown[]) => unknown)[] = [];
    const giveOut = (value: unknown): unknown => {
      if (typeof value === 'function') {
        const own = value;
        return { $function: functions.push((...given) => own(...given)) - 1 };
      }
      if (value instanceof Promise) {
        const id = nextId++;
        value.then(
          (result: unknown) => tell('settled', { id, value: giveOut(result) }),
          (error: unknown) => tell('settled', { id, error: error instanceof Error ? error.message : String(error) }),
        );
        return { $promise: id };
      }
      if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
        return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, giveOut(each)]));
      }
      return value;
    };
    const takeIn = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return value;
      if ('$callback' in value) {
        const id = value.$callback;
        return (...given: unknown[]) => tell('callback', { id, given });
      }
      return value;
    };
    const tell = (what: string, detail: unknown): void => {
      document.dispatchEvent(new CustomEvent(`stand-in:${name}:${what}`, { detail }));
    };
    document.addEventListener(`stand-in:${name}:call`, (event) => {
      if (!(event instanceof CustomEvent)) return;
      const { id, given } = event.detail as { id: number; given: unknown[] };
      try {
        tell('result', { value: giveOut(functions[id]?.(...given.map(takeIn))) });
      } catch (error) {
        tell('result', { error: error instanceof Error ? error.message : String(error) });
      }
    });
    const shape = giveOut(api);
    const expose = (): void => {
      document.dispatchEvent(new CustomEvent('stand-in:expose', { detail: { name, shape } }));
    };
    document.addEventListener('stand-in:listening', expose);
    expose();
  }

  document.addEventListener('contextmenu', ({ target }) => {
    const isEditable = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
    say({ kind: 'context-menu', isEditable, selectionText: String(getSelection()) });
  });

  /** Paths by name, as whoever dropped said before: a `File` of Chromium does not tell where it lies. */
  const dropped = new Map<string, string[]>();
  document.addEventListener('stand-in:dropping', (event) => {
    dropped.clear();
    if (!(event instanceof CustomEvent)) return;
    for (const path of event.detail as string[]) {
      const name = path.split(/[\\/]/).at(-1) ?? '';
      dropped.set(name, [...(dropped.get(name) ?? []), path]);
    }
  });

  return {
    contextBridge: { exposeInMainWorld },
    ipcRenderer: {
      invoke: (channel, ...given) =>
        new Promise((done, fail) => {
          const id = nextId++;
          answers.set(id, { done, fail });
          say({ kind: 'invoke', id, channel, given });
        }),
      postMessage(channel, message, transfer = []) {
        if (transfer.some((each) => !(each instanceof MessagePort)))
          throw new TypeError('Only ports can be transferred');
        say({ kind: 'post', channel, message, ports: transfer.map(carry) });
      },
      on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      off: (channel, listener) =>
        listeners.set(
          channel,
          (listeners.get(channel) ?? []).filter((each) => each !== listener),
        ),
    },
    webUtils: {
      // Empty for a File that is not on the disk. https://www.electronjs.org/docs/latest/api/web-utils
      getPathForFile: (file) => dropped.get(file.name)?.shift() ?? '',
    },
  };
}
