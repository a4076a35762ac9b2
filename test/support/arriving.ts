import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { partSuffix } from '../../src/main/transfer/part-handles.ts';

/**
 * Waits until at least so many bytes of a file are in its part, and gives how many are. Events tell of bytes once a second,
 * and by then a quick way may have brought all of them.
 */
export async function untilArriving(downloads: string, name: string, bytes = 1): Promise<number> {
  let size = 0;
  const look = async (): Promise<number> => {
    const part = await stat(join(downloads, `${name}${partSuffix}`)).catch(() => null);
    if (part) size = part.size;
    return part?.size ?? 0;
  };
  await expect.poll(look, { interval: 10 }).toBeGreaterThanOrEqual(bytes);
  return size;
}
