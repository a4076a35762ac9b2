import { loadDirectParts } from '../../src/main/lane/direct/direct-parts.ts';
import type { ConnectOptions, DirectSocket } from '../../src/main/lane/direct/direct-socket.ts';
import type { DirectParts } from '../../src/main/lane/direct/own-socket.ts';
import type { SealedStream } from '../../src/main/lane/direct/sealed-stream.ts';

/** The system's parts, and what one side makes with them. */
export interface WatchedParts extends DirectParts {
  /** In order; the last one is that of the lane that is up. */
  readonly streams: { readonly stream: SealedStream; readonly options: ConnectOptions }[];
  readonly ports: number[];
  /** Sockets that are open. */
  readonly open: number;
  /** Sends no datagram of its own any more: checks and consent fail. */
  mute: boolean;
}

/** @param change how this side connects, where it is to do so in another way than agreed */
export async function watchedParts(change: (options: ConnectOptions) => Partial<ConnectOptions> = () => ({})) {
  const { parts } = await loadDirectParts();
  if (!parts) throw new Error('the addons do not load here');
  let open = 0;
  const watched: WatchedParts = {
    ...parts,
    streams: [],
    ports: [],
    get open() {
      return open;
    },
    mute: false,
    openSocket(admits) {
      const socket = parts.openSocket(admits);
      open++;
      watched.ports.push(socket.port);
      const wrapped: DirectSocket = {
        ...socket,
        datagrams: {
          send: (bytes, to) => watched.mute || socket.datagrams.send(bytes, to),
          listen: socket.datagrams.listen,
        },
        connect(given) {
          const options = { ...given, ...change(given) };
          const stream = socket.connect(options);
          watched.streams.push({ stream, options });
          return stream;
        },
        async close() {
          await socket.close();
          open--;
        },
      };
      return wrapped;
    },
  };
  return watched;
}
