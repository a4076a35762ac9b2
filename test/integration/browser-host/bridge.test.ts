import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { PageConnection, PageSession } from '../../../src/main/host.ts';
import { type BrowserServer, startServer } from '../../../src/main/hosts/browser/server.ts';
import { createBrowserBridge } from '../../../src/renderer/bridge/browser.ts';
import { ReasonError } from '../../../src/shared/reasons.ts';

// The page's end of the bridge with a real server and real sockets; of the browser it needs four globals.

const pages: PageConnection[] = [];
const session: PageSession = {
  call: (name) => (name === 'roomLeave' ? Promise.resolve({}) : new Promise(() => undefined)),
  port: () => undefined,
  sourceFromPaths: () => Promise.reject(new ReasonError('request-invalid')),
  closed: () => undefined,
};
const endings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  // The tab is closed: whatever the page still dials, nothing happens.
  vi.stubGlobal('WebSocket', EventTarget);
  for (const end of endings.splice(0).reverse()) await end();
});

async function serve(pageDir: string): Promise<BrowserServer> {
  const server = await startServer({
    pageDir,
    port: 0,
    connect(page) {
      pages.push(page);
      return session;
    },
  });
  endings.push(() => server.close());
  return server;
}
/** What a browser gives a page at this address, `fetch` following relative addresses. */
function standInPage(server: BrowserServer): void {
  const address = new URL(server.address().url);
  const kept = new Map<string, string>();
  const fetchThere = fetch;
  vi.stubGlobal('location', address);
  vi.stubGlobal('history', { replaceState: () => undefined });
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
  vi.stubGlobal('fetch', (path: string, init: RequestInit) =>
    fetchThere(new URL(path, address), { ...init, headers: { Origin: address.origin } }),
  );
  // In a browser the Origin goes by itself.
  vi.stubGlobal(
    'WebSocket',
    class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { origin: address.origin });
      }
    },
  );
}

test('a call made while the app is away, or under way when it goes, fails with a reason instead of hanging', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'roomdrop-page-'));
  endings.push(() => rm(folder, { recursive: true }));
  const server = await serve(folder);
  standInPage(server);
  const bridge = await createBrowserBridge();
  expect(await bridge.call('roomLeave', {})).toEqual({});

  const away = new Promise<void>((done) => bridge.onConnection((connected) => connected || done()));
  const underWay = bridge.call('roomCreate', {});
  const refused = expect(underWay).rejects.toMatchObject({ reason: { code: 'app-unreachable' } });
  for (const page of pages.splice(0)) page.close();
  await away;
  await refused;
  await expect(bridge.call('roomLeave', {})).rejects.toMatchObject({ reason: { code: 'app-unreachable' } });

  const back = new Promise<void>((done) => bridge.onConnection((connected) => connected && done()));
  await back;
});
