/** An orderly end takes a moment; a disk or a page that does not answer must not keep the process for ever. */
export const endingDeadlineMs = 10_000;

/**
 * Takes every step in order, also after one that failed.
 * @returns false when the deadline came first; what still runs is then left to the end of the process.
 * @throws what the first failed step threw.
 */
export async function endInOrder(
  steps: readonly (() => Promise<unknown> | undefined)[],
  deadlineMs = endingDeadlineMs,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<boolean>((done) => {
    timer = setTimeout(done, deadlineMs, false);
  });
  try {
    return await Promise.race([takeAll(steps).then(() => true), overdue]);
  } finally {
    clearTimeout(timer);
  }
}

async function takeAll(steps: readonly (() => Promise<unknown> | undefined)[]): Promise<void> {
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
