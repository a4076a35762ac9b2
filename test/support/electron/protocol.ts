import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { afterReady, beforeReady } from './ready.ts';
import type { Protocol } from './surface.ts';

const handlers = new Map<string, (request: Request) => Response | Promise<Response>>();
const standard = new Set<string>();

/** https://www.electronjs.org/docs/latest/api/protocol */
export const protocol: Protocol = {
  registerSchemesAsPrivileged(schemes) {
    beforeReady('protocol.registerSchemesAsPrivileged');
    for (const { scheme, privileges } of schemes) if (privileges?.standard && privileges.secure) standard.add(scheme);
  },
  handle(scheme, handler) {
    afterReady('protocol.handle');
    if (handlers.has(scheme)) throw new Error('Failed to register protocol: The scheme has been registered');
    // A page of a scheme that is not standard has no origin, and neither storage nor workers.
    if (!standard.has(scheme)) throw new Error(`the stand-in serves standard, secure schemes only, not ${scheme}:`);
    handlers.set(scheme, handler);
  },
};

/**
 * Chromium of the system knows no schemes of ours, so `app://roomdrop/…` is `http://roomdrop.localhost:PORT/…` there: a
 * secure origin too. Every request still goes through `protocol.handle`.
 */
const server = createServer((request, response) => void answer(request, response));
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
let port = 0;

export async function startServer(onDocument: (socket: WebSocket) => void): Promise<void> {
  server.on('upgrade', (request, socket, head) => {
    if (request.url === '/stand-in') sockets.handleUpgrade(request, socket, head, onDocument);
    else socket.destroy();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (typeof address === 'object' && address) port = address.port;
  server.unref();
}

export function toChromium(url: string): string {
  const { protocol: scheme, host, pathname, search, hash } = new URL(url);
  return handlers.has(scheme.slice(0, -1)) ? `http://${host}.localhost:${port}${pathname}${search}${hash}` : url;
}

export function fromChromium(url: string): string {
  const [scheme] = standard;
  const found = /^http:\/\/([a-z0-9-]+)\.localhost:(\d+)(.*)$/.exec(url);
  return scheme && found && Number(found[2]) === port ? `${scheme}://${found[1]}${found[3]}` : url;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = fromChromium(`http://${request.headers.host}${request.url}`);
  const handler = handlers.get(url.split(':')[0] ?? '');
  if (!handler) {
    response.writeHead(404).end();
    return;
  }
  const answered = await handler(new Request(url, { method: request.method ?? 'GET' }));
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  response.end(Buffer.from(await answered.arrayBuffer()));
}
