import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { PageConnection } from '../../../src/main/host.ts';
import { type BrowserServer, startServer } from '../../../src/main/hosts/browser/server.ts';
import type { Port, PortMessage } from '../../../src/shared/bridge.ts';
import { ReasonError } from '../../../src/shared/reasons.ts';

let folder = '';
let server: BrowserServer;
let pages: PageConnection[] = [];
let ports: { purpose: unknown; messages: PortMessage[] }[] = [];
let heard: () => void = () => undefined;
let closed = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roomdrop-page-'));
  await writeFile(join(folder, 'index.html'), '<!doctype html>the page');
  [pages, ports, closed] = [[], [], 0];
  server = await startServer({
    pageDir: folder,
    port: 0,
    connect(page) {
      pages.push(page);
      return {
        async call(name, input) {
          if (name === 'refuse') throw new ReasonError('nobody-here');
          return { name, input };
        },
        port(purpose, port: Port) {
          const messages: PortMessage[] = [];
          ports.push({ purpose, messages });
          port.listen({
            message(message) {
              messages.push(message);
              heard();
            },
            close: () => undefined,
          });
        },
        sourceFromPaths: async () => {
          throw new ReasonError('request-invalid');
        },
        closed: () => closed++,
      };
    },
  });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function address(): { origin: string; host: string; port: number; token: string } {
  const url = new URL(server.url);
  return { origin: url.origin, host: url.host, port: Number(url.port), token: url.hash.slice(1) };
}

/** fetch does not let a caller choose Host and Origin. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET', body = '') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((done, fail) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: address().port,
        path,
        method,
        headers: 'Transfer-Encoding' in headers ? headers : { 'Content-Length': body.length, ...headers },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      },
    );
    sent.on('error', fail);
    sent.end(body);
  });
}

function dial(headers: Record<string, string>): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${address().port}/bridge`, { headers });
}

function opened(socket: WebSocket): Promise<boolean> {
  return new Promise((done) => {
    socket.once('open', () => done(true));
    socket.once('error', () => done(false));
  });
}

function closeCode(socket: WebSocket): Promise<number> {
  return new Promise((done) => socket.once('close', done));
}

function nextFrame(socket: WebSocket): Promise<unknown> {
  return new Promise((done) => socket.once('message', (data) => done(JSON.parse(data.toString()))));
}

async function secret(): Promise<string> {
  return (await ask('/session', {}, 'POST', address().token)).body;
}

async function openBridge(given?: string): Promise<{ socket: WebSocket; secret: string }> {
  const own = given ?? (await secret());
  const socket = dial({ origin: address().origin });
  await opened(socket);
  socket.send(JSON.stringify({ open: 'bridge', secret: own }));
  socket.send(JSON.stringify({ id: 1, call: 'attach', input: {} }));
  await nextFrame(socket);
  return { socket, secret: own };
}

describe('a request', () => {
  test('for our own page is answered, with the headers that keep it ours', async () => {
    const { status, headers, body } = await ask('/');
    expect([status, body]).toEqual([200, '<!doctype html>the page']);
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['set-cookie']).toBeUndefined();
  });

  test.each(['evil.example', '127.0.0.1:1', 'localhost.evil.example'])(
    'addressed to Host "%s" is refused',
    async (host) => {
      expect((await ask('/', { host })).status).toBe(403);
    },
  );

  test('from the page of another origin is refused', async () => {
    expect((await ask('/', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask('/session', { origin: 'https://evil.example' }, 'POST', address().token)).status).toBe(403);
  });

  test('for what is not there, or with another method, is refused', async () => {
    expect((await ask('/../package.json')).status).toBe(404);
    expect((await ask('/', {}, 'DELETE')).status).toBe(405);
  });

  test('for a session needs the token', async () => {
    expect((await ask('/session', {}, 'POST', 'guess')).status).toBe(401);
    expect((await ask('/session', {}, 'POST', '')).status).toBe(401);
    expect((await ask('/session', {}, 'POST', 'x'.repeat(5000))).status).toBe(413);
    const unsaid = await ask('/session', { 'Transfer-Encoding': 'chunked' }, 'POST', 'guess');
    expect(unsaid.status).toBe(413);
    expect((await ask('/session', {}, 'POST', address().token)).status).toBe(200);
  });
});

describe('a socket', () => {
  test.each([[{}], [{ origin: 'https://evil.example' }], [{ origin: 'null' }]])(
    'with %o is not upgraded',
    async (headers) => {
      expect(await opened(dial(headers as Record<string, string>))).toBe(false);
    },
  );

  test('that is refused and torn down at once does no harm', async () => {
    for (let count = 0; count < 50; count++) {
      await new Promise<void>((done) => {
        const socket = connect(address().port, '127.0.0.1', () => {
          socket.write(
            'GET /bridge HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
            () => {
              socket.resetAndDestroy();
              done();
            },
          );
        });
      });
    }
    expect((await ask('/')).status).toBe(200);
  });

  test('addressed to another Host is not upgraded', async () => {
    expect(await opened(dial({ origin: address().origin, host: 'evil.example' }))).toBe(false);
  });

  test.each([
    ['a wrong secret', JSON.stringify({ open: 'bridge', secret: 'guess' })],
    ['no secret', JSON.stringify({ open: 'bridge' })],
    ['no JSON', 'hello'],
  ])('that begins with %s is closed, and the app never hears of it', async (_, first) => {
    const socket = dial({ origin: address().origin });
    await opened(socket);
    socket.send(first);
    expect(await closeCode(socket)).toBe(1008);
    expect(pages).toHaveLength(0);
  });

  test('gets calls answered, refusals as reasons, and events', async () => {
    const { socket } = await openBridge();
    socket.send(JSON.stringify({ id: 2, call: 'refuse', input: null }));
    expect(await nextFrame(socket)).toEqual({ id: 2, reason: { code: 'nobody-here' } });
    pages[0]?.emit('transferGone', { id: 'x' });
    expect(await nextFrame(socket)).toEqual({ event: 'transferGone', data: { id: 'x' } });
    expect(await pages[0]?.alive()).toBe(true);
    socket.close();
    await closeCode(socket);
    expect(await pages[0]?.alive()).toBe(false);
    expect(closed).toBe(1);
  });

  test('that sends nonsense instead of a call is closed', async () => {
    const { socket } = await openBridge();
    socket.send('{"id": "x"}');
    expect(await closeCode(socket)).toBe(1008);
  });

  test('may open ports only beside its page, and they end with it', async () => {
    const alone = dial({ origin: address().origin });
    await opened(alone);
    alone.send(JSON.stringify({ open: 'port', secret: await secret(), purpose: {} }));
    expect(await closeCode(alone)).toBe(1008);

    const page = await openBridge();
    const port = dial({ origin: address().origin });
    await opened(port);
    port.send(JSON.stringify({ open: 'port', secret: page.secret, purpose: { kind: 'source', source: 's' } }));
    port.send(Uint8Array.of(1, 2, 3));
    port.send('{"drained": 5}');
    port.send('{"drained": -5}');
    const third = new Promise<void>((done) => {
      heard = () => ports[0]?.messages.length === 3 && done();
    });
    port.send(Uint8Array.of(9));
    await third;
    expect(ports[0]?.purpose).toEqual({ kind: 'source', source: 's' });
    expect(ports[0]?.messages.map((each) => (each instanceof Uint8Array ? [...each] : each))).toEqual([
      [1, 2, 3],
      { drained: 5 },
      [9],
    ]);
    page.socket.close();
    await closeCode(port);
  });

  test('of a copied tab that the app has not taken leaves the ports with the first', async () => {
    const first = await openBridge();
    const copy = dial({ origin: address().origin });
    await opened(copy);
    copy.send(JSON.stringify({ open: 'bridge', secret: first.secret }));
    copy.send(JSON.stringify({ id: 1, call: 'refuse', input: {} }));
    await nextFrame(copy);
    copy.close();
    await closeCode(copy);
    const port = dial({ origin: address().origin });
    await opened(port);
    const taken = new Promise<void>((done) => {
      heard = done;
    });
    port.send(JSON.stringify({ open: 'port', secret: first.secret, purpose: 'mine' }));
    port.send(Uint8Array.of(1));
    await taken;
    expect(ports.map(({ purpose }) => purpose)).toEqual(['mine']);
  });
});
