import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A file of random bytes; large ones are written piece by piece. */
export async function writeRandomFile(path: string, bytes: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const piece = randomBytes(Math.min(bytes, 8 * 1024 * 1024));
  const file = await open(path, 'w');
  try {
    for (let offset = 0; offset < bytes; offset += piece.byteLength) {
      // Each piece differs in its first bytes, so that pieces in a wrong order are noticed.
      piece.writeUIntBE(offset, 0, Math.min(6, piece.byteLength));
      await file.write(piece, 0, Math.min(piece.byteLength, bytes - offset), offset);
    }
  } finally {
    await file.close();
  }
  // An old time, so that a test sees whether it was carried over.
  await utimes(path, 1_600_000_000, 1_600_000_000 + (bytes % 1000));
}

const scripts = [
  'hello',
  'Grüße',
  'Привет',
  '你好',
  'こんにちは',
  'مرحبا',
  'नमस्ते',
  '안녕',
  '🎁 present',
  "it's & done; $HOME",
];

/** Mixed files as people have them: empty, one byte, megabytes, many scripts, six folders deep, empty folders. */
export async function writeMixedTree(root: string, files: number, largeBytes: number): Promise<void> {
  await mkdir(join(root, 'empty folder', 'in it another'), { recursive: true });
  const sizes = [0, 1, 100, 4096, 70_000];
  for (let index = 0; index < files - 2; index++) {
    const depth = index % 7;
    const folders = Array.from(
      { length: depth },
      (_, level) => `${scripts[(index + level) % scripts.length]} ${level}`,
    );
    const name = `${scripts[index % scripts.length]} ${index}.bin`;
    await writeRandomFile(join(root, ...folders, name), sizes[index % sizes.length] ?? 0);
  }
  await writeRandomFile(join(root, 'three megabytes.bin'), 3_000_000);
  await writeRandomFile(join(root, 'large.bin'), largeBytes);
}

/** A file that nobody waits for to be written, and that is still on its way when something happens to it. */
export async function writeEndlessFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '');
  // Of holes: it takes no room here. Half a minute by the fastest of ways.
  await truncate(path, 2_000_000_000);
}

/** Every path below a folder with what it is: to compare two trees by value. */
export async function describeTree(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const described: [string, string][] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(root, path);
    if (entry.isDirectory()) described.push([name, 'folder']);
    // The lock of a data folder is a socket.
    else if (!entry.isSocket()) described.push([name, `${(await stat(path)).size} ${await digest(path)}`]);
  }
  return Object.fromEntries(described.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** SHA-256 of a file. */
export async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
