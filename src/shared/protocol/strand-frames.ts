/**
 * What is said in binary of the blocks of a link that may have strands, beside the classes of `block.ts`:
 * `[class][count u64]`, big-endian. PROTOCOL.md, "Strands".
 *
 * - `number`: the next block on this channel is the one with this number, counted from 0 since the link began
 * - `taken`: so many blocks, from the first on, have been handed on here, in order
 */
export const strandClass = { number: 2, taken: 3 } as const;
export type StrandClass = (typeof strandClass)[keyof typeof strandClass];

const frameBytes = 9;

/** @param count an integer from 0 to 2^53 - 1 */
export function encodeStrandFrame(kind: StrandClass, count: number): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(frameBytes);
  const view = new DataView(frame.buffer);
  frame[0] = kind;
  view.setUint32(1, Math.floor(count / 2 ** 32));
  view.setUint32(5, count % 2 ** 32);
  return frame;
}

/** The count; null when the frame has another length, or a count beyond what a number can hold exactly. */
export function decodeStrandFrame(frame: Uint8Array): number | null {
  if (frame.byteLength !== frameBytes) return null;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const count = view.getUint32(1) * 2 ** 32 + view.getUint32(5);
  return Number.isSafeInteger(count) ? count : null;
}
