import { decodeMessage, encodeControl } from '../../src/main/transfer/message-codec.ts';
import { type BlockHeader, blockPayload, createBlock } from '../../src/shared/protocol/block.ts';
import { limits } from '../../src/shared/protocol/limits.ts';
import type { Control, ControlOf, ManifestEntry } from '../../src/shared/protocol/transfer-messages.ts';
import type { Side } from './engine-pair.ts';
import { createLanePair, type LanePairOptions } from './lanes.ts';

/** A peer without an engine: says whatever a test wants. */
export interface RawPeer {
  readonly received: Control[];
  readonly closed: boolean;
  /** Payload bytes of the blocks that came. */
  readonly blockBytes: number;
  say(control: Control): void;
  /** A control message of any form. */
  json(value: unknown): void;
  /** Ends the lane from this side. */
  close(): void;
  bytes(message: Uint8Array<ArrayBuffer>): void;
  block(header: BlockHeader, payload: Uint8Array): void;
  /** The next control message of this type, counting those that came and were not asked for yet. */
  hears<T extends Control['type']>(type: T): Promise<ControlOf<T>>;
  /** Resolves when the engine has had everything said so far. */
  settled(): Promise<void>;
}

export function connectRawPeer(side: Side, name = 'mallory', options: LanePairOptions = {}): RawPeer {
  const lanes = createLanePair(options);
  const received: Control[] = [];
  const unheard: Control[] = [];
  const watchers = new Set<() => void>();
  let closed = false;
  let blockBytes = 0;
  lanes.b.listen({
    message(bytes) {
      const message = decodeMessage(bytes, limits.linkMessageBytes);
      if (message.kind === 'block') blockBytes += message.block.payload.byteLength;
      if (message.kind !== 'control') return;
      received.push(message.control);
      unheard.push(message.control);
      for (const watcher of [...watchers]) watcher();
    },
    drain() {},
    close() {
      closed = true;
    },
  });
  side.engine.attach({ key: `key-of-${name}`, session: `session-of-${name}`, name }, lanes.a);

  function isOf<T extends Control['type']>(control: Control, type: T): control is ControlOf<T> {
    return control.type === type;
  }

  return {
    received,
    get closed() {
      return closed;
    },
    get blockBytes() {
      return blockBytes;
    },
    say: (control) => lanes.b.send(encodeControl(control)),
    json: (value) => lanes.b.send(Uint8Array.from([0, ...Buffer.from(JSON.stringify(value))])),
    close: () => lanes.b.close(),
    bytes: (message) => lanes.b.send(message),
    block(header, payload) {
      const message = createBlock(header, payload.byteLength);
      blockPayload(message).set(payload);
      lanes.b.send(message);
    },
    hears: (type) =>
      new Promise((done) => {
        const watcher = (): void => {
          const index = unheard.findIndex((control) => isOf(control, type));
          const found = unheard[index];
          if (!found || !isOf(found, type)) return;
          unheard.splice(index, 1);
          watchers.delete(watcher);
          done(found);
        };
        watchers.add(watcher);
        watcher();
      }),
    async settled() {
      while (lanes.b.undrainedBytes > 0) await new Promise((done) => setImmediate(done));
    },
  };
}

/** An id made of one repeated digit. */
export function idOf(digit: number): string {
  return digit.toString(16).padStart(32, '0');
}

/** An honest offer of these entries on one page, with the folders that only their paths name. */
export function offerOf(transfer: string, entries: readonly ManifestEntry[]): ControlOf<'offer'> {
  const files = entries.filter(([kind]) => kind !== 'd');
  return {
    type: 'offer',
    transfer,
    topLevelEntries: new Set(entries.map(([, path]) => path.split('/')[0])).size,
    files: files.length,
    folders: foldersOf(entries),
    bytes: files.reduce((sum, [, , bytes]) => sum + bytes, 0),
    pages: 1,
    hold: null,
  };
}

function foldersOf(entries: readonly ManifestEntry[]): number {
  const folders = new Set<string>();
  for (const [kind, path] of entries) {
    const segments = path.split('/');
    if (kind !== 'd') segments.pop();
    for (let depth = 1; depth <= segments.length; depth++) folders.add(segments.slice(0, depth).join('/'));
  }
  return folders.size;
}
