import * as v from 'valibot';

/**
 * Reading a file that the page holds (browser host), over its source port. Main asks, the page answers; several
 * questions may be open at once.
 *
 * Request: `[u32 id][u32 entry][f64 offset][u32 length]`. Answer: `[u32 id][u8 status][bytes…]`. Big-endian.
 */

export interface ReadRequest {
  id: number;
  entry: number;
  offset: number;
  length: number;
}

const statuses = ['ok', 'missing', 'changed', 'unreadable'] as const;
export type ReadStatus = (typeof statuses)[number];

export interface ReadAnswer {
  id: number;
  status: ReadStatus;
  bytes: Uint8Array;
}

const requestBytes = 20;
const answerHeaderBytes = 5;

const offsetSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export function encodeReadRequest({ id, entry, offset, length }: ReadRequest): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(requestBytes);
  const view = new DataView(message.buffer);
  view.setUint32(0, id);
  view.setUint32(4, entry);
  view.setFloat64(8, offset);
  view.setUint32(16, length);
  return message;
}

/** Null when it is not one. */
export function decodeReadRequest(message: Uint8Array): ReadRequest | null {
  if (message.byteLength !== requestBytes) return null;
  const view = viewOf(message);
  const offset = v.safeParse(offsetSchema, view.getFloat64(8));
  if (!offset.success) return null;
  return { id: view.getUint32(0), entry: view.getUint32(4), offset: offset.output, length: view.getUint32(16) };
}

export function encodeReadAnswer({ id, status, bytes }: ReadAnswer): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(answerHeaderBytes + bytes.byteLength);
  const view = new DataView(message.buffer);
  view.setUint32(0, id);
  view.setUint8(4, statuses.indexOf(status));
  message.set(bytes, answerHeaderBytes);
  return message;
}

/** Null when it is not one. */
export function decodeReadAnswer(message: Uint8Array): ReadAnswer | null {
  if (message.byteLength < answerHeaderBytes) return null;
  const view = viewOf(message);
  const status = statuses[view.getUint8(4)];
  if (!status) return null;
  return { id: view.getUint32(0), status, bytes: message.subarray(answerHeaderBytes) };
}

function viewOf(message: Uint8Array): DataView {
  return new DataView(message.buffer, message.byteOffset, message.byteLength);
}
