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

function origin(): string {
  return `http://127.0.0.1:${server.port}`;
}

/** Of a new address. */
function token(): string {
  return new URL(server.address().url).hash.slice(1);
}

/** fetch does not let a caller choose Host and Origin. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET', body = '') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((done, fail) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: server.port,
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

function dial(path: string, secret: string, headers: Record<string, string> = { origin: origin() }): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${server.port}${path}`, ['roomdrop', secret], { headers });
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
  return (await ask('/session', {}, 'POST', token())).body;
}

async function openBridge(given?: string): Promise<{ socket: WebSocket; secret: string }> {
  const own = given ?? (await secret());
  const socket = dial('/bridge', own);
  await opened(socket);
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
    expect((await ask('/session', { origin: 'https://evil.example' }, 'POST', token())).status).toBe(403);
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
    expect((await ask('/session', {}, 'POST', token())).status).toBe(200);
  });
});

describe('an address', () => {
  test('lets in one page, once', async () => {
    const [own, other] = [token(), token()];
    expect((await ask('/session', {}, 'POST', own)).status).toBe(200);
    expect((await ask('/session', {}, 'POST', own)).status).toBe(401);
    // That of another page is still good, and the page that came first stays in.
    expect((await ask('/session', {}, 'POST', other)).status).toBe(200);
  });

  test('tells when it has been used, and is no longer good once it was taken back', async () => {
    const [first, second] = [server.address(), server.address()];
    await ask('/session', {}, 'POST', new URL(first.url).hash.slice(1));
    await first.used;
    second.revoke();
    await second.used;
    expect((await ask('/session', {}, 'POST', new URL(second.url).hash.slice(1))).status).toBe(401);
  });

  test('that nobody used does not stay good for ever', async () => {
    const oldest = token();
    for (let count = 0; count < 8; count++) token();
    expect((await ask('/session', {}, 'POST', oldest)).status).toBe(401);
  });
});

describe('who has said nothing yet', () => {
  /** What comes back until the connection is closed. */
  function raw(text: string): Promise<string> {
    return new Promise((done) => {
      let said = '';
      const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
      socket.on('data', (data: Buffer) => {
        said += data.toString();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => done(said));
    });
  }

  test.each(['1.0', '1.1'])('is refused without a Host, in HTTP/%s', async (version) => {
    expect(await raw(`GET / HTTP/${version}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 (400|403) /);
    const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n';
    const rest = `Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: roomdrop, ${await secret()}\r\n`;
    const origins = `Origin: ${origin()}\r\n\r\n`;
    expect(await raw(`GET /bridge HTTP/${version}\r\n${upgrade}${rest}${origins}`)).toMatch(/^HTTP\/1\.1 (400|403) /);
  });

  test('has two seconds', async () => {
    const startedMs = performance.now();
    expect(await raw('GET /bridge HTTP/1.1\r\nHost: ')).toMatch(/^HTTP\/1\.1 408 |^$/);
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });

  test('has a few kilobytes', async () => {
    expect(await raw(`GET / HTTP/1.1\r\nHost: ${'x'.repeat(20_000)}`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('is not many: the newest has the place of the oldest', async () => {
    const waiting = Array.from({ length: 40 }, () => connect(server.port, '127.0.0.1'));
    const closed = waiting.slice(0, 8).map((socket) => {
      socket.on('error', () => undefined);
      return new Promise((done) => socket.once('close', done));
    });
    await Promise.all(closed);
    for (const socket of waiting) socket.destroy();
    expect((await ask('/')).status).toBe(200);
  });

  test('cannot say much afterwards either: a message of a port has its bound', async () => {
    const page = await openBridge();
    const port = dial('/port', page.secret);
    await opened(port);
    port.on('error', () => undefined);
    port.send(new Uint8Array(2 * 1024 * 1024));
    expect(await closeCode(port)).toBe(1009);
  });
});

describe('a socket', () => {
  test.each([[{}], [{ origin: 'https://evil.example' }], [{ origin: 'null' }]])(
    'with %o is not upgraded',
    async (headers) => {
      expect(await opened(dial('/bridge', await secret(), headers as Record<string, string>))).toBe(false);
    },
  );

  test('that is refused and torn down at once does no harm', async () => {
    for (let count = 0; count < 50; count++) {
      await new Promise<void>((done) => {
        const socket = connect(server.port, '127.0.0.1', () => {
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
    expect(await opened(dial('/bridge', await secret(), { origin: origin(), host: 'evil.example' }))).toBe(false);
  });

  test.each([
    ['a wrong secret', '/bridge', 'guess'],
    ['a wrong secret, for a port', '/port', 'guess'],
  ])('that comes with %s is not upgraded, and not a frame of it is read', async (_, path, wrong) => {
    expect(await opened(dial(path, wrong))).toBe(false);
    expect(pages).toHaveLength(0);
  });

  test('that comes without a secret, or to another path, is not upgraded', async () => {
    const plain = new WebSocket(`ws://127.0.0.1:${server.port}/bridge`, { headers: { origin: origin() } });
    expect(await opened(plain)).toBe(false);
    expect(await opened(dial('/', await secret()))).toBe(false);
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
    const alone = dial('/port', await secret());
    await opened(alone);
    alone.send(JSON.stringify({ purpose: {} }));
    expect(await closeCode(alone)).toBe(1008);

    const page = await openBridge();
    const port = dial('/port', page.secret);
    await opened(port);
    port.send(JSON.stringify({ purpose: { kind: 'source', source: 's' } }));
    port.send(Uint8Array.of(1, 2, 3));
    port.send('{"drained": 5}');
    port.send('{"drained": -5}');
    port.send('{"answered": ["192.0.2.1"]}');
    port.send('{"answered": ["0b1c.local"]}');
    const last = new Promise<void>((done) => {
      heard = () => ports[0]?.messages.length === 4 && done();
    });
    port.send(Uint8Array.of(9));
    await last;
    expect(ports[0]?.purpose).toEqual({ kind: 'source', source: 's' });
    expect(ports[0]?.messages.map((each) => (each instanceof Uint8Array ? [...each] : each))).toEqual([
      [1, 2, 3],
      { drained: 5 },
      { answered: ['192.0.2.1'] },
      [9],
    ]);
    page.socket.close();
    await closeCode(port);
  });

  test('of a copied tab that the app has not taken leaves the ports with the first', async () => {
    const first = await openBridge();
    const copy = dial('/bridge', first.secret);
    await opened(copy);
    copy.send(JSON.stringify({ id: 1, call: 'refuse', input: {} }));
    await nextFrame(copy);
    copy.close();
    await closeCode(copy);
    const port = dial('/port', first.secret);
    await opened(port);
    const taken = new Promise<void>((done) => {
      heard = done;
    });
    port.send(JSON.stringify({ purpose: 'mine' }));
    port.send(Uint8Array.of(1));
    await taken;
    expect(ports.map(({ purpose }) => purpose)).toEqual(['mine']);
  });
});
