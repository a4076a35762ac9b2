import { expect, test } from 'vitest';
import { createTellingTaken } from '../../../../src/connect/strands/telling-taken.ts';
import { createFakeClock } from '../../../support/connect-clock.ts';

const KiB = 1024;

function setUp() {
  const clock = createFakeClock();
  const toldMs: number[] = [];
  const telling = createTellingTaken({ clock, withinMs: 50, tell: () => toldMs.push(clock.now()) });
  return { clock, telling, toldMs };
}

test('one block is told soon, and once', async () => {
  const { clock, telling, toldMs } = setUp();
  telling.took(1 * KiB);
  await clock.advance(30);
  telling.took(1 * KiB);
  await clock.advance(200);
  expect(toldMs).toEqual([50]);
  telling.took(1 * KiB);
  await clock.advance(200);
  expect(toldMs).toEqual([50, 280]);
});

test('256 KiB are told at once, and what was told counts no more', async () => {
  const { clock, telling, toldMs } = setUp();
  for (let count = 0; count < 3; count++) telling.took(64 * KiB);
  expect(toldMs).toEqual([]);
  telling.took(64 * KiB);
  expect(toldMs).toEqual([0]);
  expect(clock.waiting).toBe(0);
  for (let count = 0; count < 3; count++) telling.took(64 * KiB);
  expect(toldMs).toEqual([0]);
  telling.took(64 * KiB);
  expect(toldMs).toEqual([0, 0]);
});

test('so much in one is told at once, and nothing waits', () => {
  const { clock, telling, toldMs } = setUp();
  telling.took(256 * KiB);
  expect([toldMs, clock.waiting]).toEqual([[0], 0]);
  telling.stop();
});

test('when it is stopped it tells nothing more', async () => {
  const { clock, telling, toldMs } = setUp();
  telling.took(1);
  telling.stop();
  expect(clock.waiting).toBe(0);
  await clock.advance(100);
  expect(toldMs).toEqual([]);
});
