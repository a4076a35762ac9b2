import { expect, test } from 'vitest';
import { createShowing } from '../../../../src/main/transfer/showing.ts';
import { initialStatus, type Status } from '../../../../src/main/transfer/state.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';
import type { TransferView } from '../../../../src/shared/views.ts';
import { transferView } from '../../../support/ui-views.ts';

const waiting: Status = initialStatus('sender');
const flowing: Status = { ...waiting, phase: 'running', lane: true, met: true };
const ended: Status = { ...waiting, phase: 'done' };

/** Time that stands still until it is moved, and the ticks that are due in it. */
function createTime() {
  let nowMs = 0;
  const due = new Map<() => void, number>();
  return {
    now: () => nowMs,
    after(ms: number, action: () => void) {
      due.set(action, nowMs + ms);
      return () => void due.delete(action);
    },
    advance(ms: number) {
      const end = nowMs + ms;
      for (;;) {
        const [next] = [...due].filter(([, atMs]) => atMs <= end).sort(([, one], [, other]) => one - other);
        if (!next) break;
        due.delete(next[0]);
        nowMs = next[1];
        next[0]();
      }
      nowMs = end;
    },
    get waiting() {
      return due.size;
    },
  };
}

function setUp() {
  const time = createTime();
  const shown: string[] = [];
  const showing = createShowing<{ id: string; status: Status; view(): TransferView }>({
    now: time.now,
    after: time.after,
    onChange: ({ id }) => shown.push(id),
  });
  function add(id: string, status: Status) {
    const transfer = { id, status, view: () => transferView({ id }) };
    showing.add(transfer);
    return transfer;
  }
  /** How often anything was shown since this was last asked. */
  const shownSince = (): number => shown.splice(0).length;
  return { time, shown, showing, add, shownSince };
}

test('transfers stay in the order in which they came, also one that takes another shape', () => {
  const { showing, add } = setUp();
  const [a, b] = [add('a', waiting), add('b', waiting)];
  expect(showing.list()).toEqual([a, b]);
  const other = { ...a, status: flowing };
  showing.replace(other);
  expect(showing.list()).toEqual([other, b]);
  expect(showing.get('a')).toBe(other);
  showing.replace({ ...a, id: 'c' });
  expect(showing.get('c')).toBeUndefined();
  showing.remove('a');
  expect(showing.list()).toEqual([b]);
  expect(showing.get('a')).toBeUndefined();
});

test('a change is shown at once, one of nothing is not', () => {
  const { showing, add, shown, time } = setUp();
  add('a', waiting);
  showing.changed('a');
  showing.changed('a');
  showing.changed('b');
  showing.progressed('b');
  expect(shown).toEqual(['a', 'a']);
  expect(time.waiting).toBe(0);
});

test('fifty changes a second are shown at once, the rest with the next tick', () => {
  const { showing, add, shownSince, time } = setUp();
  add('a', waiting);
  for (let each = 0; each < 60; each++) showing.changed('a');
  expect(shownSince()).toBe(50);
  time.advance(999);
  expect(shownSince()).toBe(0);
  time.advance(1);
  expect(shownSince()).toBe(1);
  // Nothing is late any more.
  time.advance(5000);
  expect(shownSince()).toBe(0);
  expect(time.waiting).toBe(0);
  for (let each = 0; each < 60; each++) showing.changed('a');
  expect(shownSince()).toBe(50);
});

test('the fifty are counted anew each second, whenever they came in it', () => {
  const { showing, add, shownSince, time } = setUp();
  add('a', waiting);
  for (let each = 0; each < 50; each++) showing.changed('a');
  time.advance(999);
  showing.changed('a');
  expect(shownSince()).toBe(50);
  time.advance(1);
  for (let each = 0; each < 50; each++) showing.changed('a');
  expect(shownSince()).toBe(50);
});

test('an end is never late', () => {
  const { showing, add, shownSince } = setUp();
  const transfer = add('a', waiting);
  for (let each = 0; each < 60; each++) showing.changed('a');
  shownSince();
  transfer.status = ended;
  showing.changed('a');
  expect(shownSince()).toBe(1);
});

test('progress is shown four times a second at most', () => {
  const { showing, add, shownSince, time } = setUp();
  add('a', flowing);
  showing.progressed('a');
  showing.progressed('a');
  time.advance(limits.progressIntervalMs - 1);
  showing.progressed('a');
  expect(shownSince()).toBe(1);
  time.advance(1);
  showing.progressed('a');
  expect(shownSince()).toBe(1);
});

test('one that flows is shown once a second while nothing happens, so that its rate falls', () => {
  const { showing, add, shownSince, time } = setUp();
  const transfer = add('a', flowing);
  add('b', waiting);
  add('c', waiting);
  showing.changed('a');
  showing.changed('b');
  expect(time.waiting).toBe(1);
  shownSince();
  time.advance(3000);
  expect(shownSince()).toBe(3);
  // What was shown a moment ago is not shown again.
  time.advance(500);
  showing.progressed('a');
  time.advance(500);
  expect(shownSince()).toBe(1);
  transfer.status = waiting;
  time.advance(10_000);
  expect(shownSince()).toBe(0);
  expect(time.waiting).toBe(0);
});

test('nothing ticks for what is gone, nor once all is stopped', () => {
  const { showing, add, shownSince, time } = setUp();
  add('a', flowing);
  showing.changed('a');
  showing.remove('a');
  expect(time.waiting).toBe(0);
  add('b', flowing);
  showing.changed('b');
  expect(time.waiting).toBe(1);
  showing.stop();
  expect(time.waiting).toBe(0);
  shownSince();
  showing.changed('b');
  expect(shownSince()).toBe(1);
  expect(time.waiting).toBe(0);
});
