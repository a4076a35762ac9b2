import { type ScryptOptions, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

const scryptAsync: (
  secret: string | Uint8Array,
  salt: string,
  bytes: number,
  options: ScryptOptions,
) => Promise<Buffer> = promisify(scrypt);

const cost = { N: 2 ** 17, r: 8, p: 1 };
/** Node refuses scrypt above 32 MiB unless told; it asks for 128 * N * r bytes and some. */
const memoryBytes = 2 * 128 * cost.N * cost.r;

/** Makes trying out dear: scrypt with 128 MiB, about half a second of one core. Each use has a salt of its own. */
export function stretch(secret: string | Uint8Array, salt: string, bytes: number): Promise<Buffer> {
  return scryptAsync(secret, salt, bytes, { ...cost, maxmem: memoryBytes });
}
