import type { ConnectOptions, DirectSocket } from '../../src/main/lane/direct/direct-socket.ts';
import type { DirectParts } from '../../src/main/lane/direct/own-socket.ts';
import { sameBytes } from '../../src/main/lane/direct/same-bytes.ts';
import type { SealedStream, SealedStreamHandlers } from '../../src/main/lane/direct/sealed-stream.ts';
import type { StreamCounts } from '../../src/main/lane/direct/stream-watch.ts';
import { fromBase64url } from '../../src/shared/base64url.ts';
import type { DatagramNet } from './datagram-net.ts';
import { makeKeyPair } from './ed25519.ts';
import type { FakeAfter } from './fake-after.ts';

/** Sockets and streams in memory, over the datagrams of a `DatagramNet`; each step of a stream takes 10 ms. */
export interface MemoryStreams {
  /** One computer's, each socket on the next port. */
  parts(address: string): MemoryParts;
  /** What goes into a stream is lost, also how its ends show their keys, and that one has ended. */
  lost: boolean;
}

export interface MemoryParts extends DirectParts {
  readonly opened: number;
  readonly open: number;
  /** Streams that this side has not seen the end of. */
  readonly streams: SealedStream[];
  /** What each of them counts. */
  counts: StreamCounts;
  /** How often they have said that this side is there. */
  beats: number;
  /** Whether the last socket would look at what comes from there. */
  admits(address: string): boolean;
}

interface End {
  readonly options: ConnectOptions;
  handlers: SealedStreamHandlers | null;
  far: End | null;
  over: boolean;
  opened(opened: boolean): void;
  close(): void;
}

const stepMs = 10;

export function createMemoryStreams(net: DatagramNet, time: FakeAfter): MemoryStreams {
  const ends = new Map<string, End>();
  let port = 40_000;

  function connect(own: string, options: ConnectOptions, parts: MemoryParts): SealedStream {
    const { streams } = parts;
    let resolveOpened: (opened: boolean) => void = () => undefined;
    let resolveClosed: () => void = () => undefined;
    const name = `${own} ${options.ownId}`;
    const end: End = {
      options,
      handlers: null,
      far: ends.get(`${options.to.address}:${options.to.port} ${options.farId}`) ?? null,
      over: false,
      opened: (opened) => resolveOpened(opened),
      close() {
        if (end.over) return;
        end.over = true;
        ends.delete(name);
        streams.splice(streams.indexOf(stream), 1);
        resolveOpened(false);
        resolveClosed();
        end.handlers?.closed();
      },
    };
    const stream: SealedStream = {
      opened: new Promise((resolve) => {
        resolveOpened = resolve;
      }),
      closed: new Promise((resolve) => {
        resolveClosed = resolve;
      }),
      get counts() {
        return parts.counts;
      },
      write(message) {
        time.after(stepMs, () => end.far?.handlers?.message(message));
        return true;
      },
      beat: () => void parts.beats++,
      listen(handlers) {
        end.handlers = handlers;
      },
      end: () => void time.after(stepMs, () => stream.destroy()),
      destroy() {
        if (end.far && !made.lost) time.after(stepMs, end.far.close);
        end.close();
      },
    };
    ends.set(name, end);
    streams.push(stream);
    if (end.far && !made.lost) meet(end, end.far);
    return stream;
  }

  function meet(one: End, other: End): void {
    other.far = one;
    const knows = (own: End, far: End): boolean => sameBytes(own.options.farKey, far.options.keyPair.publicKey);
    const roles = one.options.isInitiator !== other.options.isInitiator;
    time.after(stepMs, () => {
      for (const end of [one, other]) {
        if (roles && knows(one, other) && knows(other, one)) end.opened(true);
        else end.close();
      }
    });
  }

  const made: MemoryStreams = {
    lost: false,
    parts(address) {
      let open = 0;
      let opened = 0;
      let admitting = (_from: string): boolean => false;
      const streams: SealedStream[] = [];
      const parts: MemoryParts = {
        get opened() {
          return opened;
        },
        get open() {
          return open;
        },
        streams,
        counts: { cameBytes: 0, packets: 0, readBytes: 0, readMessages: 0, sentBytes: 0, sentMessages: 0 },
        beats: 0,
        admits: (from) => admitting(from),
        openSocket(admits): DirectSocket {
          const own = ++port;
          opened++;
          open++;
          admitting = admits;
          return {
            port: own,
            datagrams: net.socket(address, own),
            keyPair: () => ({ publicKey: fromBase64url(makeKeyPair().key), secretKey: new Uint8Array(64) }),
            connect: (options) => connect(`${address}:${own}`, options, parts),
            async close() {
              open--;
            },
          };
        },
        interfaces: () => ({
          eth0: [
            {
              address,
              family: 'IPv4',
              internal: false,
              netmask: '255.255.255.0',
              mac: '00:00:00:00:00:00',
              cidr: null,
            },
          ],
        }),
        resolve: async () => [],
      };
      return parts;
    },
  };
  return made;
}
