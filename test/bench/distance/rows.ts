import type { StoredSettings } from '../../../src/main/storage/settings.ts';
import type { Cable } from '../../support/cable/cable.ts';
import type { Amount } from '../amount.ts';
import { startPair } from '../app-pair.ts';
import { type BenchPage, openBenchPage } from '../bench-page.ts';
import { bareRate, linkRate } from '../channel-rates.ts';
import { streamRate } from './stream-rate.ts';

/** Where a row is measured: from one end of a cable to the other. */
export interface Place {
  readonly cable: Cable;
  /** A broker that both ends reach. */
  readonly broker: string;
  /** Folder of the built page of the benchmarks. */
  readonly page: string;
}

/** One way to move bytes. */
export interface Row {
  readonly name: string;
  /**
   * Bytes a second at the receiver.
   * @param began called when they flow
   */
  measure(place: Place, amount: Amount, began: () => void): Promise<number>;
}

export const rows: readonly Row[] = [
  {
    name: 'bare data channel',
    measure: (place, amount, began) => withPages(place, (pages) => bareRate(pages, amount, began)),
  },
  {
    name: 'link, page to page',
    measure: (place, amount, began) => withPages(place, (pages) => linkRate(pages, place.broker, amount, began)),
  },
  { name: 'app by the link', measure: (...given) => app({ direct: false }, ...given) },
  { name: 'app by the direct lane', measure: (...given) => app({ direct: true }, ...given) },
  { name: 'UDX with Noise IK', measure: ({ cable }, ...given) => streamRate('udx', cable, ...given) },
  { name: 'one TCP stream', measure: ({ cable }, ...given) => streamRate('tcp', cable, ...given) },
];

async function withPages(
  { cable: { ann, bo }, page }: Place,
  use: (pages: readonly [BenchPage, BenchPage]) => Promise<number>,
): Promise<number> {
  const pages = [await openBenchPage(page, ann.enter), await openBenchPage(page, bo.enter)] as const;
  try {
    return await use(pages);
  } finally {
    for (const each of pages) await each.close();
  }
}

async function app(
  settings: StoredSettings,
  { cable: { ann, bo }, broker }: Place,
  amount: Amount,
  began: () => void,
): Promise<number> {
  const places = { sender: ann.enter, receiver: bo.enter, broker };
  const pair = await startPair({ bytes: amount.bytes, places, settings });
  try {
    return await pair.rate(amount, began);
  } finally {
    await pair.close();
  }
}
