import type { CableOptions } from '../../support/cable/cable.ts';
import { answerDatagrams, askDatagrams } from '../../support/cable/datagrams.ts';
import type { Amount } from '../amount.ts';
import { median } from '../figures.ts';
import type { Place, Row } from './rows.ts';
import { streamRate } from './stream-rate.ts';

/** A home's uplink, with a router that queues too much. */
export const narrowPath = { roundTripMs: 40, mbit: 20, queueMs: 200 } satisfies CableOptions;

/** What a row does on a narrow path, and what it does to others there. */
export interface NarrowResult {
  readonly name: string;
  /** Alone, bytes a second. */
  readonly rate: number;
  /** Round trip of a datagram beside it, which waits in the same queue: median, milliseconds. */
  readonly besideMs: number;
  /** Both bytes a second, while one TCP stream runs beside it. */
  readonly shared: { readonly rate: number; readonly tcp: number };
}

const otherPort = 4003;

/** @param over gives a fresh place on the narrow path for one run */
export async function measureNarrow(
  row: Row,
  amount: Amount,
  over: <T>(use: (place: Place) => Promise<T>) => Promise<T>,
): Promise<NarrowResult> {
  const alone = await over(async (place) => {
    const { ann, bo } = place.cable;
    await answerDatagrams(bo);
    // It takes a second to wait for the last ones, and some to begin.
    const questions = { count: Math.floor((amount.withinMs - 4000) / 100), gapMs: 100 };
    const [rate, roundTripsMs] = await both(
      (began) => row.measure(place, amount, began),
      () => askDatagrams(ann, bo, questions),
    );
    return { rate, besideMs: median(roundTripsMs) };
  });
  const shared = await over(async (place) => {
    const [rate, tcp] = await both(
      (began) => row.measure(place, amount, began),
      () => streamRate('tcp', place.cable, amount, () => undefined, otherPort),
    );
    return { rate, tcp };
  });
  return { name: row.name, ...alone, shared };
}

/** The second begins when the first has begun. */
async function both<A, B>(first: (began: () => void) => Promise<A>, second: () => Promise<B>): Promise<[A, B]> {
  let beside: Promise<B> | null = null;
  const a = await first(() => {
    beside ??= second();
    // If the first comes to nothing, nobody asks for the second.
    beside.catch(() => undefined);
  });
  if (!beside) throw new Error('nothing flowed');
  return [a, await beside];
}
