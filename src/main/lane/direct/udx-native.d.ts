/** What is used of `udx-native`, which brings no declarations. */
declare module 'udx-native' {
  import type { Duplex } from 'node:stream';

  export interface UdxSocketAddress {
    readonly host: string;
    readonly family: 4 | 6;
    readonly port: number;
  }

  export interface UdxSocket {
    /** `::` with IPv4 in it where the system has IPv6, else `0.0.0.0`; port 0 is any. */
    bind(port?: number, host?: string): void;
    address(): UdxSocketAddress | null;
    /** Throws where the address cannot be sent to. */
    trySend(bytes: Uint8Array, port: number, host: string): void;
    getRecvBufferSize(): number;
    setRecvBufferSize(bytes: number): void;
    setSendBufferSize(bytes: number): void;
    on(event: 'message', listener: (bytes: Uint8Array, from: UdxSocketAddress) => void): this;
    /** Once its streams are gone. */
    close(): Promise<void>;
  }

  export interface UdxStream extends Duplex {
    /** Smoothed round trip, ms. */
    readonly rtt: number;
    /** Of all that named its id. */
    readonly bytesReceived: number;
    readonly packetsReceived: number;
    connect(socket: UdxSocket, remoteId: number, port: number, host: string): void;
    /** Not of UDX: a Noise stream calls it with what is still to come of a message, if it is there. */
    setContentSize?(bytes: number): void;
  }

  export interface UdxStreamOptions {
    /** True refuses a datagram; asked until the stream is connected, and no more then. */
    firewall?(socket: UdxSocket, port: number, host: string): boolean;
  }

  export default class UDX {
    createSocket(): UdxSocket;
    createStream(id: number, options?: UdxStreamOptions): UdxStream;
  }
}
