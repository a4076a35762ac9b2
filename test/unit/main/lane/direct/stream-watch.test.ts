import { expect, test } from 'vitest';
import { createStreamWatch, type StreamCounts } from '../../../../../src/main/lane/direct/stream-watch.ts';
import { limits } from '../../../../../src/shared/protocol/limits.ts';

const MiB = 1024 * 1024;
const mostBytes = limits.directWindowBytes;
const packetBytes = 1400;
const nothing: StreamCounts = {
  cameBytes: 0,
  packets: 0,
  readBytes: 0,
  readMessages: 0,
  sentBytes: 0,
  sentMessages: 0,
};

test('what comes and is never read is too much beyond a window', () => {
  const isLost = createStreamWatch();
  const counts = (bytes: number) => ({ ...nothing, cameBytes: bytes + 100, packets: 1 });
  expect(isLost(counts(mostBytes))).toBe(false);
  expect(isLost(counts(mostBytes + 1))).toBe(true);
});

test('heads are not kept: acknowledgements of a large file are no more than that', () => {
  const isLost = createStreamWatch();
  const packets = 10_000_000;
  const sentBytes = packets * 1200;
  expect(isLost({ ...nothing, cameBytes: packets * 100, packets, sentBytes })).toBe(false);
  const twice = { cameBytes: packets * 200, packets: 2 * packets, sentBytes: 2 * sentBytes };
  expect(isLost({ ...nothing, ...twice })).toBe(false);
});

test('long acknowledgements of what is sent with much loss are allowed for, also when all is quiet then, but not for ever', () => {
  const isLost = createStreamWatch();
  const sent = (sentBytes: number): StreamCounts => {
    const packets = Math.floor(sentBytes / 1200);
    return { ...nothing, cameBytes: packets * 336, packets, sentBytes };
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
    expect(isLost({ ...nothing, cameBytes: readBytes * 1.1, readBytes })).toBe(false);
  }
});

test('what is kept beside what is read adds up over all looks', () => {
  const isLost = createStreamWatch();
  let looks = 0;
  const at = (): StreamCounts => {
    const packets = looks * 10_000;
    return { ...nothing, cameBytes: packets * packetBytes, packets, readBytes: 0.5 * packets * packetBytes };
  };
  while (!isLost(at())) looks++;
  const keptALook = 10_000 * (packetBytes - 100 - 1.1 * 0.5 * packetBytes);
  expect(looks).toBe(Math.floor(mostBytes / keptALook) + 1);
});

test('what was read too much earlier does not count for later', () => {
  const isLost = createStreamWatch();
  expect(isLost({ ...nothing, cameBytes: 500 * MiB, readBytes: 500 * MiB })).toBe(false);
  expect(isLost({ ...nothing, cameBytes: 500 * MiB + mostBytes + 1, readBytes: 500 * MiB })).toBe(true);
});

test('a stream on which nothing could be read for 3 s is lost, whatever comes', () => {
  const isLost = createStreamWatch();
  const read = { ...nothing, cameBytes: 500, packets: 2, readBytes: 17, sentBytes: 17 };
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
  const looks = Array.from({ length: 100 }, () => isLost({ ...nothing, cameBytes: 96, packets: 1 }));
  expect(looks).not.toContain(true);
});

test('many small packets that are never read are too many, although their bytes are few', () => {
  const isLost = createStreamWatch();
  const mostPackets = mostBytes / 100 + 10;
  expect(isLost({ ...nothing, cameBytes: mostPackets * 21, packets: Math.floor(mostPackets) })).toBe(false);
  expect(isLost({ ...nothing, cameBytes: mostPackets * 21, packets: Math.floor(mostPackets) + 11 })).toBe(true);
});

test.each<[string, (packets: number) => Partial<StreamCounts>]>([
  ['bring what is read', (packets) => ({ readBytes: packets * 1000 })],
  ['bring a message each', (packets) => ({ readMessages: packets })],
  ['acknowledge what is sent', (packets) => ({ sentBytes: (packets / 1.5) * 1100 })],
  ['acknowledge a message each', (packets) => ({ sentMessages: packets })],
])('packets that %s are never too many', (_, of) => {
  const isLost = createStreamWatch();
  for (let packets = 0; packets < 100_000_000; packets += 1_000_000) {
    expect(isLost({ ...nothing, packets, cameBytes: 40 * packets, ...of(packets) })).toBe(false);
  }
});

test('a stream on which nothing goes may last for a week', () => {
  const isLost = createStreamWatch();
  // It beats once a second, and UDX says that it is there.
  const lost = Array.from({ length: 7 * 24 * 3600 }, (_, second) =>
    isLost({ ...nothing, cameBytes: second * 120, packets: 4 * second, readBytes: 17 * second, readMessages: second }),
  );
  expect(lost).not.toContain(true);
});
