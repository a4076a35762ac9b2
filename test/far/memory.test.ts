import { beforeEach, expect, test } from 'vitest';
import { type AppMemory, measureMemory } from '../bench/app-memory.ts';
import { mega } from '../bench/figures.ts';
import { startBrokerAt } from '../support/cable/broker-at.ts';
import { layCable, whyNoCable } from '../support/cable/cable.ts';

const why = whyNoCable();
beforeEach((context) => context.skip(why !== null, why ?? ''));

const MB = 1_000_000;
const roundTripMs = 100;
const apartBytes = 40 * MB;

test.each([
  { way: 'the direct lane', kind: 'direct', sizes: [100 * MB, 2 * 1024 ** 3] },
  // As much as comes this way in about the same time. 20 MB are gone before all strands are there.
  { way: 'the link', kind: 'channel', sizes: [100 * MB, 300 * MB] },
])('hosts take no more memory for a larger file by $way over a long cable', { timeout: 900_000 }, async (each) => {
  const peaks: AppMemory[] = [];
  for (const bytes of each.sizes) peaks.push(await carry(bytes, each.kind));
  for (const name of ['sending host', 'receiving host'] as const) {
    const [small = null, large = null] = peaks.map((peak) => peak[name]);
    expect(Math.abs((large ?? Number.NaN) - (small ?? Number.NaN))).toBeLessThan(apartBytes);
  }
});

/** By fresh processes, each way to the end of it; says what they took. */
async function carry(bytes: number, kind: string): Promise<AppMemory> {
  const { ann, bo, close } = await layCable({ roundTripMs });
  try {
    const broker = await startBrokerAt(ann, ann.address);
    const places = { sender: ann.enter, receiver: bo.enter, broker };
    const settings = { direct: kind === 'direct' };
    const peaks = await measureMemory({ bytes, places, settings }, ({ sender }) => {
      const lanes = sender.events.filter(({ event }) => event === 'lane');
      expect(lanes.at(-1)).toMatchObject({ kind });
    });
    const said = Object.entries(peaks).map(([name, peak]) => `${name} ${peak === null ? 'not told' : mega(peak)}`);
    console.log(`${mega(bytes)} MB by ${kind}, MB resident at most: ${said.join(', ')}`);
    return peaks;
  } finally {
    await close();
  }
}
