import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  createPacketReader,
  encodeNumber,
  encodePacket,
  encodePublish,
  type Publish,
  packet,
  readPublish,
} from './mqtt.ts';

/** An MQTT broker over WebSocket on loopback: honest, as far as it is not told to lie. */
export interface Broker {
  readonly url: string;
  /** When each client connected, ms. */
  readonly dialledMs: readonly number[];
  close(): Promise<void>;
}

export interface Client {
  readonly socket: WebSocket;
  readonly topic: string;
}

export interface BrokerLies {
  /** A subscription has been granted. */
  subscribed?(client: Client): void;
}

export async function startBroker(lies: BrokerLies = {}): Promise<Broker> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'mqtt' });
  await new Promise((done) => server.once('listening', done));
  const clients = new Map<WebSocket, Client>();
  const dialledMs: number[] = [];

  function pass({ topic, payload }: Publish): void {
    for (const client of clients.values()) {
      if (client.topic === topic) client.socket.send(encodePublish(topic, payload, 1, 1));
    }
  }

  server.on('connection', (socket) => {
    dialledMs.push(performance.now());
    let will: Publish | null = null;
    const read = createPacketReader((type, flags, body) => {
      if (type === packet.connect) {
        will = readWill(body);
        socket.send(encodePacket(packet.connack, 0, Buffer.from([0, 0])));
      } else if (type === packet.subscribe) {
        const client = { socket, topic: body.subarray(4, 4 + body.readUInt16BE(2)).toString() };
        clients.set(socket, client);
        socket.send(encodePacket(packet.suback, 0, Buffer.concat([body.subarray(0, 2), Buffer.from([1])])));
        lies.subscribed?.(client);
      } else if (type === packet.publish) {
        const publish = readPublish(flags, body);
        if (publish.qos > 0) socket.send(encodePacket(packet.puback, 0, encodeNumber(publish.id)));
        pass(publish);
      } else if (type === packet.pingreq) socket.send(encodePacket(packet.pingresp, 0, Buffer.alloc(0)));
      else if (type === packet.disconnect) will = null;
    });
    socket.on('message', (data) => {
      if (Buffer.isBuffer(data)) read(data);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clients.delete(socket);
      if (will) pass(will);
    });
  });

  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/mqtt`,
    dialledMs,
    async close() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((done) => server.close(done));
    },
  };
}

/** CONNECT's payload is the client id, then the will's topic and message if its flag is set. */
function readWill(body: Buffer): Publish | null {
  const flagsAt = 2 + body.readUInt16BE(0) + 1;
  if ((body.readUInt8(flagsAt) & 4) === 0) return null;
  const fields: Buffer[] = [];
  for (let at = flagsAt + 3; at + 2 <= body.length; ) {
    const end = at + 2 + body.readUInt16BE(at);
    fields.push(body.subarray(at + 2, end));
    at = end;
  }
  const [, topic, payload] = fields;
  return topic && payload ? { topic: topic.toString(), payload, qos: 1, id: 1 } : null;
}
