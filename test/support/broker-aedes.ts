import { createServer, type Server } from 'node:http';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';

/** A real MQTT broker over WebSocket on loopback that counts, and that can die and come back on its port. */
export interface TestBroker {
  readonly url: string;
  /** Payloads that clients have published, wills included, in order. */
  readonly published: readonly Buffer[];
  /** Publishes as any client of the broker could. */
  publish(topic: string, payload: Uint8Array): Promise<void>;
  onPublish(listener: (payload: Buffer) => void): void;
  /** Cuts every connection and frees the port. */
  kill(): Promise<void>;
  /** On the same port as before. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** `start: false` only reserves a port: the broker is dead until `restart`. `refuse`: it turns every client away. */
export async function startTestBroker({
  start = true,
  refuse = false,
}: {
  start?: boolean;
  refuse?: boolean;
} = {}): Promise<TestBroker> {
  const published: Buffer[] = [];
  const listeners: ((payload: Buffer) => void)[] = [];
  let port = 0;
  let running: { aedes: Aedes; server: Server; sockets: WebSocketServer } | null = null;

  async function listen(): Promise<void> {
    const aedes = await Aedes.createBroker();
    aedes.on('publish', (packet, client) => {
      // Without a client it is the broker's own heartbeat, or a will.
      if (!client && packet.topic.startsWith('$SYS')) return;
      const payload = Buffer.from(packet.payload);
      published.push(payload);
      for (const listener of listeners) listener(payload);
    });
    if (refuse) aedes.authenticate = (_client, _name, _password, done) => done(null, false);
    const server = createServer();
    const sockets = new WebSocketServer({ server, handleProtocols: () => 'mqtt' });
    sockets.on('connection', (socket, request) => {
      const stream = createWebSocketStream(socket);
      stream.on('error', () => undefined);
      aedes.handle(stream, request);
    });
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(port, '127.0.0.1', done);
    });
    const address = server.address();
    if (typeof address === 'object' && address) port = address.port;
    running = { aedes, server, sockets };
  }

  async function kill(): Promise<void> {
    if (!running) return;
    const { aedes, server, sockets } = running;
    running = null;
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
    await new Promise<void>((done) => server.close(() => done()));
    await new Promise<void>((done) => aedes.close(() => done()));
  }

  await listen();
  if (!start) await kill();

  return {
    get url() {
      return `ws://127.0.0.1:${port}/mqtt`;
    },
    published,
    publish: (topic, payload) =>
      new Promise((done, fail) => {
        const packet = {
          cmd: 'publish' as const,
          topic,
          payload: Buffer.from(payload),
          qos: 1 as const,
          retain: false,
          dup: false,
        };
        if (!running) return fail(new Error('the broker is dead'));
        running.aedes.publish(packet, (error) => (error ? fail(error) : done()));
      }),
    onPublish: (listener) => void listeners.push(listener),
    kill,
    restart: listen,
    close: kill,
  };
}
