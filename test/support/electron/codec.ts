/** What a value looks like on the way between the stand-in's main process and its pages. */
export interface Codec {
  /** Throws a `DataCloneError` for what structured clone refuses. `onBuffer` hears the bytes of each buffer that is cloned. */
  encode(value: unknown, onBuffer?: (bytes: number) => void): Uint8Array<ArrayBuffer>;
  decode(frame: Uint8Array<ArrayBuffer>): unknown;
}

/**
 * Structured clone as far as the app goes: plain data, dates, errors and bytes. As there, a view takes its *whole*
 * buffer along, prototypes are lost, and functions are refused.
 * https://www.electronjs.org/docs/latest/tutorial/ipc#object-serialization
 *
 * One self-contained function, since its source also runs in pages.
 */
export function createCodec(): Codec {
  return {
    encode(value, onBuffer) {
      const buffers: ArrayBuffer[] = [];
      const json = new TextEncoder().encode(JSON.stringify([pack(value, buffers), []]));
      const total = buffers.reduce((sum, buffer) => sum + 4 + buffer.byteLength, 4 + json.byteLength);
      const frame = new Uint8Array(total);
      const view = new DataView(frame.buffer);
      view.setUint32(0, json.byteLength);
      frame.set(json, 4);
      let at = 4 + json.byteLength;
      for (const buffer of buffers) {
        onBuffer?.(buffer.byteLength);
        view.setUint32(at, buffer.byteLength);
        frame.set(new Uint8Array(buffer), at + 4);
        at += 4 + buffer.byteLength;
      }
      return frame;
    },
    decode(frame) {
      const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
      const jsonBytes = view.getUint32(0);
      const parsed: unknown = JSON.parse(new TextDecoder().decode(frame.subarray(4, 4 + jsonBytes)));
      const buffers: ArrayBuffer[] = [];
      for (let at = 4 + jsonBytes; at < frame.byteLength; ) {
        const bytes = view.getUint32(at);
        buffers.push(frame.slice(at + 4, at + 4 + bytes).buffer);
        at += 4 + bytes;
      }
      return Array.isArray(parsed) ? unpack(parsed[0], buffers) : undefined;
    },
  };

  function refuse(value: unknown): never {
    throw new DOMException(`${String(value)} could not be cloned.`, 'DataCloneError');
  }

  function place(buffer: ArrayBufferLike, buffers: ArrayBuffer[]): number {
    if (!(buffer instanceof ArrayBuffer)) refuse(buffer);
    const known = buffers.indexOf(buffer);
    return known >= 0 ? known : buffers.push(buffer) - 1;
  }

  /** Tags are arrays of a name and what it takes; real arrays are tagged too. */
  function pack(value: unknown, buffers: ArrayBuffer[]): unknown {
    if (value === undefined) return ['undefined'];
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : ['number', String(value)];
    if (typeof value !== 'object') return refuse(value);
    if (Array.isArray(value)) return ['array', value.map((each) => pack(each, buffers))];
    if (value instanceof Date) return ['date', value.getTime()];
    if (value instanceof Error) return ['error', value.name, value.message];
    if (value instanceof ArrayBuffer) return ['buffer', place(value, buffers)];
    if (value instanceof Uint8Array) return ['bytes', place(value.buffer, buffers), value.byteOffset, value.byteLength];
    if (ArrayBuffer.isView(value) || value instanceof Promise || value instanceof Map || value instanceof Set)
      return refuse(value);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, pack(each, buffers)]));
  }

  function unpack(packed: unknown, buffers: readonly ArrayBuffer[]): unknown {
    if (typeof packed !== 'object' || packed === null) return packed;
    if (!Array.isArray(packed)) {
      return Object.fromEntries(Object.entries(packed).map(([name, each]) => [name, unpack(each, buffers)]));
    }
    const [tag, first, second, third]: unknown[] = packed;
    if (tag === 'number') return Number(first);
    if (tag === 'array' && Array.isArray(first)) return first.map((each) => unpack(each, buffers));
    if (tag === 'date') return new Date(Number(first));
    if (tag === 'error') return Object.assign(new Error(String(second)), { name: String(first) });
    const buffer = buffers[Number(first)];
    if (tag === 'buffer') return buffer;
    if (tag === 'bytes' && buffer) return new Uint8Array(buffer, Number(second), Number(third));
    return undefined;
  }
}
