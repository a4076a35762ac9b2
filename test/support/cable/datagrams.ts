import { join } from 'node:path';
import { untilSays } from '../until-says.ts';
import type { CableEnd } from './cable.ts';

const child = ['--import', 'tsx', join(import.meta.dirname, 'datagrams-child.ts')];
const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];

/** From now on this end sends back what it is asked, until the cable is closed. */
export async function answerDatagrams(end: CableEnd): Promise<void> {
  await untilSays(end.spawn(process.execPath, [...child, 'answer', end.address], { stdio }), /up/);
}

/** Asks the other end so many times; the round trips, milliseconds, of the questions that were answered. */
export async function askDatagrams(
  end: CableEnd,
  other: CableEnd,
  { count, gapMs }: { count: number; gapMs: number },
): Promise<number[]> {
  const args = [...child, 'ask', other.address, String(count), String(gapMs)];
  return JSON.parse(await untilSays(end.spawn(process.execPath, args, { stdio }), /^\[/));
}
