import type { Port, PortMessage } from '../../src/shared/bridge.ts';

type Handlers = Parameters<Port['listen']>[0];

/** Two connected ports in one process; what one posts the other gets in a later microtask, in order. */
export function portPair(): [Port, Port] {
  const ends: (Handlers | null)[] = [null, null];
  const early: PortMessage[][] = [[], []];
  let closed = false;
  const make = (own: number): Port => {
    const other = 1 - own;
    return {
      post(message) {
        if (closed) return;
        queueMicrotask(() => {
          const handlers = ends[other];
          if (handlers) handlers.message(message);
          else early[other]?.push(message);
        });
      },
      listen(handlers) {
        ends[own] = handlers;
        for (const message of early[own]?.splice(0) ?? []) handlers.message(message);
      },
      close() {
        if (closed) return;
        closed = true;
        queueMicrotask(() => {
          for (const handlers of ends) handlers?.close();
        });
      },
    };
  };
  return [make(0), make(1)];
}
