import { startPair } from './app-pair.ts';
import { peakMemory, peakPageMemory } from './memory.ts';

export interface AppMemory {
  'sending host': number | null;
  'sending page': number | null;
  'receiving host': number | null;
  'receiving page': number | null;
}

/** Longer than a transfer takes. */
const muchMs = 3_600_000;

/** Peak resident memory, bytes, of fresh processes that carry one file of the given size; null where it cannot be told. */
export async function measureMemory(bytes: number): Promise<AppMemory> {
  const pair = await startPair({ bytes });
  try {
    await pair.rate({ withinMs: muchMs });
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
