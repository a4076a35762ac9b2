/** Everything random in a world, from one seed: Mulberry32, a 32-bit generator of good spread and one line. */
export interface Chance {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number below the bound. */
  below(bound: number): number;
  bytes(count: number): Uint8Array<ArrayBuffer>;
  /** Another generator, whose numbers do not depend on how many are drawn here. */
  fork(): Chance;
}

export function createChance(seed: number): Chance {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  const below = (bound: number): number => Math.floor(next() * bound);

  return {
    next,
    below,
    bytes(count) {
      const bytes = new Uint8Array(new ArrayBuffer(count));
      const view = new DataView(bytes.buffer);
      for (let at = 0; at < count; at += 4) {
        const word = below(2 ** 32);
        if (at + 4 <= count) view.setUint32(at, word);
        else for (let each = at; each < count; each++) bytes[each] = word >>> (8 * (each - at));
      }
      return bytes;
    },
    fork: () => createChance(below(2 ** 32)),
  };
}
