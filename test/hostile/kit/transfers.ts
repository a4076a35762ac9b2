import { createHash, randomBytes } from 'node:crypto';
import { type Message, parseMessage } from './messages.ts';
import { createInbox, type Inbox } from './waiting.ts';

/** PROTOCOL.md, section 5, from the side that keeps to none of it. */
export interface Talk {
  readonly heard: Inbox<Message>;
  /** Payload bytes of the blocks that came. */
  readonly blockBytes: number;
  say(control: Message): void;
  /** Any text as a control message. */
  sayText(json: string): void;
  block(transfer: string, binding: number, entry: number, offset: number, payload: Uint8Array): void;
  hears(type: string, transfer: string, withinMs?: number): Promise<Message>;
  /** To be called with each binary message that comes. */
  receive(message: Uint8Array): void;
}

export function createTalk(send: (message: Buffer) => void): Talk {
  const heard = createInbox<Message>();
  let blockBytes = 0;
  const sayText = (json: string): void => send(Buffer.concat([Buffer.from([0]), Buffer.from(json)]));
  return {
    heard,
    get blockBytes() {
      return blockBytes;
    },
    say: (control) => sayText(JSON.stringify(control)),
    sayText,
    block(transfer, binding, entry, offset, payload) {
      const head = Buffer.alloc(33);
      head[0] = 1;
      Buffer.from(transfer, 'hex').copy(head, 1);
      head.writeUInt32BE(binding, 17);
      head.writeUInt32BE(entry, 21);
      head.writeBigUInt64BE(BigInt(offset), 25);
      send(Buffer.concat([head, payload]));
    },
    hears: (type, transfer, withinMs) =>
      heard.need(`"${type}"`, (control) => control.type === type && control.transfer === transfer, withinMs),
    receive(message) {
      if (message[0] === 1) blockBytes += message.byteLength - 33;
      const control = message[0] === 0 ? parseMessage(Buffer.from(message.subarray(1)).toString()) : null;
      if (control) heard.put(control);
    },
  };
}

export const newTransfer = (): string => randomBytes(16).toString('hex');

export type Entry = readonly [kind: 'f' | 'x' | 'd', path: string, bytes: number, modifiedMs: number];

export const fileOf = (path: string, bytes = 1): Entry => ['f', path, bytes, 0];

/** An offer that agrees with its entries, and with the folders that only their paths name. */
export function offerOf(transfer: string, entries: readonly Entry[], pages = 1): Message {
  const files = entries.filter(([kind]) => kind !== 'd');
  return {
    type: 'offer',
    transfer,
    topLevelEntries: new Set(entries.map(([, path]) => path.split('/')[0])).size,
    files: files.length,
    folders: foldersOf(entries),
    bytes: files.reduce((sum, [, , bytes]) => sum + bytes, 0),
    pages,
    hold: null,
  };
}

function foldersOf(entries: readonly Entry[]): number {
  const folders = new Set<string>();
  for (const [kind, path] of entries) {
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) folders.add(path.slice(0, at));
    if (kind === 'd') folders.add(path);
  }
  return folders.size;
}

/** As many entries as fit into a control message each. */
export function pagesOf(entries: readonly Entry[]): Entry[][] {
  const pages: Entry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const more = Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (bytes + more > 60_000) {
      pages.push([]);
      bytes = 200;
    }
    pages.at(-1)?.push(entry);
    bytes += more;
  }
  return pages;
}

/** Offers these entries and answers every page that is asked for, until something else is heard of the transfer. */
export function offerEntries(talk: Talk, entries: readonly Entry[]): string {
  const transfer = newTransfer();
  const pages = pagesOf(entries);
  talk.say(offerOf(transfer, entries, pages.length));
  const answer = async (): Promise<void> => {
    for (let page = 0; page < pages.length; page++) {
      const asked = await talk.heard.take(
        (control) => control.type === 'want-manifest' && control.transfer === transfer && control.page === page,
        60_000,
      );
      if (!asked) return;
      talk.say({ type: 'manifest', transfer, page, entries: pages[page] });
    }
  };
  void answer();
  return transfer;
}

export function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('base64');
}

/** Sends one-byte files from an accept on, each with its digest. */
export function sendOneByteFiles(talk: Talk, transfer: string, binding: number, from: number, to: number): void {
  const content = Buffer.from('x');
  const digest = digestOf(content);
  for (let entry = from; entry < to; entry++) talk.block(transfer, binding, entry, 0, content);
  for (let entry = from; entry < to; entry += 500) {
    const list = Array.from({ length: Math.min(500, to - entry) }, (_, index) => [entry + index, 0, digest]);
    talk.say({ type: 'digests', transfer, list });
  }
}
