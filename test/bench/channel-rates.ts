import { randomBytes } from 'node:crypto';
import type { Amount } from './amount.ts';
import type { BenchPage } from './bench-page.ts';

type Pages = readonly [BenchPage, BenchPage];

/** Bytes a second through a bare data channel from the first page to the second. */
export async function bareRate([giver, taker]: Pages, amount: Amount, began = nothing): Promise<number> {
  const answer = await taker.call('bareAnswer', await giver.call('bareOffer'));
  await giver.call('bareFinish', answer);
  return given(taker.call('bareTake', amount), giver.call('bareGive'), began);
}

/** The same through a link of the app's, made over this broker. */
export async function linkRate(
  [giver, taker]: Pages,
  broker: string,
  amount: Amount,
  began = nothing,
): Promise<number> {
  const topic = `roomdrop/bench-${randomBytes(8).toString('hex')}`;
  await Promise.all([giver.call('joinAs', 'Ann', broker, topic), taker.call('joinAs', 'Bo', broker, topic)]);
  return given(taker.call('linkTake', amount), giver.call('linkGive'), began);
}

const nothing = (): void => undefined;

async function given(rate: Promise<number>, giving: Promise<void>, began: () => void): Promise<number> {
  await giving;
  began();
  return rate;
}
