import { beforeEach, expect, test } from 'vitest';
import { createDirectLane } from '../../../../../src/main/lane/direct/direct-lane.ts';
import type { SealedStream, SealedStreamHandlers } from '../../../../../src/main/lane/direct/sealed-stream.ts';
import type { Lane } from '../../../../../src/main/lane/lane.ts';
import { createFakeAfter, type FakeAfter } from '../../../../support/fake-after.ts';

let time: FakeAfter;
let written: Uint8Array[];
/** What the stream answers to a write. */
let takes: boolean;
let stream: SealedStreamHandlers;
let ended: string[];
let told: string[];
let lane: Lane;
let closeStream: () => void;

beforeEach(() => {
  time = createFakeAfter();
  written = [];
  takes = true;
  ended = [];
  told = [];
  const sealed: SealedStream = {
    opened: Promise.resolve(true),
    closed: new Promise((resolve) => {
      closeStream = resolve;
    }),
    counts: { cameBytes: 0, packets: 0, readBytes: 0, readMessages: 0, sentBytes: 0, sentMessages: 0 },
    write(message) {
      written.push(message);
      return takes;
    },
    beat: () => undefined,
    listen(handlers) {
      stream = handlers;
    },
    end: () => void ended.push('end'),
    destroy: () => void ended.push('destroy'),
  };
  lane = createDirectLane(sealed, time.after);
  lane.listen({
    message: (message) => told.push(`message ${message}`),
    drain: () => told.push(`drain ${lane.undrainedBytes}`),
    close: () => told.push('close'),
  });
});

const control = (...bytes: number[]): Uint8Array<ArrayBuffer> => new Uint8Array([0, ...bytes]);
const block = (...bytes: number[]): Uint8Array<ArrayBuffer> => new Uint8Array([1, ...bytes]);

test('it is a lane of kind direct, which takes a block in one message', () => {
  expect(lane.terms).toMatchObject({ kind: 'direct', preference: 1, blockBytes: 262_144, windowBytes: 67_108_864 });
  expect(lane.maxMessageBytes).toBe(262_144);
});

test('what the stream takes at once has drained at once', () => {
  lane.send(block(1));
  lane.send(control(2));
  expect(written).toEqual([block(1), control(2)]);
  expect(lane.undrainedBytes).toBe(0);
});

test('while the stream is full messages wait here, and control overtakes blocks', () => {
  takes = false;
  lane.send(block(1));
  lane.send(block(2));
  lane.send(block(3));
  lane.send(control(4, 4));
  lane.send(control(5));
  expect(written).toEqual([block(1)]);
  expect(lane.undrainedBytes).toBe(11);
  stream.drained();
  expect(written).toEqual([block(1), control(4, 4)]);
  expect(told).toEqual(['drain 9']);
  takes = true;
  stream.drained();
  expect(written.slice(2)).toEqual([control(5), block(2), block(3)]);
  expect(lane.undrainedBytes).toBe(0);
  expect(told).toEqual(['drain 9', 'drain 0']);
});

test('what comes is handed on until it is closed', () => {
  stream.message(block(7));
  lane.close();
  stream.message(block(8));
  stream.drained();
  stream.closed();
  expect(told).toEqual(['message 1,7']);
});

test('a stream that ends is told once, and nothing is sent after it', () => {
  stream.closed();
  stream.closed();
  lane.send(block(1));
  lane.close();
  expect(told).toEqual(['close']);
  expect(written).toEqual([]);
  expect(ended).toEqual([]);
});

test('closing lets what was sent arrive, but not for ever', () => {
  lane.close();
  lane.close();
  lane.send(block(1));
  expect(ended).toEqual(['end']);
  time.advance(1999);
  expect(ended).toEqual(['end']);
  time.advance(1);
  expect(ended).toEqual(['end', 'destroy']);
  expect(written).toEqual([]);
});

test('nothing waits for a stream any more that is gone before', async () => {
  lane.close();
  expect(time.waiting).toBe(1);
  closeStream();
  await Promise.resolve();
  expect(time.waiting).toBe(0);
});
