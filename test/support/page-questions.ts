import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { WebSocket } from 'ws';

/** Asks a page whether it still answers, by the debugger's protocol with none of its parts enabled: nothing is reported. */
export interface PageQuestions {
  /** Milliseconds until the page has answered. */
  ask(): Promise<number>;
  close(): void;
}

const targetsSchema = v.array(v.object({ type: v.string(), webSocketDebuggerUrl: v.string() }));

/** @param profile of a browser that was started with `--remote-debugging-port=0` and has one page */
export async function openPageQuestions(profile: string): Promise<PageQuestions> {
  const [port] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
  const targets = v.parse(targetsSchema, await (await fetch(`http://127.0.0.1:${port}/json`)).json());
  const address = targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl;
  if (!address) throw new Error('The browser has no page.');
  const socket = new WebSocket(address);
  await once(socket, 'open');
  let id = 0;
  return {
    async ask() {
      const askedMs = performance.now();
      socket.send(JSON.stringify({ id: ++id, method: 'Runtime.evaluate', params: { expression: 'document.title' } }));
      await once(socket, 'message');
      return performance.now() - askedMs;
    },
    close: () => socket.terminate(),
  };
}
