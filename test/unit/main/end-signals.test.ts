import { execFileSync, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type endSignals, listenForEnd, sameKeystrokeMs, untilAborted } from '../../../src/main/end-signals.ts';

function setUp() {
  const process = new EventEmitter();
  let nowMs = 5;
  const cutShort = vi.fn();
  const asked = listenForEnd(process, cutShort, () => nowMs);
  return {
    asked,
    cutShort,
    send(signal: (typeof endSignals)[number], afterMs = 0) {
      nowMs += afterMs;
      process.emit(signal);
    },
  };
}

describe('asked to end', () => {
  // By name: a terminal that is closed (SIGHUP) was forgotten once.
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s asks for an orderly end', async (signal) => {
    const { asked, cutShort, send } = setUp();
    expect(asked.aborted).toBe(false);
    send(signal);
    expect(asked.aborted).toBe(true);
    await untilAborted(asked);
    expect(cutShort).not.toHaveBeenCalled();
  });

  test('one Ctrl+C, which comes from the terminal and from npm, is one wish', () => {
    const { cutShort, send } = setUp();
    send('SIGINT');
    send('SIGINT', 3);
    send('SIGTERM', sameKeystrokeMs - 4);
    expect(cutShort).not.toHaveBeenCalled();
  });

  test('a second one later does not wait for the orderly end', () => {
    const { cutShort, send } = setUp();
    send('SIGINT');
    send('SIGINT', 3);
    send('SIGTERM', sameKeystrokeMs);
    expect(cutShort).toHaveBeenCalledOnce();
  });

  test('who waits hears of it, before and after', async () => {
    const { asked, send } = setUp();
    const before = untilAborted(asked);
    send('SIGTERM');
    await Promise.all([before, untilAborted(asked)]);
  });
});

test('an end at once does not wait for a call to the disk that never returns', async (context) => {
  context.skip(process.platform === 'win32', 'Windows has no named pipes in folders');
  const folder = await mkdtemp(join(tmpdir(), 'roomdrop-stuck-'));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  // Opening a pipe that nobody writes to keeps a thread, as a dead network mount does.
  const script = `
    import { open } from 'node:fs';
    import { endAtOnce, listenForEnd } from ${JSON.stringify(new URL('../../../src/main/end-signals.ts', import.meta.url).href)};
    listenForEnd(process, () => undefined);
    open(${JSON.stringify(pipe)}, () => undefined);
    setTimeout(endAtOnce, 50);
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: 'ignore' });
  const [code, signal] = await once(child, 'exit');
  expect([code, signal]).toEqual([null, 'SIGINT']);
  await rm(folder, { recursive: true });
});
