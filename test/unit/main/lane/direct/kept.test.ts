import { expect, test } from 'vitest';
import { createKeptWatch, type StreamCounts } from '../../../../../src/main/lane/direct/kept.ts';
import { limits } from '../../../../../src/shared/protocol/limits.ts';

const MiB = 1024 * 1024;
const mostBytes = limits.directWindowBytes;
const packetBytes = 1400;

test('what comes and is never read is too much beyond a window', () => {
  const isTooMuch = createKeptWatch();
  const counts = (bytes: number) => ({ cameBytes: bytes + 100, packets: 1, readBytes: 0, sentBytes: 0 });
  expect(isTooMuch(counts(mostBytes), 0)).toBe(false);
  expect(isTooMuch(counts(mostBytes + 1), 0)).toBe(true);
});

test('heads are not kept: acknowledgements of a large file are no more than that', () => {
  const isTooMuch = createKeptWatch();
  const packets = 10_000_000;
  expect(isTooMuch({ cameBytes: packets * 100, packets, readBytes: 0, sentBytes: 0 }, 0)).toBe(false);
  expect(isTooMuch({ cameBytes: packets * 200, packets: 2 * packets, readBytes: 0, sentBytes: 0 }, 5000)).toBe(false);
});

test('long acknowledgements of what is sent with much loss are allowed for, also when all is quiet then, but not for ever', () => {
  const isTooMuch = createKeptWatch();
  const sent = (sentBytes: number): StreamCounts => {
    const packets = Math.floor(sentBytes / 1200);
    return { cameBytes: packets * 336, packets, readBytes: 0, sentBytes };
  };
  let nowMs = 0;
  for (let sentBytes = 0; sentBytes <= 1300 * MiB; sentBytes += 10 * MiB) {
    expect(isTooMuch(sent(sentBytes), nowMs)).toBe(false);
    nowMs += 250;
  }
  expect(isTooMuch(sent(1300 * MiB), nowMs + 60_000)).toBe(false);
  expect(isTooMuch(sent(1700 * MiB), nowMs + 60_000)).toBe(true);
  // Nor without having sent as much.
  expect(createKeptWatch()({ ...sent(400 * MiB), sentBytes: 10 * MiB }, 0)).toBe(true);
});

test('what is read meanwhile may have come a tenth more than once, without an end', () => {
  const isTooMuch = createKeptWatch();
  for (let readBytes = 0; readBytes < 100_000 * MiB; readBytes += 500 * MiB) {
    expect(isTooMuch({ cameBytes: readBytes * 1.1, packets: 0, readBytes, sentBytes: 0 }, readBytes)).toBe(false);
  }
});

test('what is kept beside what is read adds up over all looks', () => {
  const isTooMuch = createKeptWatch();
  let looks = 0;
  const at = (): StreamCounts => {
    const packets = looks * 10_000;
    return { cameBytes: packets * packetBytes, packets, readBytes: 0.5 * packets * packetBytes, sentBytes: 0 };
  };
  while (!isTooMuch(at(), 250 * looks)) looks++;
  const keptALook = 10_000 * (packetBytes - 100 - 1.1 * 0.5 * packetBytes);
  expect(looks).toBe(Math.floor(mostBytes / keptALook) + 1);
});

test('what was read too much earlier does not count for later', () => {
  const isTooMuch = createKeptWatch();
  expect(isTooMuch({ cameBytes: 500 * MiB, packets: 0, readBytes: 500 * MiB, sentBytes: 0 }, 0)).toBe(false);
  expect(isTooMuch({ cameBytes: 500 * MiB + mostBytes + 1, packets: 0, readBytes: 500 * MiB, sentBytes: 0 }, 0)).toBe(
    true,
  );
});

test('what waits behind a gap for 3 s, while nothing is read, waits for ever', () => {
  const isTooMuch = createKeptWatch();
  const gap = { cameBytes: MiB, packets: 0, readBytes: 0, sentBytes: 0 };
  expect(isTooMuch(gap, 10_000)).toBe(false);
  // Something was read meanwhile, though a gap remains.
  expect(isTooMuch({ ...gap, readBytes: 100 }, 12_900)).toBe(false);
  expect(isTooMuch({ ...gap, readBytes: 100 }, 15_899)).toBe(false);
  expect(isTooMuch({ ...gap, readBytes: 100 }, 15_900)).toBe(true);
});

test('a message that is not whole yet may take as long as it likes', () => {
  const isTooMuch = createKeptWatch();
  const part = { cameBytes: 2 * limits.directBlockBytes, packets: 0, readBytes: 0, sentBytes: 0 };
  expect(isTooMuch(part, 0)).toBe(false);
  expect(isTooMuch(part, 60_000)).toBe(false);
  expect(isTooMuch({ ...part, cameBytes: part.cameBytes + 1 }, 60_250)).toBe(false);
  expect(isTooMuch({ ...part, cameBytes: part.cameBytes + 1 }, 63_000)).toBe(true);
});
