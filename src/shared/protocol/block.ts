/**
 * A block: bytes of one file on their way, `[1][transfer 16][binding u32][entry u32][offset u64][payload]`, big-endian.
 *
 * The binding is the number that the receiver gave when it last said where to begin (`accept`). Blocks of an earlier
 * binding may still be on the way then; the number tells them apart, because control messages and blocks keep no order.
 */

export const messageClass = { control: 0, block: 1 } as const;

const transferAt = 1;
const bindingAt = 17;
const entryAt = 21;
const offsetAt = 25;
export const blockHeaderBytes = 33;

/** What a block counts in the window at least, so that a window also bounds the number of blocks on the way. */
const smallestChargeBytes = 1024;

export interface BlockHeader {
  /** Transfer id, 32 lower-case hexadecimal digits. */
  readonly transfer: string;
  readonly binding: number;
  readonly entry: number;
  /** Where in the file the payload begins, bytes. */
  readonly offset: number;
}

export interface Block extends BlockHeader {
  /** A view into the message. */
  readonly payload: Uint8Array;
}

/** What one block counts in the flow-control window; both sides count alike. */
export function blockCharge(payloadBytes: number): number {
  return Math.max(payloadBytes + blockHeaderBytes, smallestChargeBytes);
}

/** A message of exactly the needed size with its header written; the payload is to be read into `blockPayload`. */
export function createBlock(header: BlockHeader, payloadBytes: number): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(blockHeaderBytes + payloadBytes);
  const view = new DataView(message.buffer);
  message[0] = messageClass.block;
  for (let index = 0; index < 16; index++) {
    message[transferAt + index] = Number.parseInt(header.transfer.slice(2 * index, 2 * index + 2), 16);
  }
  view.setUint32(bindingAt, header.binding);
  view.setUint32(entryAt, header.entry);
  view.setUint32(offsetAt, Math.floor(header.offset / 2 ** 32));
  view.setUint32(offsetAt + 4, header.offset % 2 ** 32);
  return message;
}

export function blockPayload(message: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return message.subarray(blockHeaderBytes);
}

/** Null when it is no block: too short, empty, or with an offset beyond what a number can hold exactly. */
export function decodeBlock(message: Uint8Array): Block | null {
  if (message.byteLength <= blockHeaderBytes || message[0] !== messageClass.block) return null;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const offset = view.getUint32(offsetAt) * 2 ** 32 + view.getUint32(offsetAt + 4);
  if (!Number.isSafeInteger(offset)) return null;
  let transfer = '';
  for (let index = 0; index < 16; index++) {
    transfer += hexadecimal[view.getUint8(transferAt + index)];
  }
  return {
    transfer,
    binding: view.getUint32(bindingAt),
    entry: view.getUint32(entryAt),
    offset,
    payload: message.subarray(blockHeaderBytes),
  };
}

const hexadecimal = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
