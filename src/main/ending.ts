import { endsWithin } from './ends-within.ts';

/**
 * An orderly end takes a moment; a disk or a page that does not answer must not keep the process for ever. Longer than the
 * engine and the page's sockets may take by their own deadlines.
 */
export const endingDeadlineMs = 15_000;

type Step = () => Promise<unknown> | undefined;

/**
 * Takes every step in order, also after one that failed.
 * @returns false when the deadline came first; what still runs is then left to the end of the process.
 * @throws what the first failed step threw.
 */
export async function endInOrder(steps: readonly Step[], deadlineMs = endingDeadlineMs): Promise<boolean> {
  const taken = takeAll(steps);
  const inTime = await endsWithin(taken, deadlineMs);
  if (inTime) await taken;
  return inTime;
}

async function takeAll(steps: readonly Step[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
