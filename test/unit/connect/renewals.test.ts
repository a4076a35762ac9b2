import { expect, test } from 'vitest';
import { createRenewals } from '../../../src/connect/renewals.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { createFakeClock } from '../../support/connect-clock.ts';

const renewal = (key: string, code = 'code') => ({ key, session: `session of ${key}`, name: key, code });

test('a person asks once in a while, whether or not they were answered', async () => {
  const clock = createFakeClock();
  await clock.advance(limits.renewalMs);
  const renewals = createRenewals(clock);
  expect(renewals.add(renewal('ada'))).toBe(true);
  expect(renewals.add(renewal('ada', 'other'))).toBe(false);
  expect(renewals.list()).toEqual([renewal('ada')]);
  expect(renewals.delete('ada')).toBe(true);
  expect(renewals.delete('ada')).toBe(false);
  await clock.advance(limits.renewalMs - 1);
  expect(renewals.add(renewal('ada'))).toBe(false);
  expect(renewals.list()).toEqual([]);
  await clock.advance(1);
  expect(renewals.add(renewal('ada', 'third'))).toBe(true);
  expect(renewals.list()).toEqual([renewal('ada', 'third')]);
});

test('the newest of a person replaces the one before, and as many people may ask as a room has', async () => {
  const clock = createFakeClock();
  const renewals = createRenewals(clock);
  for (let each = 0; each < limits.roomMembers; each++) expect(renewals.add(renewal(`${each}`))).toBe(true);
  expect(renewals.add(renewal('one more'))).toBe(false);
  await clock.advance(limits.renewalMs);
  expect(renewals.add(renewal('0', 'newer'))).toBe(true);
  expect(renewals.list()).toHaveLength(limits.roomMembers);
  expect(renewals.list()[0]).toEqual(renewal('0', 'newer'));
  renewals.delete('0');
  expect(renewals.add(renewal('one more'))).toBe(true);
});
