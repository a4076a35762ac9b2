import { type AppPair, type PairOptions, startPair } from './app-pair.ts';
import { forgetPeak, peakMemory, peakPageMemory } from './memory.ts';

export interface AppMemory {
  'sending host': number | null;
  'sending page': number | null;
  'receiving host': number | null;
  'receiving page': number | null;
}

/** Longer than a transfer takes. */
const muchMs = 3_600_000;

/**
 * Peak resident memory, bytes, of fresh processes that carry one file; null where it cannot be told. Hosts are watched from
 * when the file is taken: before, each has stretched the room code, which took 128 MiB for a moment and would hide the rest.
 * @param carried what else is to be known of them once the file has arrived
 */
export async function measureMemory(
  options: PairOptions,
  carried: (pair: AppPair) => void = () => undefined,
): Promise<AppMemory> {
  const pair = await startPair(options);
  try {
    const carrying = pair.rate({ withinMs: muchMs });
    // That it failed is heard below.
    carrying.catch(() => undefined);
    await pair.receiver.event('transfer');
    for (const { pid } of [pair.sender, pair.receiver]) await forgetPeak(pid);
    await carrying;
    carried(pair);
    const [sending, receiving] = pair.browsers;
    return {
      'sending host': await peakMemory(pair.sender.pid),
      'sending page': await peakPageMemory(sending?.pid ?? -1),
      'receiving host': await peakMemory(pair.receiver.pid),
      'receiving page': await peakPageMemory(receiving?.pid ?? -1),
    };
  } finally {
    await pair.close();
  }
}
