import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CorePair } from '../victims/core.ts';
import { becomes } from './waiting.ts';

const MiB = 1024 * 1024;

/** A file on its way between two honest ones. */
export interface Sending {
  readonly startMs: number;
  /** Bytes that have arrived. */
  arrived(): Promise<number>;
  /** Whether it has come, byte by byte what it was, and after how many ms; null when it has not in time. Takes it away. */
  whole(withinMs?: number): Promise<{ readonly same: boolean; readonly ms: number } | null>;
}

let files = 0;

export async function sendFile({ sender, receiver }: CorePair, mebibytes: number): Promise<Sending> {
  const path = join(sender.downloads, `file-${++files}.bin`);
  const file = await open(path, 'w');
  const piece = randomBytes(MiB);
  for (let index = 0; index < mebibytes; index++) {
    piece.writeUInt32BE(index);
    await file.write(piece);
  }
  await file.close();
  const known = new Set((await receiver.look()).transfers.map(({ id }) => id));
  const startMs = performance.now();
  await sender.offer(path);
  const view = async () => (await receiver.look()).transfers.find(({ id }) => !known.has(id));
  return {
    startMs,
    arrived: async () => (await view())?.bytes ?? 0,
    async whole(withinMs = 60_000) {
      let endMs = 0;
      const done = await becomes(async () => {
        endMs = performance.now();
        return (await view())?.state === 'done';
      }, withinMs);
      if (!done) return null;
      const both = [path, join(receiver.downloads, basename(path))];
      const [one, other] = await Promise.all(both.map(digest));
      await Promise.all(both.map((each) => rm(each)));
      return { same: one === other, ms: endMs - startMs };
    },
  };
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
