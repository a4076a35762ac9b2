import { expect, test } from 'vitest';
import { estimate } from '../../../../src/main/transfer/estimate.ts';

test('small files are told by their number: 200 a second are not 81 bytes a second and 12 minutes', () => {
  expect(estimate({ rate: 81, filesRate: 200, leftBytes: 58_000, leftFiles: 2_000 })).toEqual({
    rate: 81,
    filesRate: 200,
    secondsLeft: 10,
  });
});

test('empty files alone move, too', () => {
  expect(estimate({ rate: 0, filesRate: 100, leftBytes: 0, leftFiles: 50 })).toMatchObject({ secondsLeft: 0.5 });
});

test('larger files are told by their bytes', () => {
  expect(estimate({ rate: 10e6, filesRate: 20, leftBytes: 50e6, leftFiles: 100 })).toEqual({
    rate: 10e6,
    filesRate: 0,
    secondsLeft: 5,
  });
});

test('what nobody can tell is not told: small files now, large ones to come; or nothing moves', () => {
  const small = { rate: 20_000, filesRate: 200, leftBytes: 50e9, leftFiles: 10 };
  expect(estimate(small).secondsLeft).toBeNull();
  expect(estimate({ rate: 0, filesRate: 0, leftBytes: 5, leftFiles: 1 }).secondsLeft).toBeNull();
});

test('32 KiB a file is no longer small, neither of what went nor of what is left', () => {
  const small = 32 * 1024;
  const whole = { rate: 10 * small, filesRate: 10, leftBytes: 100 * small, leftFiles: 100 };
  expect(estimate(whole)).toEqual({ rate: 10 * small, filesRate: 0, secondsLeft: 10 });
  const less = { ...whole, rate: 10 * small - 1 };
  expect(estimate(less)).toMatchObject({ filesRate: 10, secondsLeft: null });
  expect(estimate({ ...less, leftBytes: 100 * small - 1 })).toMatchObject({ secondsLeft: 10 });
});

test('what stands still has no end', () => {
  expect(estimate({ rate: 0, filesRate: 0, leftBytes: 5, leftFiles: 1 })).toEqual({
    rate: 0,
    filesRate: 0,
    secondsLeft: null,
  });
});
