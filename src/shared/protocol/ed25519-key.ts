/**
 * Ed25519 public keys that must not count as anybody's: of small order, for which a signature can be made that holds for
 * every message and every such key, and those in a spelling that is not the canonical one. Native implementations accept
 * both (OpenSSL, BoringSSL; "Taming the many EdDSAs", https://eprint.iacr.org/2020/1244).
 */

/** 2^255 - 19, little-endian. */
const fieldPrime = [0xed, ...Array<number>(30).fill(0xff), 0x7f];

/**
 * The y-coordinates, little-endian, of the eight points whose order divides 8: 0 (two points), 1, p-1, and the four of
 * order 8, which share two.
 */
const smallOrderY: readonly string[] = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
];

/** Whether the 32 bytes may be somebody's key: the canonical spelling of a point that is not of small order. */
export function isSoundKey(key: Uint8Array): boolean {
  if (key.length !== 32) return false;
  // The highest bit is the sign of x.
  const y = [...key.subarray(0, 31), (key[31] ?? 0) & 0x7f];
  return isBelowPrime(y) && !smallOrderY.includes(hex(y));
}

function isBelowPrime(y: readonly number[]): boolean {
  for (let at = 31; at >= 0; at--) {
    const difference = (y[at] ?? 0) - (fieldPrime[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function hex(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
