import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRoomLock, type RoomLock } from '../../../src/connect/room-lock.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { openGuard } from '../../../src/shared/room-guard.ts';

const nowMs = Date.UTC(2026, 0, 1);

function makeLock(
  options: { met?: readonly string[]; linked?: readonly string[]; wallMs?: () => number } = {},
): RoomLock {
  const { met = [], linked = [], wallMs = () => nowMs } = options;
  const lock = createRoomLock({ saved: openGuard, wallMs, linked: () => linked });
  for (const key of met) lock.saw(key);
  return lock;
}

describe('a lock', () => {
  test('keeps newcomers out, and lets in whom somebody inside had met', () => {
    const [ada, ben] = [makeLock({ met: ['cleo'] }), makeLock({ met: ['dora'] })];
    ada.turnTo(true);
    expect(ben.hear(ada.state)).toBe('changed');
    expect(ada.hear(ben.state)).toBe('changed');
    for (const lock of [ada, ben]) {
      expect(['cleo', 'dora', 'eve'].map((key) => lock.admits(key))).toEqual([true, true, false]);
    }
    expect(ben.hear(ada.state)).toBe('same');
  });

  test('is undone by anybody, and whoever was met meanwhile does not matter any more', () => {
    const [ada, ben] = [makeLock(), makeLock()];
    ada.turnTo(true);
    ben.hear(ada.state);
    ben.turnTo(false);
    expect(ada.hear(ben.state)).toBe('changed');
    expect(ada.state).toEqual({ turn: 2, locked: false, keys: [] });
    expect(ada.admits('eve')).toBe(true);
  });

  test('wins where two say otherwise of one turn, as only somebody who makes turns up brings about', () => {
    const [ada, ben] = [makeLock(), makeLock()];
    ada.hear({ turn: 5, locked: false, keys: [] });
    ben.hear({ turn: 5, locked: true, keys: [] });
    const [fromAda, fromBen] = [ada.state, ben.state];
    expect([ada.hear(fromBen), ben.hear(fromAda)]).toEqual(['changed', 'older']);
    expect([ada.state.locked, ben.state.locked]).toEqual([true, true]);
  });

  test('that two have changed at once is what the one who changed it oftener has made of it', () => {
    const [ada, ben] = [makeLock(), makeLock()];
    ada.turnTo(true);
    ben.turnTo(true);
    ben.turnTo(false);
    expect([ada.hear(ben.state), ben.hear(ada.state)]).toEqual(['changed', 'same']);
    expect(ada.state).toEqual(ben.state);
  });

  test('that somebody has not heard of is told to them', () => {
    const ada = makeLock();
    ada.turnTo(true);
    ada.turnTo(false);
    expect(ada.hear({ turn: 1, locked: true, keys: [] })).toBe('older');
    expect(ada.state.locked).toBe(false);
  });

  test('never leaves out those who are linked, however many others were met or are named', () => {
    const many = Array.from({ length: 3 * limits.lockKeys }, (_, index) => `key ${index}`);
    const ada = makeLock({ met: many, linked: ['ben'] });
    ada.hear({ turn: 1, locked: true, keys: many.slice(0, limits.lockKeys) });
    expect(ada.admits('ben')).toBe(true);
    expect(ada.state.keys).toHaveLength(limits.lockKeys);
    expect(ada.seen).toHaveLength(limits.lockKeys);
  });

  test.each([true, false])('with an absurd turn (locked: %s) does not stay for ever', (locked) => {
    let wallMs = nowMs;
    const [ada, ben] = [makeLock({ wallMs: () => wallMs }), makeLock({ wallMs: () => wallMs })];
    const absurd = { turn: Number.MAX_SAFE_INTEGER, locked, keys: [] };
    for (const lock of [ada, ben]) lock.hear(absurd);
    expect(ada.state).toEqual(ben.state);
    wallMs += 1000;
    ada.turnTo(!locked);
    expect(ben.hear(ada.state)).toBe('changed');
    expect(ben.state.locked).toBe(!locked);
    // Who comes later, or hears of the absurd one again, is no worse off.
    const late = makeLock({ wallMs: () => wallMs });
    late.hear(absurd);
    wallMs += 1000;
    late.hear(ada.state);
    late.turnTo(!locked);
    expect(Number.isSafeInteger(late.state.turn)).toBe(true);
  });

  test('that is so already is no turn', () => {
    const ada = makeLock();
    expect(ada.turnTo(false)).toBe(false);
    expect(ada.turnTo(true)).toBe(true);
    expect(ada.turnTo(true)).toBe(false);
    expect(ada.state).toEqual({ turn: 1, locked: true, keys: [] });
  });

  test('lets in whom one has met latest, where not all can be named', () => {
    const saved = { ...openGuard, seen: Array.from({ length: limits.lockKeys }, (_, index) => `key ${index}`) };
    const lock = createRoomLock({ saved, wallMs: () => nowMs, linked: () => ['ben'] });
    lock.turnTo(true);
    expect(lock.state.keys[0]).toBe('ben');
    expect(lock.admits(`key ${limits.lockKeys - 1}`)).toBe(true);
    expect(lock.admits('key 0')).toBe(false);
  });

  test('of which two know other people names no more of them than anybody keeps', () => {
    const names = (who: string): string[] => Array.from({ length: limits.lockKeys }, (_, index) => `${who} ${index}`);
    const ada = makeLock();
    ada.hear({ turn: 1, locked: true, keys: names('ada').slice(1) });
    expect(ada.hear({ turn: 1, locked: true, keys: names('ben') })).toBe('changed');
    expect(ada.state.keys).toHaveLength(limits.lockKeys);
    expect(ada.hear({ turn: 1, locked: true, keys: names('cleo') })).toBe('same');
  });

  test('takes at most one turn a second since 1970', () => {
    const ada = makeLock();
    ada.hear({ turn: Number.MAX_SAFE_INTEGER, locked: true, keys: [] });
    expect(ada.state.turn).toBe(nowMs / 1000);
  });

  test('is the same for all in the end, whoever changes it and in whatever order they hear', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ who: fc.nat(2), turnTo: fc.boolean() }),
        fc.record({ who: fc.nat(2), hearsOf: fc.nat(2) }),
        fc.record({ who: fc.nat(2), met: fc.constantFrom('x', 'y', 'z') }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const locks = [makeLock(), makeLock(), makeLock()] as const;
        const at = (index: number): RoomLock => locks[index] ?? locks[0];
        for (const step of all) {
          if ('turnTo' in step) at(step.who).turnTo(step.turnTo);
          else if ('met' in step) at(step.who).saw(step.met);
          else at(step.who).hear(at(step.hearsOf).state);
        }
        for (let round = 0; round < 3; round++)
          for (const one of locks) for (const other of locks) one.hear(other.state);
        const states = locks.map(({ state }) => ({ ...state, keys: [...state.keys].sort() }));
        expect(states[1]).toEqual(states[0]);
        expect(states[2]).toEqual(states[0]);
      }),
    );
  });
});
