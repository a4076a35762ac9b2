import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { PageConnection, PageSession } from '../../../src/main/host.ts';
import { type BrowserServer, startServer } from '../../../src/main/hosts/browser/server.ts';
import { createBrowserBridge } from '../../../src/renderer/bridge/browser.ts';
import { ReasonError } from '../../../src/shared/reasons.ts';
import { closePage, standInPage } from '../../support/page-globals.ts';

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
  closePage();
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

test('a call made while the app is away, or under way when it goes, fails with a reason instead of hanging', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'roomdrop-page-'));
  endings.push(() => rm(folder, { recursive: true }));
  const server = await serve(folder);
  standInPage(server.address().url);
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
