/** Messages on their way into the channel: control before blocks, each kind in its order. */
export interface SendQueue {
  push(message: Uint8Array<ArrayBuffer>): void;
  shift(): Uint8Array<ArrayBuffer> | undefined;
  /** Nobody will want the blocks any more; control messages stay. */
  dropBlocks(): void;
  clear(): void;
}

/** The first byte of a message is its class (see `transfer.ts`, `block.ts` in shared/protocol). */
const controlClass = 0;

export function createSendQueue(): SendQueue {
  const control = createFifo<Uint8Array<ArrayBuffer>>();
  const blocks = createFifo<Uint8Array<ArrayBuffer>>();
  return {
    push: (message) => (message[0] === controlClass ? control : blocks).push(message),
    shift: () => control.shift() ?? blocks.shift(),
    dropBlocks: () => blocks.clear(),
    clear() {
      control.clear();
      blocks.clear();
    },
  };
}

/** Without the cost of `Array.shift` on thousands of small blocks. */
function createFifo<T>(): { push(item: T): void; shift(): T | undefined; clear(): void } {
  let incoming: T[] = [];
  let outgoing: T[] = [];
  return {
    push: (item) => void incoming.push(item),
    shift() {
      if (outgoing.length === 0) [outgoing, incoming] = [incoming.reverse(), outgoing];
      return outgoing.pop();
    },
    clear() {
      incoming = [];
      outgoing = [];
    },
  };
}
