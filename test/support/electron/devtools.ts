import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { WebSocket } from 'ws';

type Params = Record<string, unknown>;

/** Chromium without a window of its own, driven by its DevTools protocol. */
export interface Chromium {
  readonly endpoint: string;
  /** Of its group, too. */
  readonly pid: number;
  send(method: string, params?: Params, session?: string): Promise<Params>;
  /** Events by `method`, or by `session method` for those of one page. */
  readonly events: EventEmitter;
  /** At once and without a word to any page, as a process that ends takes its windows along. */
  kill(): void;
}

export async function startChromium(executable: string, switches: readonly string[]): Promise<Chromium> {
  const child = spawn(executable, ['--headless=new', '--no-startup-window', '--remote-debugging-port=0', ...switches], {
    // A group of its own, so that it can be killed whole.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = (): void => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  // Before the folders that it writes to are removed.
  process.prependOnceListener('exit', kill);
  const endpoint = await readEndpoint(child);
  const socket = new WebSocket(endpoint, { perMessageDeflate: false });
  await new Promise<void>((done, fail) => socket.once('open', done).once('error', fail));
  const events = new EventEmitter().setMaxListeners(0);
  const waiting = new Map<number, { done(result: Params): void; fail(error: Error): void }>();
  let nextId = 1;
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (message.id === undefined) {
      events.emit(message.sessionId ? `${message.sessionId} ${message.method}` : message.method, message.params);
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) asked?.fail(new Error(message.error.message));
    else asked?.done(message.result);
  });
  return {
    endpoint,
    pid: child.pid ?? -1,
    events,
    kill,
    send: (method, params = {}, sessionId) =>
      new Promise((done, fail) => {
        const id = nextId++;
        waiting.set(id, { done, fail });
        socket.send(JSON.stringify({ id, method, params, sessionId }));
      }),
  };
}

function readEndpoint(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let said = '';
    child.once('error', fail);
    child.once('exit', () => fail(new Error(`Chromium ended: ${said}`)));
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const endpoint = /listening on (ws:\S+)/.exec(said)?.[1];
      if (endpoint) done(endpoint);
    });
  });
}
