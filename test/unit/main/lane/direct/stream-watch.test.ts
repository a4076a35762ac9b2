import { expect, test } from 'vitest';
import { createStreamWatch, type StreamCounts } from '../../../../../src/main/lane/direct/stream-watch.ts';
import { limits } from '../../../../../src/shared/protocol/limits.ts';

const MiB = 1024 * 1024;
const mostBytes = limits.directWindowBytes;
const packetBytes = 1400;

test('what comes and is never read is too much beyond a window', () => {
  const isLost = createStreamWatch();
  const counts = (bytes: number) => ({ cameBytes: bytes + 100, packets: 1, readBytes: 0, sentBytes: 0 });
  expect(isLost(counts(mostBytes))).toBe(false);
  expect(isLost(counts(mostBytes + 1))).toBe(true);
});

test('heads are not kept: acknowledgements of a large file are no more than that', () => {
  const isLost = createStreamWatch();
  const packets = 10_000_000;
  expect(isLost({ cameBytes: packets * 100, packets, readBytes: 0, sentBytes: 0 })).toBe(false);
  expect(isLost({ cameBytes: packets * 200, packets: 2 * packets, readBytes: 0, sentBytes: 0 })).toBe(false);
});

test('long acknowledgements of what is sent with much loss are allowed for, also when all is quiet then, but not for ever', () => {
  const isLost = createStreamWatch();
  const sent = (sentBytes: number): StreamCounts => {
    const packets = Math.floor(sentBytes / 1200);
    return { cameBytes: packets * 336, packets, readBytes: 0, sentBytes };
  };
  for (let sentBytes = 0; sentBytes <= 1300 * MiB; sentBytes += 10 * MiB) {
    expect(isLost(sent(sentBytes))).toBe(false);
  }
  expect(isLost(sent(1300 * MiB))).toBe(false);
  expect(isLost(sent(1700 * MiB))).toBe(true);
  // Nor without having sent as much.
  expect(createStreamWatch()({ ...sent(400 * MiB), sentBytes: 10 * MiB })).toBe(true);
});

test('what is read meanwhile may have come a tenth more than once, without an end', () => {
  const isLost = createStreamWatch();
  for (let readBytes = 0; readBytes < 100_000 * MiB; readBytes += 500 * MiB) {
    expect(isLost({ cameBytes: readBytes * 1.1, packets: 0, readBytes, sentBytes: 0 })).toBe(false);
  }
});

test('what is kept beside what is read adds up over all looks', () => {
  const isLost = createStreamWatch();
  let looks = 0;
  const at = (): StreamCounts => {
    const packets = looks * 10_000;
    return { cameBytes: packets * packetBytes, packets, readBytes: 0.5 * packets * packetBytes, sentBytes: 0 };
  };
  while (!isLost(at())) looks++;
  const keptALook = 10_000 * (packetBytes - 100 - 1.1 * 0.5 * packetBytes);
  expect(looks).toBe(Math.floor(mostBytes / keptALook) + 1);
});

test('what was read too much earlier does not count for later', () => {
  const isLost = createStreamWatch();
  expect(isLost({ cameBytes: 500 * MiB, packets: 0, readBytes: 500 * MiB, sentBytes: 0 })).toBe(false);
  expect(isLost({ cameBytes: 500 * MiB + mostBytes + 1, packets: 0, readBytes: 500 * MiB, sentBytes: 0 })).toBe(true);
});

test('a stream on which nothing could be read for 3 s is lost, whatever comes', () => {
  const isLost = createStreamWatch();
  const read = { cameBytes: 500, packets: 2, readBytes: 17, sentBytes: 17 };
  expect(isLost(read)).toBe(false);
  expect(Array.from({ length: 11 }, () => isLost(read))).toEqual(new Array(11).fill(false));
  // A beat is enough.
  const again = { ...read, readBytes: 34 };
  expect(isLost(again)).toBe(false);
  const looks = Array.from({ length: 12 }, (_, index) => isLost({ ...again, cameBytes: 500 + index * 1000 }));
  expect(looks).toEqual([...new Array(11).fill(false), true]);
});

test('until something was read it is not this that bounds the wait', () => {
  const isLost = createStreamWatch();
  const looks = Array.from({ length: 100 }, () => isLost({ cameBytes: 96, packets: 1, readBytes: 0, sentBytes: 0 }));
  expect(looks).not.toContain(true);
});
