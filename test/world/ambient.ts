import { createRequire } from 'node:module';
import type { Chance } from './chance.ts';
import type { Timeline } from './timeline.ts';

/*
 * simple-peer takes timers and random bytes from the process. To be imported before anything that imports simple-peer: it
 * keeps the function it finds.
 */
const ofTests = createRequire(import.meta.url);
const ofSimplePeer = createRequire(ofTests.resolve('simple-peer'));
const real = { setTimeout, clearTimeout, setInterval, clearInterval };
const realBytes: (count: number) => Buffer = ofSimplePeer('randombytes');
let chance: Chance | null = null;

const module = ofSimplePeer.cache[ofSimplePeer.resolve('randombytes')];
if (module) module.exports = (count: number) => (chance ? Buffer.from(chance.bytes(count)) : realBytes(count));

/** Until the returned function is called, the process's timers wait on the timeline, and simple-peer draws from `given`. */
export function lendToProcess(timeline: Timeline, given: Chance): () => void {
  chance = given;
  const after = (run: (...values: unknown[]) => void, ms = 0, ...values: unknown[]): Timer =>
    new Timer(timeline.after(ms, () => run(...values)));
  const every = (run: () => void, ms: number): Timer => {
    const timer = new Timer(() => undefined);
    const again = (): void => {
      timer.stop = timeline.after(ms, () => {
        again();
        run();
      });
    };
    again();
    return timer;
  };
  const clear = (timer?: unknown): void => {
    if (timer instanceof Timer) timer.stop();
  };
  Object.assign(globalThis, { setTimeout: after, clearTimeout: clear, setInterval: every, clearInterval: clear });
  return () => {
    Object.assign(globalThis, real);
    chance = null;
  };
}

class Timer {
  stop: () => void;

  constructor(stop: () => void) {
    this.stop = stop;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
