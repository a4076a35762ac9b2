/**
 * One queue of happenings, in the order of their times and, at one time, of their making. Nothing else makes time pass in a
 * world: whoever waits, waits here.
 */
export interface Timeline {
  /** Milliseconds since the world began. */
  now(): number;
  /** Happens once after the delay, unless the returned function is called before. */
  after(delayMs: number, happen: () => void): () => void;
  /** Lets everything happen that is due until then, and promises settle before each. */
  run(untilMs: number): Promise<void>;
  /** How much is still to happen. */
  readonly waiting: number;
}

/** What one computer waits for: it can lose its power. */
export interface Power extends Pick<Timeline, 'now' | 'after'> {
  readonly isOn: boolean;
  /** How much is still to happen here. */
  readonly waiting: number;
  /** Nothing that waits here happens any more, nor what is asked for later. */
  cut(): void;
  onCut(listener: () => void): void;
}

export function createPower(timeline: Timeline): Power {
  const waiting = new Set<() => void>();
  const listeners: (() => void)[] = [];
  let isOn = true;
  return {
    now: timeline.now,
    after(delayMs, happen) {
      if (!isOn) return () => undefined;
      const stop = timeline.after(delayMs, () => {
        waiting.delete(stop);
        happen();
      });
      waiting.add(stop);
      return () => {
        waiting.delete(stop);
        stop();
      };
    },
    get isOn() {
      return isOn;
    },
    get waiting() {
      return waiting.size;
    },
    cut() {
      isOn = false;
      for (const stop of waiting) stop();
      waiting.clear();
      for (const listener of listeners.splice(0)) listener();
    },
    onCut: (listener) => void listeners.push(listener),
  };
}

interface Happening {
  readonly atMs: number;
  readonly number: number;
  /** Null once it is taken back; it leaves the heap when its time comes. */
  happen: (() => void) | null;
}

export function createTimeline(): Timeline {
  /** A binary heap: each is earlier than the two at twice its place and behind. */
  const heap: Happening[] = [];
  let nowMs = 0;
  let made = 0;
  let waiting = 0;

  function insert(happening: Happening): void {
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const other = heap[above];
      if (!other || isEarlier(other, happening)) break;
      heap[at] = other;
      at = above;
    }
    heap[at] = happening;
  }

  function removeFirst(): void {
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [one, two] = [heap[left], heap[left + 1]];
      if (!one) break;
      const [below, earlier] = two && isEarlier(two, one) ? [left + 1, two] : [left, one];
      if (isEarlier(last, earlier)) break;
      heap[at] = earlier;
      at = below;
    }
    heap[at] = last;
  }

  /** The next one that is still to happen, if it is due by then. */
  function next(untilMs: number): Happening | null {
    for (let first = heap[0]; first && first.atMs <= untilMs; first = heap[0]) {
      if (first.happen) return first;
      removeFirst();
    }
    return null;
  }

  return {
    now: () => nowMs,
    after(delayMs, happen) {
      const happening: Happening = { atMs: nowMs + Math.max(0, delayMs), number: made++, happen };
      insert(happening);
      waiting++;
      return () => {
        if (!happening.happen) return;
        happening.happen = null;
        waiting--;
      };
    },
    run(untilMs) {
      return inTurns(() => {
        const due = next(untilMs);
        if (!due?.happen) {
          nowMs = Math.max(nowMs, untilMs);
          return false;
        }
        removeFirst();
        const { happen } = due;
        due.happen = null;
        waiting--;
        nowMs = due.atMs;
        happen();
        return true;
      });
    },
    get waiting() {
      return waiting;
    },
  };
}

function isEarlier(left: Happening, right: Happening): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.number < right.number);
}

/** Asked for at once, so that the event loop goes round once for all of them; between two, promises settle all the same. */
const turnsAtOnce = 64;

/** Takes turns until there is none more; before each, every promise that waits for nothing but other promises has settled. */
function inTurns(turn: () => boolean): Promise<void> {
  return new Promise((done, fail) => {
    let over = false;
    const one = (): void => {
      if (over) return;
      try {
        over = !turn();
        if (over) done();
      } catch (error) {
        over = true;
        fail(error);
      }
    };
    const again = (): void => {
      if (over) return;
      for (let count = 1; count < turnsAtOnce; count++) realImmediate(one);
      realImmediate(() => {
        one();
        again();
      });
    };
    again();
  });
}

const realImmediate = setImmediate;
