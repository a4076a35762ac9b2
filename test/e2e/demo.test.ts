import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectRoot } from '../../scripts/build-if-stale.ts';
import { sameKeystrokeMs } from '../../src/main/end-signals.ts';
import { lockInstance } from '../../src/main/storage/instance-lock.ts';
import { type DemoProcess, startDemo } from '../support/demo-process.ts';

async function untilBothAreOpen(demo: DemoProcess): Promise<void> {
  await demo.says("Ann's page: http");
  await demo.says("Bo's page: http");
}

describe('npm run demo leaves no folder and no process behind', () => {
  let demo: DemoProcess | null = null;

  beforeEach((context) => {
    context.skip(process.platform !== 'linux', 'processes are counted in /proc, which only Linux has');
  });
  afterEach(async () => {
    await demo?.dispose();
    demo = null;
  });

  test('after Ctrl+C, which signals npm and the demo, and npm the demo once more', async () => {
    demo = await startDemo();
    await untilBothAreOpen(demo);
    await demo.interrupt();
    expect(await demo.exited).toBe(0);
    expect(await demo.leftovers()).toEqual([]);
  });

  test('after SIGTERM to npm', async () => {
    demo = await startDemo();
    await untilBothAreOpen(demo);
    process.kill(demo.pid, 'SIGTERM');
    expect(await demo.exited).toBe(0);
    expect(await demo.leftovers()).toEqual([]);
  });

  test('after a second, later Ctrl+C', async () => {
    demo = await startDemo();
    await untilBothAreOpen(demo);
    // One of the two does not answer.
    await demo.signal('Bo', 'SIGSTOP');
    await demo.interrupt();
    await delay(sameKeystrokeMs + 200);
    await demo.interrupt();
    await demo.exited;
    expect(await demo.leftovers()).toEqual([]);
  });

  test('after Ctrl+C while the two are still starting', async () => {
    demo = await startDemo();
    await demo.says('Ann and Bo are in the room');
    await demo.interrupt();
    expect(await demo.exited).toBe(0);
    expect(await demo.leftovers()).toEqual([]);
  });

  test('after Ctrl+C while their folders are being filled', async () => {
    const started = await startDemo();
    demo = started;
    await expect
      .poll(() => readdir(started.temporary), { interval: 5, timeout: 30_000 })
      .toContainEqual(expect.stringMatching(/^roomdrop-demo-/));
    await demo.interrupt();
    expect(await demo.exited).toBe(0);
    expect(await demo.leftovers()).toEqual([]);
  });

  test('after Ctrl+C while another start is building', async () => {
    const building = await lockInstance(join(projectRoot, 'out'));
    try {
      demo = await startDemo();
      await demo.says('Waiting for another start');
      await demo.interrupt();
      expect(await demo.exited).toBe(0);
    } finally {
      await building?.release();
    }
    expect(await demo.leftovers()).toEqual([]);
  });

  test('when one of the two dies', async () => {
    demo = await startDemo();
    await untilBothAreOpen(demo);
    await demo.signal('Ann', 'SIGKILL');
    expect(await demo.exited).toBe(1);
    expect(await demo.leftovers()).toEqual([]);
  });
});
