import { describe, expect, it, vi } from 'vitest';
import { createWaitingPaths } from '../../../src/main/waiting-paths.ts';
import type { SourceSummary } from '../../../src/shared/bridge.ts';

const summary = (id: string): SourceSummary => ({
  id,
  title: id,
  topLevelEntries: 1,
  files: 1,
  folders: 0,
  bytes: 1,
  again: false,
});

describe('files without a room', () => {
  it('wait in sight until there is one', async () => {
    const onChange = vi.fn();
    const waiting = createWaitingPaths(async ([path = '']) => summary(path), onChange);
    await waiting.add(['/a']);
    await waiting.add(['/b']);
    expect(waiting.list.map(({ title }) => title)).toEqual(['/a', '/b']);
    expect(onChange).toHaveBeenCalledTimes(2);
    expect(waiting.take()).toEqual([['/a'], ['/b']]);
    expect(waiting.list).toEqual([]);
    expect(waiting.take()).toEqual([]);
  });

  it('can be taken back', async () => {
    const waiting = createWaitingPaths(
      async ([path = '']) => summary(path),
      () => undefined,
    );
    await waiting.add(['/a']);
    expect(waiting.remove('/a')).toBe(true);
    expect(waiting.remove('/a')).toBe(false);
    expect(waiting.take()).toEqual([]);
  });

  it('that cannot be read do not wait, and it is said', async () => {
    const waiting = createWaitingPaths(
      () => Promise.reject(new Error('gone')),
      () => undefined,
    );
    await expect(waiting.add(['/a'])).rejects.toThrow('gone');
    expect(waiting.take()).toEqual([]);
  });

  it('that are still being looked at go into the room all the same', async () => {
    let fail: (error: Error) => void = () => undefined;
    const waiting = createWaitingPaths(
      () => new Promise((_done, failed) => (fail = failed)),
      () => undefined,
    );
    const added = waiting.add(['/a']);
    expect(waiting.take()).toEqual([['/a']]);
    fail(new Error('the walk was ended'));
    await expect(added).resolves.toBeUndefined();
  });
});
