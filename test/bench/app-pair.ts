import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppProcess, startApp } from '../support/app-process.ts';
import { openPlainChromium, type PlainChromium } from '../support/chromium.ts';
import { writeRandomFile } from '../support/trees.ts';

/** Two apps in one room, the first offering a file that the second takes as soon as it is there. */
export interface AppPair {
  readonly sender: AppProcess;
  readonly receiver: AppProcess;
  /** The browsers that show their pages; the receiver's once its page is open. */
  readonly browsers: readonly PlainChromium[];
  /** From acceptance until the receiver's `done`, milliseconds. */
  transferMs(): Promise<number>;
  close(): Promise<void>;
}

export async function startPair(bytes: number): Promise<AppPair> {
  const folder = await mkdtemp(join(tmpdir(), 'roomdrop-bench-'));
  const file = join(folder, 'bench.bin');
  await writeRandomFile(file, bytes);
  const sender = await startApp(['--broker', 'embedded', '--ice-server', 'none', file]);
  const { broker } = await sender.event('ready');
  const browsers = [await openPlainChromium(await sender.address())];
  const { code } = await sender.event('room');
  const receiver = await startApp([
    '--broker',
    broker ?? '',
    '--ice-server',
    'none',
    '--accept',
    'all',
    '--room',
    code,
  ]);

  return {
    sender,
    receiver,
    browsers,
    async transferMs() {
      browsers.push(await openPlainChromium(await receiver.address()));
      await receiver.event('transfer');
      const startMs = performance.now();
      await receiver.event('transfer', ({ state }) => state === 'done');
      return performance.now() - startMs;
    },
    async close() {
      for (const browser of browsers) await browser.close();
      await receiver.stop();
      await sender.stop();
      await rm(folder, { recursive: true });
    },
  };
}
