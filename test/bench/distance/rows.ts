import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StoredSettings } from '../../../src/main/storage/settings.ts';
import type { Cable, CableEnd } from '../../support/cable/cable.ts';
import type { Amount } from '../amount.ts';
import { startPair } from '../app-pair.ts';
import { type BenchPage, openBenchPage } from '../bench-page.ts';
import { bareRate, linkRate } from '../channel-rates.ts';

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
  /** Bytes a second at the receiver. */
  measure(place: Place, amount: Amount): Promise<number>;
}

export const rows: readonly Row[] = [
  { name: 'bare data channel', measure: (place, amount) => withPages(place, (pages) => bareRate(pages, amount)) },
  {
    name: 'link code, page to page',
    measure: (place, amount) => withPages(place, (pages) => linkRate(pages, place.broker, amount)),
  },
  { name: 'app, data channel', measure: (place, amount) => app(place, amount, { direct: false }) },
  { name: 'app, direct lane', measure: (place, amount) => app(place, amount, { direct: true }) },
  { name: 'UDX with Noise IK', measure: (place, amount) => stream('udx', place, amount) },
  { name: 'one TCP stream', measure: (place, amount) => stream('tcp', place, amount) },
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

async function app({ cable: { ann, bo }, broker }: Place, amount: Amount, settings: StoredSettings): Promise<number> {
  const places = { sender: ann.enter, receiver: bo.enter, broker };
  const pair = await startPair({ bytes: amount.bytes, places, settings });
  try {
    return await pair.rate(amount);
  } finally {
    await pair.close();
  }
}

async function stream(kind: 'udx' | 'tcp', { cable: { ann, bo } }: Place, amount: Amount): Promise<number> {
  const taker = streamEnd(bo, kind, 'take', bo.address, ann.address, String(amount.bytes), String(amount.withinMs));
  if (!taker.stdout) throw new Error('a taker says how fast it came');
  const lines = createInterface({ input: taker.stdout });
  await once(lines, 'line');
  const giver = streamEnd(ann, kind, 'give', ann.address, bo.address);
  try {
    const [rate] = await once(lines, 'line');
    return Number(rate);
  } finally {
    for (const end of [giver, taker]) {
      const ended = once(end, 'close');
      end.kill('SIGKILL');
      await ended;
    }
  }
}

function streamEnd(end: CableEnd, ...args: string[]): ReturnType<CableEnd['spawn']> {
  const child = join(import.meta.dirname, 'stream-child.ts');
  return end.spawn(process.execPath, ['--import', 'tsx', child, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}
