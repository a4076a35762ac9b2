import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoredSettings } from '../../src/main/storage/settings.ts';
import { type AppProcess, spawnBrowserHostIn, startApp } from '../support/app-process.ts';
import { openPlainChromium, type PlainChromium } from '../support/chromium.ts';
import { withSettings } from '../support/stored-settings.ts';
import { writeRandomFile } from '../support/trees.ts';
import type { Amount } from './amount.ts';

/** Two apps in one room, the first offering a file that the second takes as soon as it is there. */
export interface AppPair {
  readonly sender: AppProcess;
  readonly receiver: AppProcess;
  /** The browsers that show their pages; the receiver's once its page is open. */
  readonly browsers: readonly PlainChromium[];
  /**
   * Has the receiver come and take; bytes a second from acceptance, or from when the direct lane is up where it is asked for,
   * until `done`, or until the time is over.
   */
  rate(amount: Pick<Amount, 'withinMs'>, accepted?: () => void): Promise<number>;
  close(): Promise<void>;
}

export interface PairOptions {
  /** Size of the file. */
  readonly bytes: number;
  /** Where the two are, if not both here: what a command begins with there, and a broker that both can reach. */
  readonly places?: {
    readonly sender: readonly string[];
    readonly receiver: readonly string[];
    readonly broker: string;
  };
  /** Of both. */
  readonly settings?: StoredSettings;
}

export async function startPair({ bytes, places, settings = {} }: PairOptions): Promise<AppPair> {
  const folder = await mkdtemp(join(tmpdir(), 'roomdrop-bench-'));
  const file = join(folder, 'bench.bin');
  await writeRandomFile(file, bytes);
  const start = (enter: readonly string[] | undefined, ...args: string[]): Promise<AppProcess> =>
    startApp(['--ice-server', 'none', ...args], '', withSettings(settings, spawnBrowserHostIn(enter ?? [])));
  const sender = await start(places?.sender, '--broker', places?.broker ?? 'embedded', file);
  const { broker = places?.broker ?? '' } = await sender.event('ready');
  const browsers = [await openPlainChromium(await sender.address(), places?.sender)];
  const { code } = await sender.event('room');
  const receiver = await start(places?.receiver, '--broker', broker, '--accept', 'all', '--room', code);

  return {
    sender,
    receiver,
    browsers,
    async rate({ withinMs }, accepted = () => undefined) {
      browsers.push(await openPlainChromium(await receiver.address(), places?.receiver));
      await receiver.event('transfer');
      if (settings.direct) await receiver.event('lane', ({ kind }) => kind === 'direct');
      accepted();
      const startMs = performance.now();
      const { bytes: arrived } = await doneOrLater(receiver, withinMs);
      return (arrived / (performance.now() - startMs)) * 1000;
    },
    async close() {
      for (const browser of browsers) await browser.close();
      await receiver.stop();
      await sender.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** The event that says it is done, or the first one after this time. */
async function doneOrLater(receiver: AppProcess, withinMs: number): Promise<{ bytes: number }> {
  const done = receiver.event('transfer', ({ state }) => state === 'done');
  const late = delay(withinMs, null, { ref: false });
  const first = await Promise.race([done, late]);
  if (first) return first;
  const seen = receiver.events.length;
  return receiver.event('transfer', (event) => receiver.events.indexOf(event) >= seen);
}
