import type { Datagrams, Endpoint } from './datagrams.ts';
import { type SealedStream, type SealedStreamOptions, sealStream } from './sealed-stream.ts';
import type { KeyPair, Udx, UdxSocket } from './udx.ts';

/** One UDP socket for everything direct: streams to the people met, and the datagrams that find the way to them. */
export interface DirectSocket {
  readonly port: number;
  readonly datagrams: Datagrams;
  /** For one attempt. */
  keyPair(): KeyPair;
  /** A stream between two ids that both ends have agreed on; throws when nothing can be sent to that address. */
  connect(options: ConnectOptions): SealedStream;
  /** Resolves when its streams are gone, which are to be closed before. */
  close(): Promise<void>;
}

export interface ConnectOptions extends SealedStreamOptions {
  /** By which datagrams of this stream are known here, and at the far end. */
  ownId: number;
  farId: number;
  to: Endpoint;
}

/** UDX paces by itself, but what comes while the event loop is busy has only the system's buffer. */
const bufferBytes = 4 * 1024 * 1024;
/** A system that has no such room is asked for less. */
const smallestBufferBytes = 256 * 1024;
/** The first byte of UDX's own datagrams. */
const udxMagic = 0xff;

/**
 * Dual stack where the system is. Throws where the system gives no socket.
 *
 * @param admits datagrams from other addresses are dropped before anything looks at them
 */
export function openDirectSocket(udx: Udx, admits: (address: string) => boolean): DirectSocket {
  const socket = udx.createSocket();
  const listeners = new Set<(bytes: Uint8Array, from: Endpoint) => void>();
  let open = true;

  socket.on('message', (bytes, { host, port }) => {
    // Of UDX are those for streams that are over, or never were.
    if (!open || bytes[0] === udxMagic || !admits(host)) return;
    for (const listener of [...listeners]) listener(bytes, { address: host, port });
  });
  try {
    socket.bind();
  } catch (error) {
    socket.close().catch(() => undefined);
    throw error;
  }
  enlarge((bytes) => socket.setRecvBufferSize(bytes));
  enlarge((bytes) => socket.setSendBufferSize(bytes));

  return {
    port: boundPort(socket),
    datagrams: {
      send(bytes, { address, port }) {
        if (!open) return;
        try {
          socket.trySend(bytes, port, address);
        } catch {
          // No way to that kind of address from here: lost, as datagrams are.
        }
      },
      listen(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    keyPair: () => udx.keyPair(),
    connect({ ownId, farId, to, ...sealing }) {
      // Nobody is let in before it is connected; afterwards UDX takes what names the id, whatever its source.
      const raw = udx.createStream(ownId, { firewall: () => true });
      try {
        raw.connect(socket, farId, to.port, to.address);
      } catch (error) {
        raw.destroy();
        throw error;
      }
      return sealStream(udx, raw, sealing);
    },
    async close() {
      open = false;
      listeners.clear();
      await socket.close();
    },
  };
}

function boundPort(socket: UdxSocket): number {
  const address = socket.address();
  if (!address) throw new Error('a bound socket has an address');
  return address.port;
}

function enlarge(set: (bytes: number) => void): void {
  for (let bytes = bufferBytes; bytes >= smallestBufferBytes; bytes /= 2) {
    try {
      set(bytes);
      return;
    } catch {
      // Too much for this system.
    }
  }
}
