import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A UDP socket of the attacker's on an address of this computer. */
export interface Datagrams {
  readonly address: string;
  readonly port: number;
  /** All that came. */
  readonly heard: readonly Uint8Array[];
  send(bytes: Uint8Array, port: number, to?: string): void;
  onHeard(listener: (bytes: Uint8Array, from: { address: string; port: number }) => void): void;
  close(): void;
}

export async function openDatagrams(address = '127.0.0.1', port = 0): Promise<Datagrams> {
  const socket: Socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.bind(port, address);
  await once(socket, 'listening');
  const heard: Uint8Array[] = [];
  socket.on('message', (bytes) => heard.push(bytes));
  // Nobody there is no trouble of the attacker's.
  socket.on('error', () => undefined);
  return {
    address,
    port: socket.address().port,
    heard,
    send: (bytes, to, host = '127.0.0.1') => socket.send(bytes, to, host),
    onHeard: (listener) => void socket.on('message', listener),
    close: () => socket.close(),
  };
}
