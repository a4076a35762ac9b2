import { createCodec } from './codec.ts';

export const codec = createCodec();

/** Bytes of buffers that main's ports have cloned, whole buffers as V8 takes them: a view that drags a large one is seen. */
export let clonedBytes = 0;

export function encodeCounted(value: unknown): Uint8Array<ArrayBuffer> {
  return codec.encode(value, (bytes) => {
    clonedBytes += bytes;
  });
}
