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
  /** Connections that were made so far. */
  readonly connections: number;
  /** Sends these bytes to every client, whatever they are. */
  sendRaw(bytes: Uint8Array): void;
  /** Clients that said DISCONNECT. */
  readonly disconnects: number;
  /** From now on no publish is acknowledged. */
  stopAcknowledging(): void;
  /** From now on nothing of what clients send is read, not even that they close the connection. */
  freeze(): void;
  /** Cuts every connection and frees the port. */
  kill(): Promise<void>;
  /** On the same port as before. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const disconnectPacket = Buffer.from([0xe0, 0x00]);

/**
 * `start: false` only reserves a port: the broker is dead until `restart`. `refuse`: it turns every client away. `hangUp`:
 * it grants every subscription and ends the connection.
 */
export async function startTestBroker({
  start = true,
  refuse = false,
  hangUp = false,
  host = '127.0.0.1',
}: {
  start?: boolean;
  refuse?: boolean;
  hangUp?: boolean;
  /** Where it listens; `::1` for an address in brackets. */
  host?: string;
} = {}): Promise<TestBroker> {
  const published: Buffer[] = [];
  const listeners: ((payload: Buffer) => void)[] = [];
  let port = 0;
  let connections = 0;
  let disconnects = 0;
  let acknowledges = true;
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
    aedes.authorizePublish = (_client, _packet, done) => {
      if (acknowledges) done(null);
    };
    if (hangUp) aedes.on('subscribe', (_subscriptions, client) => setImmediate(() => client.close()));
    const server = createServer();
    const sockets = new WebSocketServer({ server, handleProtocols: () => 'mqtt' });
    sockets.on('connection', (socket, request) => {
      const stream = createWebSocketStream(socket);
      stream.on('error', () => undefined);
      connections++;
      // A packet may come in several frames; nothing comes behind this one.
      let last = Buffer.alloc(0);
      socket.on('message', (data) => {
        if (Buffer.isBuffer(data)) last = Buffer.concat([last, data]).subarray(-disconnectPacket.length);
      });
      socket.on('close', () => {
        if (last.equals(disconnectPacket)) disconnects++;
      });
      aedes.handle(stream, request);
    });
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(port, host, done);
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
      return `ws://${host.includes(':') ? `[${host}]` : host}:${port}/mqtt`;
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
    get connections() {
      return connections;
    },
    sendRaw(bytes) {
      for (const socket of running?.sockets.clients ?? []) socket.send(bytes);
    },
    get disconnects() {
      return disconnects;
    },
    stopAcknowledging() {
      acknowledges = false;
    },
    freeze() {
      for (const socket of running?.sockets.clients ?? []) socket.pause();
    },
    onPublish: (listener) => void listeners.push(listener),
    kill,
    restart: listen,
    close: kill,
  };
}
