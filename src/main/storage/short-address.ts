import { join } from 'node:path';

/** A socket's path has 104 bytes on macOS and 108 on Linux, its end included; what is longer is cut off without a word. */
const longestBytes = 100;

/**
 * Calls `use` with a path to `name` in `folder` that is short enough for a socket: in a deep folder a relative one, for
 * which the process goes there meanwhile. `use` must be done with the path when it returns, as `listen` and `connect` are.
 */
export function withShortAddress<T>(folder: string, name: string, use: (address: string) => T): T {
  const address = join(folder, name);
  if (Buffer.byteLength(address) <= longestBytes) return use(address);
  const before = process.cwd();
  process.chdir(folder);
  try {
    return use(name);
  } finally {
    process.chdir(before);
  }
}
