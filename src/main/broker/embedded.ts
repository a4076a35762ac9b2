import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { limits } from '../../shared/protocol/limits.ts';

/** An MQTT broker of our own, for rooms that need no internet. */
export interface EmbeddedBroker {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a broker over WebSocket on loopback; `port` 0 lets the system choose. */
export async function startEmbeddedBroker(port = 0): Promise<EmbeddedBroker> {
  const broker = await Aedes.createBroker();
  const server = createServer((_request, response) => response.writeHead(426).end());
  const sockets = new WebSocketServer({
    server,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
    // An MQTT packet around the largest signal, with room for its topic.
    maxPayload: 2 * limits.signalBytes,
  });
  sockets.on('connection', (socket, request) => {
    const stream = createWebSocketStream(socket);
    // A client that goes away in mid-packet is its own affair; aedes ends that client.
    stream.on('error', () => undefined);
    broker.handle(stream, request);
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${bound}`,
    async close() {
      await new Promise<void>((done) => broker.close(() => done()));
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
