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
}

export function createPower(timeline: Timeline): Power {
  const waiting = new Set<() => void>();
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
    },
  };
}

interface Happening {
  readonly atMs: number;
  readonly number: number;
  readonly happen: () => void;
}

export function createTimeline(): Timeline {
  const queue: Happening[] = [];
  let nowMs = 0;
  let made = 0;

  function isEarlier(left: Happening, right: Happening): boolean {
    return left.atMs < right.atMs || (left.atMs === right.atMs && left.number < right.number);
  }

  function insert(happening: Happening): void {
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = queue[middle];
      if (other && isEarlier(other, happening)) low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, happening);
  }

  return {
    now: () => nowMs,
    after(delayMs, happen) {
      const happening = { atMs: nowMs + Math.max(0, delayMs), number: made++, happen };
      insert(happening);
      return () => {
        const index = queue.indexOf(happening);
        if (index >= 0) queue.splice(index, 1);
      };
    },
    async run(untilMs) {
      for (;;) {
        await settled();
        const next = queue[0];
        if (!next || next.atMs > untilMs) break;
        queue.shift();
        nowMs = next.atMs;
        next.happen();
      }
      nowMs = Math.max(nowMs, untilMs);
    },
    get waiting() {
      return queue.length;
    },
  };
}

/** Every promise that waits for nothing but other promises has had its turn. */
function settled(): Promise<void> {
  return new Promise((done) => realImmediate(done));
}

const realImmediate = setImmediate;
