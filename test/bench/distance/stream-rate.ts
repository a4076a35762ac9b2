import { once } from 'node:events';
import { join } from 'node:path';
import type { Cable, CableEnd } from '../../support/cable/cable.ts';
import { untilSays } from '../../support/until-says.ts';
import type { Amount } from '../amount.ts';

export type StreamKind = 'udx' | 'tcp';

/** Bytes a second through one stream from one end of a cable to the other, each end a process of its own. */
export async function streamRate(
  kind: StreamKind,
  { ann, bo }: Cable,
  { bytes, withinMs }: Amount,
  began: () => void,
  port = 4001,
): Promise<number> {
  const taker = streamEnd(bo, kind, 'take', bo.address, ann.address, port, bytes, withinMs);
  const [ready, flowing, rate] = [/^ready$/, /^began$/, /^[\d.]+$/].map((said) => heard(untilSays(taker, said)));
  await ready;
  const giver = streamEnd(ann, kind, 'give', ann.address, bo.address, port);
  try {
    await flowing;
    began();
    return Number(await rate);
  } finally {
    for (const end of [giver, taker]) {
      const ended = once(end, 'close');
      end.kill('SIGKILL');
      await ended;
    }
  }
}

/** That it ends without having said so is told to whoever waits, if anybody does. */
function heard<T>(saying: Promise<T>): Promise<T> {
  saying.catch(() => undefined);
  return saying;
}

function streamEnd(end: CableEnd, ...args: (string | number)[]): ReturnType<CableEnd['spawn']> {
  const child = ['--import', 'tsx', join(import.meta.dirname, 'stream-child.ts'), ...args.map(String)];
  return end.spawn(process.execPath, child, { stdio: ['ignore', 'pipe', 'inherit'] });
}
