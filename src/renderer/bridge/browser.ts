import * as v from 'valibot';
import type { Bridge, CallName, CallOutput, EventData, EventName, PortPurpose } from '../../shared/bridge.ts';
import { ReasonError, reasonSchema } from '../../shared/reasons.ts';
import { createSocketPort } from './browser-port.ts';
import { fromDataTransfer, fromFileList, type PageFile } from './dropped.ts';
import { serveFiles } from './file-server.ts';
import type { PageFiles } from './page-files.ts';
import { parseEvent, parseOutput } from './parse.ts';

const frameSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([
    v.object({ id: v.number(), reason: reasonSchema }),
    v.object({ id: v.number(), value: v.unknown() }),
    v.object({ event: v.string(), data: v.unknown() }),
  ]),
);

const secretKey = 'roomdrop-session';
/** What a page says that was never let in: an empty subprotocol cannot be said. */
const noSecret = 'none';
/** While main cannot be reached. */
const retryMs = 1000;

interface Waiting {
  done(value: unknown): void;
  fail(error: ReasonError): void;
}

/** The page's end of the bridge in the browser host: one WebSocket for calls and events, one more for each port. */
export async function createBrowserBridge(): Promise<Bridge & PageFiles> {
  const secret = (await takeSecret()) || noSecret;
  const socketAt = (path: string): WebSocket => new WebSocket(`ws://${location.host}${path}`, ['roomdrop', secret]);
  const listeners = new Map<string, Set<(data: unknown) => void>>();
  const connectionListeners = new Set<(connected: boolean) => void>();
  const waiting = new Map<number, Waiting>();
  let socket = dial(false);
  let nextId = 0;

  function dial(again: boolean): WebSocket {
    const dialled = socketAt('/bridge');
    dialled.addEventListener('open', () => {
      if (again) for (const listener of connectionListeners) listener(true);
    });
    dialled.addEventListener('message', (event: MessageEvent<unknown>) => receive(event.data));
    dialled.addEventListener('close', () => {
      const left = [...waiting.values()];
      waiting.clear();
      for (const each of left) each.fail(new ReasonError('app-unreachable'));
      for (const listener of connectionListeners) listener(false);
      setTimeout(() => {
        socket = dial(true);
      }, retryMs);
    });
    return dialled;
  }

  function receive(data: unknown): void {
    const frame = v.parse(frameSchema, data);
    if ('event' in frame) {
      for (const listener of listeners.get(frame.event) ?? []) listener(frame.data);
      return;
    }
    const asked = waiting.get(frame.id);
    waiting.delete(frame.id);
    if ('reason' in frame) asked?.fail(new ReasonError(frame.reason.code, frame.reason.detail));
    else asked?.done(frame.value);
  }

  async function call<N extends CallName>(name: N, input: unknown): Promise<CallOutput<N>> {
    // A socket that has closed never opens again, and nobody waits for the one that will be dialled.
    if (socket.readyState > WebSocket.OPEN) throw new ReasonError('app-unreachable');
    const id = nextId++;
    const value = await new Promise<unknown>((done, fail) => {
      waiting.set(id, { done, fail });
      whenOpen(socket, () => socket.send(JSON.stringify({ id, call: name, input })));
    });
    return parseOutput(name, value);
  }

  function openPort(purpose: PortPurpose) {
    const opened = socketAt('/port');
    const port = createSocketPort(opened);
    opened.addEventListener('open', () => port.hello({ purpose }));
    return port;
  }

  async function announce(files: readonly PageFile[]) {
    if (files.length === 0) throw new ReasonError('nothing-to-send');
    const summary = await call('filesFromPage', { entries: files.map((each) => each.entry) });
    serveFiles(openPort({ kind: 'source', source: summary.id }), files);
    return summary;
  }

  return {
    call,
    openPort,
    on<N extends EventName>(name: N, listener: (data: EventData<N>) => void) {
      const checked = (data: unknown): void => listener(parseEvent(name, data));
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(checked));
      return () => all.delete(checked);
    },
    onConnection(listener) {
      connectionListeners.add(listener);
      return () => connectionListeners.delete(listener);
    },
    fromDrop: async (data) => announce(await fromDataTransfer(data)),
    fromInput: async (files) => announce(fromFileList(files)),
  };
}

function whenOpen(socket: WebSocket, action: () => void): void {
  if (socket.readyState === WebSocket.OPEN) action();
  else socket.addEventListener('open', action, { once: true });
}

/**
 * The session secret of this tab: kept over a reload, else traded for the token in the address's fragment, which is then
 * taken out of the address bar.
 */
async function takeSecret(): Promise<string> {
  const token = location.hash.slice(1);
  if (token) {
    const response = await fetch('/session', { method: 'POST', body: token });
    if (response.ok) {
      sessionStorage.setItem(secretKey, await response.text());
      history.replaceState(null, '', location.pathname);
    }
  }
  return sessionStorage.getItem(secretKey) ?? '';
}
