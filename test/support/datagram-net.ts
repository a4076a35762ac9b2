import type { Datagrams, Endpoint } from '../../src/main/lane/direct/datagrams.ts';
import type { FakeAfter } from './fake-after.ts';

/** One datagram on its way: where the receiver sees it come from, and where it goes. */
export interface Carried {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A network in memory, in the time of `FakeAfter`: sockets, a delay, and whatever a test does to what passes. */
export interface DatagramNet {
  /** All that was sent, in order, also what got lost. */
  readonly sent: readonly Carried[];
  socket(address: string, port: number): Datagrams;
  /** Sends as whoever it likes. */
  forge(carried: Carried): void;
}

export interface DatagramNetOptions {
  time: FakeAfter;
  /** One way; 10 ms unless it says otherwise. */
  delayMs?(carried: Carried): number;
  /** What becomes of one on its way; null loses it. */
  pass?(carried: Carried): Carried | null;
}

export function createDatagramNet({
  time,
  delayMs = () => 10,
  pass = (carried) => carried,
}: DatagramNetOptions): DatagramNet {
  const sockets = new Map<string, Set<(bytes: Uint8Array, from: Endpoint) => void>>();
  const sent: Carried[] = [];
  const nameOf = ({ address, port }: Endpoint): string => `${address} ${port}`;

  function carry(carried: Carried): void {
    sent.push(carried);
    const passed = pass(carried);
    if (!passed) return;
    time.after(delayMs(carried), () => {
      for (const listener of [...(sockets.get(nameOf(passed.to)) ?? [])]) listener(passed.bytes.slice(), passed.from);
    });
  }

  return {
    sent,
    socket(address, port) {
      const own = { address, port };
      const listeners = new Set<(bytes: Uint8Array, from: Endpoint) => void>();
      sockets.set(nameOf(own), listeners);
      return {
        send: (bytes, to) => carry({ from: own, to, bytes: bytes.slice() }),
        listen(handler) {
          listeners.add(handler);
          return () => void listeners.delete(handler);
        },
      };
    },
    forge: carry,
  };
}
