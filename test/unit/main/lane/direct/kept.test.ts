import { expect, test } from 'vitest';
import { createKeptWatch } from '../../../../../src/main/lane/direct/kept.ts';
import { limits } from '../../../../../src/shared/protocol/limits.ts';

const MiB = 1024 * 1024;
const mostBytes = limits.directWindowBytes;
const packetBytes = 1400;

test('what comes and is never read is too much beyond a window', () => {
  const isTooMuch = createKeptWatch();
  const counts = (bytes: number) => ({ cameBytes: bytes + 100, packets: 1, readBytes: 0 });
  expect(isTooMuch(counts(mostBytes))).toBe(false);
  expect(isTooMuch(counts(mostBytes + 1))).toBe(true);
});

test('heads are not kept: acknowledgements of a large file are no more than that', () => {
  const isTooMuch = createKeptWatch();
  const packets = 10_000_000;
  expect(isTooMuch({ cameBytes: packets * 100, packets, readBytes: 0 })).toBe(false);
  expect(isTooMuch({ cameBytes: packets * 200, packets: 2 * packets, readBytes: 0 })).toBe(false);
});

test('what is read meanwhile may have come a tenth more than once, without an end', () => {
  const isTooMuch = createKeptWatch();
  for (let readBytes = 0; readBytes < 100_000 * MiB; readBytes += 500 * MiB) {
    expect(isTooMuch({ cameBytes: readBytes * 1.1, packets: 0, readBytes })).toBe(false);
  }
});

test('what is kept beside what is read adds up over all looks', () => {
  const isTooMuch = createKeptWatch();
  let looks = 0;
  const at = (): { cameBytes: number; packets: number; readBytes: number } => {
    const packets = looks * 10_000;
    return { cameBytes: packets * packetBytes, packets, readBytes: 0.5 * packets * packetBytes };
  };
  while (!isTooMuch(at())) looks++;
  const keptALook = 10_000 * (packetBytes - 100 - 1.1 * 0.5 * packetBytes);
  expect(looks).toBe(Math.floor(mostBytes / keptALook) + 1);
});

test('what was read too much earlier does not count for later', () => {
  const isTooMuch = createKeptWatch();
  expect(isTooMuch({ cameBytes: 500 * MiB, packets: 0, readBytes: 500 * MiB })).toBe(false);
  expect(isTooMuch({ cameBytes: 500 * MiB + mostBytes + 1, packets: 0, readBytes: 500 * MiB })).toBe(true);
});
