import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import sirv from 'sirv';
import * as v from 'valibot';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { contentSecurityPolicy } from '../../content-security-policy.ts';
import type { PageConnection, PageSession } from '../../host.ts';
import { createGate } from './gate.ts';
import { createPageConnection, serveCalls } from './page-socket.ts';
import { createSocketPort } from './socket-port.ts';

export interface BrowserServer {
  /** The address to open, with the token in its fragment. */
  readonly url: string;
  close(): Promise<void>;
}

interface ServerOptions {
  /** Folder of the built page. */
  pageDir: string;
  /** 0 lets the system choose. */
  port: number;
  connect(page: PageConnection): PageSession;
}

const helloSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.variant('open', [
    v.object({ open: v.literal('bridge'), secret: v.string() }),
    v.object({ open: v.literal('port'), secret: v.string(), purpose: v.unknown() }),
  ]),
);

/** A socket that has not said who it is by then is closed. */
const helloTimeoutMs = 10_000;
/** A page that does not answer is not waited for longer than this when the app ends. */
const closeTimeoutMs = 1500;
/** A manifest of dropped files is the largest call; a block the largest message of a port. */
const largestFrameBytes = 256 * 1024 * 1024;

/** Serves the app to a tab of a browser on this computer: loopback only. */
export async function startServer(options: ServerOptions): Promise<BrowserServer> {
  const server = createServer();
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(options.port, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  const gate = createGate(port);
  const files = sirv(options.pageDir, { etag: true, dev: false });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestFrameBytes, perMessageDeflate: false });
  /** The page of each secret that the app has taken, for its ports to find it: a copied tab has the same secret. */
  const pages = new Map<string, { session: PageSession; ports: Set<WebSocket> }>();

  server.on('request', (request, response) => {
    setHeaders(response);
    if (!gate.admitsRequest(request)) return end(response, 403);
    if (request.method === 'POST' && request.url === '/session') {
      trade(request, response).catch(() => end(response, 400));
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405);
    files(request, response, () => end(response, 404));
  });

  async function trade(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Also one that does not say how long it is.
    if (!(Number(request.headers['content-length']) <= 1024)) return end(response, 413);
    const secret = gate.trade(await readText(request));
    if (!secret) return end(response, 401);
    response.writeHead(200, { 'Content-Type': 'text/plain' }).end(secret);
  }

  server.on('upgrade', (request, socket, head) => {
    if (!gate.admitsUpgrade(request) || request.url !== '/bridge') {
      // Nobody else listens to this socket any more: an error on it would end the app.
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, admit);
  });

  function admit(socket: WebSocket): void {
    socket.on('error', () => socket.terminate());
    const timer = setTimeout(() => socket.close(1008, 'nothing said'), helloTimeoutMs);
    socket.once('close', () => clearTimeout(timer));
    socket.once('message', (data: RawData, isBinary: boolean) => {
      clearTimeout(timer);
      const hello = v.safeParse(helloSchema, isBinary ? '' : data.toString());
      if (!hello.success || !gate.knows(hello.output.secret)) return socket.close(1008, 'not admitted');
      if (hello.output.open === 'bridge') openBridge(socket, hello.output.secret);
      else openPort(socket, hello.output.secret, hello.output.purpose);
    });
  }

  function openBridge(socket: WebSocket, secret: string): void {
    const ports = new Set<WebSocket>();
    const session = options.connect(createPageConnection(socket, () => closeAll([...ports])));
    const entry = { session, ports };
    socket.once('close', () => {
      for (const each of ports) each.close();
      if (pages.get(secret) === entry) pages.delete(secret);
    });
    serveCalls(socket, session, () => pages.set(secret, entry));
  }

  function openPort(socket: WebSocket, secret: string, purpose: unknown): void {
    const page = pages.get(secret);
    if (!page) {
      socket.close(1008, 'no page');
      return;
    }
    page.ports.add(socket);
    socket.once('close', () => page.ports.delete(socket));
    page.session.port(purpose, createSocketPort(socket));
  }

  return {
    url: `http://127.0.0.1:${port}/#${gate.token}`,
    async close() {
      await closeAll([...pages.values()].flatMap(({ ports }) => [...ports]));
      await closeAll([...sockets.clients]);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

/** Closes sockets once what was told last has reached the page; one that does not answer is not waited for. */
async function closeAll(open: readonly WebSocket[]): Promise<void> {
  const closing = open.map((socket) => {
    socket.close();
    return socket.readyState === socket.CLOSED ? null : new Promise((done) => socket.once('close', done));
  });
  await Promise.race([Promise.all(closing), delay(closeTimeoutMs, undefined, { ref: false })]);
}

function setHeaders(response: ServerResponse): void {
  response.setHeader('Content-Security-Policy', contentSecurityPolicy);
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'Content-Type': 'text/plain' }).end();
}
