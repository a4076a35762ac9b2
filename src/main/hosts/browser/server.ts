import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import sirv from 'sirv';
import * as v from 'valibot';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { limits } from '../../../shared/protocol/limits.ts';
import { contentSecurityPolicy } from '../../content-security-policy.ts';
import type { PageConnection, PageSession } from '../../host.ts';
import { createGate, socketProtocol, type Token } from './gate.ts';
import { createPageConnection, serveCalls } from './page-socket.ts';
import { boundWaiting } from './waiting-sockets.ts';
import { createWebSocketPort } from './web-socket-port.ts';

export interface BrowserServer {
  readonly port: number;
  /** An address that lets one page in, once, with a token in its fragment. */
  address(): Address;
  close(): Promise<void>;
}

export interface Address extends Omit<Token, 'token'> {
  readonly url: string;
}

interface ServerOptions {
  /** Folder of the built page. */
  pageDir: string;
  /** 0 lets the system choose. */
  port: number;
  connect(page: PageConnection): PageSession;
}

const purposeSchema = v.pipe(v.string(), v.parseJson(), v.object({ purpose: v.unknown() }));

/** A request that is not whole by then is refused, and a port that has not said what it is for is closed. */
const saidWithinMs = 2000;
/** Connections that are not, or not yet, a page's socket. */
const waitingMost = 32;
/** A request's line and headers. */
const headerBytes = 8 * 1024;
/** How often Node looks for requests that take too long. */
const lookMs = 500;
/** A page that does not answer is not waited for longer than this when the app ends. */
const closeTimeoutMs = 1500;
/** The largest call: a manifest of dropped files, with what JSON adds to each. */
const callBytes = limits.manifestBytes + 64 * limits.manifestEntries;
/** The largest message of a port: a message of a link, or what is read of a page's file at once. */
const portMessageBytes = 1024 * 1024;

/** Serves the app to a tab of a browser on this computer: loopback only. */
export async function startServer(options: ServerOptions): Promise<BrowserServer> {
  const server = createServer({
    maxHeaderSize: headerBytes,
    headersTimeout: saidWithinMs,
    requestTimeout: saidWithinMs,
    connectionsCheckingInterval: lookMs,
  });
  const admitted = boundWaiting(server, waitingMost);
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(options.port, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  const gate = createGate(port);
  const files = sirv(options.pageDir, { etag: true, dev: false });
  const socketOptions = { noServer: true, perMessageDeflate: false, handleProtocols: () => socketProtocol };
  const bridges = new WebSocketServer({ ...socketOptions, maxPayload: callBytes });
  const portSockets = new WebSocketServer({ ...socketOptions, maxPayload: portMessageBytes });
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

  const kinds = new Map([
    ['/bridge', { sockets: bridges, open: openBridge }],
    ['/port', { sockets: portSockets, open: openPort }],
  ]);

  server.on('upgrade', (request, socket, head) => {
    const secret = gate.secretOf(request);
    const kind = kinds.get(request.url ?? '');
    if (secret === null || !kind) {
      // Nobody else listens to this socket any more: an error on it would end the app.
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    admitted(socket);
    kind.sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('error', () => opened.terminate());
      kind.open(opened, secret);
    });
  });

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

  /** Its first frame says what it is for. */
  function openPort(socket: WebSocket, secret: string): void {
    const timer = setTimeout(() => socket.close(1008, 'nothing said'), saidWithinMs);
    socket.once('close', () => clearTimeout(timer));
    socket.once('message', (data: RawData, isBinary: boolean) => {
      clearTimeout(timer);
      const hello = v.safeParse(purposeSchema, isBinary ? '' : data.toString());
      const page = pages.get(secret);
      if (!hello.success || !page) {
        socket.close(1008, page ? 'no purpose' : 'no page');
        return;
      }
      page.ports.add(socket);
      socket.once('close', () => page.ports.delete(socket));
      page.session.port(hello.output.purpose, createWebSocketPort(socket));
    });
  }

  return {
    port,
    address() {
      const { token, used, revoke } = gate.issue();
      return { url: `http://127.0.0.1:${port}/#${token}`, used, revoke };
    },
    async close() {
      await closeAll([...pages.values()].flatMap(({ ports }) => [...ports]));
      await closeAll([...bridges.clients, ...portSockets.clients]);
      for (const socket of [...bridges.clients, ...portSockets.clients]) socket.terminate();
      bridges.close();
      portSockets.close();
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
