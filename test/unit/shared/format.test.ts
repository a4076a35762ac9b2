import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  displayName,
  formatBytes,
  formatDuration,
  formatMilliseconds,
  formatRate,
  percentOf,
} from '../../../src/shared/format.ts';

describe('sizes', () => {
  test.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [1500, '1.5 kB'],
    [999_400, '999 kB'],
    [999_600, '1 MB'],
    [1_420_000_000, '1.42 GB'],
    [Number.MAX_SAFE_INTEGER, '9.01 PB'],
  ])('%i bytes', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test('never show more than three digits', () => {
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (bytes) => {
        expect(formatBytes(bytes).replace(/\D/g, '').length).toBeLessThanOrEqual(3);
      }),
    );
  });

  test('rates', () => {
    expect(formatRate(12_400_000)).toBe('12.4 MB/s');
    expect(formatRate(0)).toBe('0 kB/s');
    expect(formatRate(81)).toBe('81 byte/s');
  });
});

test.each([
  [0, '1 sec'],
  [59, '59 sec'],
  [60, '1 min'],
  [61, '2 min'],
  [3600, '1 hr'],
  [4800, '1 hr 20 min'],
  [400_000, '5 days'],
])('%i seconds', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

describe('percent', () => {
  test('is 100 only when all is there', () => {
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (a, b) => {
        const [part, total] = a < b ? [a, b] : [b, Math.max(a, 1)];
        const percent = percentOf(part, total);
        expect(percent).toBeGreaterThanOrEqual(0);
        expect(percent === 100).toBe(part >= total);
      }),
    );
  });

  test('nothing to do is all done', () => {
    expect(percentOf(0, 0)).toBe(100);
  });
});

test('milliseconds', () => {
  expect(formatMilliseconds(3.4)).toBe('3\u00a0ms');
});

describe('names from elsewhere', () => {
  test('cannot turn the text around or break the line', () => {
    expect(displayName('holiday\u202egpj.exe')).toBe('holiday\ufffdgpj.exe');
    expect(displayName('a\nb\u0000c\u2066d')).toBe('a\ufffdb\ufffdc\ufffdd');
  });

  test('keep every script and emoji', () => {
    for (const name of ['Zoë', '写真', 'عطلة', 'ภาพถ่าย', '👩‍👩‍👧']) expect(displayName(name)).toBe(name);
  });
});
