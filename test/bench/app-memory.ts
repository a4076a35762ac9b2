import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/chromium.ts';
import { startPair } from './app-pair.ts';
import { pageProcesses, peakMemory } from './memory.ts';

const processes = ['sending host', 'sending page', 'receiving host', 'receiving page'] as const;

/** Peak resident memory, bytes, of fresh processes that carry one file of the given size; null where it cannot be told. */
export async function measureMemory(bytes: number): Promise<Record<(typeof processes)[number], number | null>> {
  const browsers = [await launchChromium(), await launchChromium()] as const;
  const pair = await startPair(browsers, bytes);
  try {
    await pair.transferMs();
    return {
      'sending host': await peakMemory(pair.sender.pid),
      'sending page': await largestPage(browsers[0]),
      'receiving host': await peakMemory(pair.receiver.pid),
      'receiving page': await largestPage(browsers[1]),
    };
  } finally {
    await pair.close();
    for (const browser of browsers) await browser.close();
  }
}

async function largestPage(browser: Browser): Promise<number | null> {
  const peaks = await Promise.all((await pageProcesses(browser)).map(peakMemory));
  const known = peaks.filter((peak) => peak !== null);
  return known.length > 0 ? Math.max(...known) : null;
}
